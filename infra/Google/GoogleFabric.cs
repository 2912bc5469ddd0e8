using System.Globalization;
using GpuInfra.Infra.Common;
using GpuInfra.Planning.Fleets;
using Pulumi;
using Pulumi.Gcp.Compute;
using Pulumi.Gcp.Compute.Inputs;

namespace GpuInfra.Infra.Google;

/// <summary>
/// Networks for data between machines of which several make a replica: one for each interface beside the first, as A3 machines have them. They lead nowhere else: no route, no NAT, no name.
/// GPUDirect would take a privileged program of Google's on every machine and its own image; NCCL speaks TCP over them, which carries what passes between two stages many times over.
/// </summary>
internal sealed class GoogleFabric : ComponentResource
{
    private readonly List<Output<string>> _subnets = [];

    public GoogleFabric(RegionFleet region, ComponentResourceOptions options)
        : base("gpuinfra:google:Fabric", region.Name, options)
    {
        foreach (var card in Enumerable.Range(0, region.Pools.Max(plan => ReplicaFabric.Of(plan.Pool)?.Cards ?? 0)))
        {
            _subnets.Add(Make(region, card));
        }

        RegisterOutputs();
    }

    /// <summary>Interfaces of a pool's machines beside the first.</summary>
    public IEnumerable<RegionInstanceTemplateNetworkInterfaceArgs> Interfaces(Pool pool) =>
        _subnets.Take(ReplicaFabric.Of(pool)?.Cards ?? 0).Select(subnet => new RegionInstanceTemplateNetworkInterfaceArgs { Subnetwork = subnet, NicType = "GVNIC" });

    /// <summary>
    /// Whether a pool's machines are kept close together: not on reservations, since one that is made for a policy has to be made from a template that names it, and a machine with a policy finds
    /// no other; and not where an autoscaler sets a group's size, since of groups over a region those that are in a single zone alone take such a policy, and these take no autoscaler.
    /// </summary>
    public static bool IsTogether(PoolPlan plan) => plan is { Pool: { NodesPerReplica: > 1, Tier: Tier.OnDemand, Window: null }, Halts: false };

    /// <summary>What keeps a pool's machines close together; null where nothing does.</summary>
    public static ResourcePolicy? Together(PoolPlan plan, Resource parent) => !IsTogether(plan) ? null : new ResourcePolicy(
        Name(plan.Pool.Id),
        new ResourcePolicyArgs { Region = plan.Pool.Region, GroupPlacementPolicy = new ResourcePolicyGroupPlacementPolicyArgs { Collocation = "COLLOCATED" } },
        new CustomResourceOptions { Parent = parent }.Formerly(plan.Pool, Name));

    private static string Name(string id) => Names.Fit(id, Names.GoogleAutoName);

    private Output<string> Make(RegionFleet region, int card)
    {
        var name = Names.Fit($"gpuinfra-{region.Region}-data-{card.ToString(CultureInfo.InvariantCulture)}", Names.GoogleAutoName);
        var kept = new CustomResourceOptions { Parent = this, Protect = region.Protect };
        var range = FormattableString.Invariant($"198.18.{4 * card}.0/22"); // For tests of networks (RFC 2544): no organisation's own, and a thousand machines each.
        var network = new Network(name, new NetworkArgs { AutoCreateSubnetworks = false, DeleteDefaultRoutesOnCreate = true, Mtu = ReplicaFabric.GoogleMtu, RoutingMode = "REGIONAL" }, kept);
        var subnet = new Subnetwork(name, new SubnetworkArgs { Network = network.Id, Region = region.Region, IpCidrRange = range }, kept);
        Rule("in", new FirewallArgs { Direction = "INGRESS", SourceRanges = { range }, Allows = { new FirewallAllowArgs { Protocol = "tcp" } } });
        Rule("out", new FirewallArgs { Direction = "EGRESS", DestinationRanges = { range }, Allows = { new FirewallAllowArgs { Protocol = "tcp" } } });
        Rule("nothing-else-out", new FirewallArgs { Direction = "EGRESS", Priority = GoogleFirewall.Last, DestinationRanges = { GoogleFirewall.Anywhere }, Denies = { new FirewallDenyArgs { Protocol = "all" } } });
        return subnet.Id;

        void Rule(string what, FirewallArgs args)
        {
            args.Network = network.Id;
            args.Priority ??= GoogleFirewall.First;
            args.TargetTags = GoogleFirewall.Replicas;
            _ = new Firewall(Names.Fit($"{name}-{what}", Names.GoogleAutoName), args, new CustomResourceOptions { Parent = this });
        }
    }
}
