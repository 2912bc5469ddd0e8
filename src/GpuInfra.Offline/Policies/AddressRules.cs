using Pulumi.Offline;

namespace GpuInfra.Offline.Checks;

/// <summary>No machine of the fleet has an address that the internet can reach.</summary>
internal static class AddressCheck
{
    public static PreviewCheck NoPublicAddress { get; } = new(
        "no-public-address",
        "no machine gets a public address",
        record => record.Resolved.Resources.SelectMany(resource =>
            Reasons(resource).Select(reason => new Finding(resource.Urn, reason))));

    private static IEnumerable<string> Reasons(ResourceRecord resource)
    {
        var inputs = resource.Inputs;
        return resource.Type switch
        {
            "aws:ec2/launchTemplate:LaunchTemplate" => LaunchTemplate(inputs),
            "aws:ec2/instance:Instance" => Unless(
                inputs.TextAt("associatePublicIpAddress") == "false", "associatePublicIpAddress is not false"),
            "aws:ec2/subnet:Subnet" => Unless(
                inputs.TextAt("mapPublicIpOnLaunch") != "true", "machines launched in this subnet get a public address"),
            "gcp:compute/instanceTemplate:InstanceTemplate"
                or "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate"
                or "gcp:compute/instance:Instance" => GoogleMachine(inputs),
            _ => [],
        };
    }

    private static IEnumerable<string> LaunchTemplate(PropertyValue inputs)
    {
        var interfaces = inputs.ListAt("networkInterfaces").ToList();
        return interfaces.Count == 0
            ? ["no network interface says that it has no public address"]
            : interfaces.SelectMany((card, i) => Unless(
                card.TextAt("associatePublicIpAddress") == "false",
                $"networkInterfaces[{i}].associatePublicIpAddress is not false"));
    }

    private static IEnumerable<string> GoogleMachine(PropertyValue inputs) =>
        inputs.ListAt("networkInterfaces").SelectMany((card, i) => Unless(
            !card.ListAt("accessConfigs").Any() && !card.ListAt("ipv6AccessConfigs").Any(),
            $"networkInterfaces[{i}] has an access configuration"));

    private static IEnumerable<string> Unless(bool holds, string reason) => holds ? [] : [reason];
}
