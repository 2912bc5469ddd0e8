using Pulumi.Offline;

namespace GpuInfra.Offline.Policies;

/// <summary>No machine of the fleet has an address that the internet can reach.</summary>
internal static class AddressRules
{
    private const string Association = "aws:ec2/routeTableAssociation:RouteTableAssociation";
    private const string RouteTable = "aws:ec2/routeTable:RouteTable";

    public static Policy<Evidence> NoPublicAddress { get; } = new(
        "no-public-address",
        "no machine gets a public address",
        "take the public address away; people reach machines through session manager or OS Login, machines the internet through NAT.",
        evidence => evidence.Look(resource => resource.Type switch
        {
            ResourceTypes.LaunchTemplate => LaunchTemplate(resource.Inputs),
            ResourceTypes.Instance => Values.Unless(
                resource.Inputs.TextAt("associatePublicIpAddress") == "false", "associatePublicIpAddress is not false").Concat(OnTheInternet(resource, "subnetId", evidence)),
            ResourceTypes.AutoScalingGroup => OnTheInternet(resource, "vpcZoneIdentifiers", evidence),
            "aws:ec2/subnet:Subnet" => Values.Unless(
                resource.Inputs.TextAt("mapPublicIpOnLaunch") != "true", "machines launched in this subnet get a public address"),
            "aws:ec2/eip:Eip" => Values.Unless(
                resource.Inputs.At("instance") is null && resource.Inputs.At("networkInterface") is null, "it gives a machine a public address"),
            "aws:ec2/eipAssociation:EipAssociation" => ["it gives a machine a public address"],
            ResourceTypes.GoogleInstance => GoogleMachine(resource.Inputs),
            _ when ResourceTypes.GoogleTemplates.Contains(resource.Type) => GoogleMachine(resource.Inputs),
            _ => null,
        }));

    /// <summary>A subnet whose table leads to an internet gateway is for address translations and balancers, not for machines.</summary>
    private static IEnumerable<string> OnTheInternet(ResourceRecord machines, string property, Evidence evidence)
    {
        var subnets = machines.PropertyDependencies.GetValueOrDefault(property, []);
        return
            from association in evidence.Resources
            where association.Type == Association && association.Dependencies.Any(subnets.Contains)
            from table in evidence.Resources
            where table.Type == RouteTable && association.Dependencies.Contains(table.Urn)
            where evidence.Dependents(table, "aws:ec2/route:Route").Any(route => route.Inputs.At("gatewayId") is not null) || table.Inputs.ListAt("routes").Any(route => route.At("gatewayId") is not null)
            select $"{association.Name} leads its subnet to an internet gateway";
    }

    /// <summary>EC2 gives a machine of several interfaces no public address, and refuses one that says anything of it (aws/karpenter-provider-aws pull request 5666).</summary>
    private static IEnumerable<string> LaunchTemplate(PropertyValue inputs)
    {
        var interfaces = inputs.ListAt("networkInterfaces").ToList();
        return interfaces.Count == 0
            ? ["no network interface says that it has no public address"]
            : interfaces.SelectMany((card, i) => Values.Unless(
                card.TextAt("associatePublicIpAddress") == (interfaces.Count > 1 ? null : "false"),
                $"networkInterfaces[{i}].associatePublicIpAddress is not {(interfaces.Count > 1 ? "left out, as machines of several interfaces want it" : "false")}"));
    }

    private static IEnumerable<string> GoogleMachine(PropertyValue inputs) =>
        inputs.ListAt("networkInterfaces").SelectMany((card, i) => Values.Unless(
            !card.ListAt("accessConfigs").Any() && !card.ListAt("ipv6AccessConfigs").Any(),
            $"networkInterfaces[{i}] has an access configuration"));
}
