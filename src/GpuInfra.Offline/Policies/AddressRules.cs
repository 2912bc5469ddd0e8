using Pulumi.Offline;

namespace GpuInfra.Offline.Policies;

/// <summary>No machine of the fleet has an address that the internet can reach.</summary>
internal static class AddressRules
{
    public static Policy<Evidence> NoPublicAddress { get; } = new(
        "no-public-address",
        "no machine gets a public address",
        "take the public address away; people reach machines through session manager or OS Login, machines the internet through NAT.",
        evidence => evidence.Look(resource => resource.Type switch
        {
            ResourceTypes.LaunchTemplate => LaunchTemplate(resource.Inputs),
            ResourceTypes.Instance => Values.Unless(
                resource.Inputs.TextAt("associatePublicIpAddress") == "false", "associatePublicIpAddress is not false"),
            "aws:ec2/subnet:Subnet" => Values.Unless(
                resource.Inputs.TextAt("mapPublicIpOnLaunch") != "true", "machines launched in this subnet get a public address"),
            "aws:ec2/eipAssociation:EipAssociation" => ["it gives a machine a public address"],
            ResourceTypes.GoogleInstance => GoogleMachine(resource.Inputs),
            _ when ResourceTypes.GoogleTemplates.Contains(resource.Type) => GoogleMachine(resource.Inputs),
            _ => null,
        }));

    private static IEnumerable<string> LaunchTemplate(PropertyValue inputs)
    {
        var interfaces = inputs.ListAt("networkInterfaces").ToList();
        return interfaces.Count == 0
            ? ["no network interface says that it has no public address"]
            : interfaces.SelectMany((card, i) => Values.Unless(
                card.TextAt("associatePublicIpAddress") == "false",
                $"networkInterfaces[{i}].associatePublicIpAddress is not false"));
    }

    private static IEnumerable<string> GoogleMachine(PropertyValue inputs) =>
        inputs.ListAt("networkInterfaces").SelectMany((card, i) => Values.Unless(
            !card.ListAt("accessConfigs").Any() && !card.ListAt("ipv6AccessConfigs").Any(),
            $"networkInterfaces[{i}] has an access configuration"));
}
