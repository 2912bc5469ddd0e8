using GpuInfra.Offline.Policies;
using GpuInfra.Planning.Units;
using Pulumi.Offline;

namespace GpuInfra.Offline.Costs;

/// <summary>Prices what networks are billed for.</summary>
internal static class NetworkPricing
{
    /// <summary>A Cloud NAT gateway is billed for this many machines at most.</summary>
    private const decimal MostNatMachines = 32;

    /// <summary>An address has 64,512 ports, of which a machine is given 64.</summary>
    private const decimal MachinesPerNatAddress = 64_512 / 64;

    private const string Network = "gcp:compute/network:Network";
    private const string Subnetwork = "gcp:compute/subnetwork:Subnetwork";
    private const string Router = "gcp:compute/router:Router";

    /// <summary>An interface endpoint is billed once per zone, that is per subnet; a gateway endpoint not at all.</summary>
    public static Pricing Endpoint(ResourceRecord endpoint, PricingContext context)
    {
        if (endpoint.Inputs.TextAt("vpcEndpointType") != "Interface")
        {
            return Pricing.Free("gateway endpoints are not billed");
        }

        var zones = endpoint.Inputs.ListAt("subnetIds").Count();
        return context.Bill(endpoint)
            .Add(
                CostKind.Endpoints, "private-link", "vpc-interface-endpoint-hour", zones * UsdPerHour.HoursPerMonth,
                FormattableString.Invariant($"{zones} × {UsdPerHour.HoursPerMonth} h, once per zone"))
            .Unpriced("endpoint data", "depends on traffic through the endpoint")
            .ToPricing("it is in no zone");
    }

    /// <summary>A gateway is billed by the hours of the machines behind it and by its addresses.</summary>
    public static Pricing Nat(ResourceRecord nat, PricingContext context)
    {
        var run = context.Run;
        var networks = run.Behind(nat, "router", Router).SelectMany(router => run.Behind(router, "network", Network))
            .Select(network => network.Urn).ToHashSet(StringComparer.Ordinal);
        var behind = context.Groups.Values.Where(group => run.RegionOf(group.Resource) == run.RegionOf(nat)
            && Subnets(run, group)
                .SelectMany(subnet => run.Behind(subnet, "network", Network)).Any(network => networks.Contains(network.Urn))).ToList();
        var alone = run.Managed.Count(machine => machine.Type == PricingTable.GoogleMachine && run.RegionOf(machine) == run.RegionOf(nat)
            && run.Behind(machine, "networkInterfaces", Subnetwork).SelectMany(subnet => run.Behind(subnet, "network", Network)).Any(network => networks.Contains(network.Urn)));
        var hours = behind.Sum(group => group.MachineHours) + (alone * UsdPerHour.HoursPerMonth);
        var addresses = Math.Max(1, Math.Ceiling((behind.Sum(group => group.Instances) + alone) / MachinesPerNatAddress));
        return context.Bill(nat)
            .Add(
                CostKind.Nat, "nat", "cloud-nat-gateway-per-vm-first-32", Math.Min(hours, MostNatMachines * UsdPerHour.HoursPerMonth),
                FormattableString.Invariant($"{hours:0.##} machine-hours, at most {MostNatMachines} × {UsdPerHour.HoursPerMonth}"))
            .Add(
                CostKind.Nat, "nat", "cloud-nat-ip-hour", addresses * UsdPerHour.HoursPerMonth,
                FormattableString.Invariant($"{addresses} × {UsdPerHour.HoursPerMonth} h, once per address"))
            .Unpriced("NAT data", "depends on traffic to the internet")
            .ToPricing("nothing is behind it");
    }

    /// <summary>The subnets of a group's machines, which nodes have of their cluster.</summary>
    private static IEnumerable<ResourceRecord> Subnets(Registrations run, MachineGroup group) => group.Template is { } template
        ? run.Behind(template, "networkInterfaces", Subnetwork)
        : run.Behind(group.Resource, "cluster", ResourceTypes.GkeCluster).SelectMany(cluster => run.Behind(cluster, "subnetwork", Subnetwork));

    /// <summary>A balancer of connections is billed by the hour and by what passes it.</summary>
    public static Pricing Balancer(ResourceRecord balancer, PricingContext context) => context.Bill(balancer)
        .Add(CostKind.Routers, "load-balancer", "nlb-hour", UsdPerHour.HoursPerMonth, FormattableString.Invariant($"{UsdPerHour.HoursPerMonth} h"))
        .Unpriced("load balancer traffic", "depends on connections and bytes")
        .ToPricing(PricingTable.Networks);

    /// <summary>Up to five rules of a project and region have one price; one that stands beside others costs less than is counted here.</summary>
    public static Pricing Forwarding(ResourceRecord rule, PricingContext context) => context.Bill(rule)
        .Add(CostKind.Routers, "load-balancer", "forwarding-rule-first-5-minimum", UsdPerHour.HoursPerMonth, FormattableString.Invariant($"{UsdPerHour.HoursPerMonth} h"))
        .Unpriced("load balancer traffic", "depends on bytes")
        .ToPricing(PricingTable.Networks);

    /// <summary>A private zone of Route 53.</summary>
    public static Pricing AmazonZone(ResourceRecord zone, PricingContext context) => Zone(zone, context, "route53-hosted-zone");

    /// <summary>A private zone of Cloud DNS.</summary>
    public static Pricing GoogleZone(ResourceRecord zone, PricingContext context) => Zone(zone, context, "cloud-dns-zone-first-25");

    private static Pricing Zone(ResourceRecord zone, PricingContext context, string sku) => context.Bill(zone)
        .Add(CostKind.Routers, "dns", sku, 1, "1 zone")
        .Unpriced("queries", "depends on how often the name is asked for")
        .ToPricing(PricingTable.Networks);

    /// <summary>A subnetwork is free, what it writes about its traffic is not.</summary>
    public static Pricing Subnet(ResourceRecord subnet, PricingContext context) => subnet.Inputs.At("logConfig") is null
        ? Pricing.Free(PricingTable.Networks)
        : context.Bill(subnet).Unpriced("flow logs", "depends on traffic").ToPricing(PricingTable.Networks);
}
