using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans.Reading;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary>A network as read; its region is the key that it stands under.</summary>
internal sealed record NetworkDraft(Func<string, ExistingNetwork> In, Fields Fields);

/// <summary><c>networks</c> of a cloud: what is there already, by region.</summary>
internal static class NetworkSection
{
    private static readonly Key<string> Vpc = Key.Required("vpcId", Names.Vpc, "The VPC, as vpc-0123456789abcdef0.");

    private static readonly Key<ImmutableArray<KeyValuePair<string, string>>> Subnets = Key.RequiredList(
        "subnetIds",
        new NamedValues<string, string>(Names.AwsZone, Names.Subnet),
        "Subnets of the VPC by zone id, as { use1-az1: subnet-0123456789abcdef0 }; machines run in these zones only.");

    private static readonly Key<string> HostProject = Key.Required(
        "hostProject", Names.GoogleProject, "The project that the network is in.");

    private static readonly Key<string> Subnetwork = Key.Required("subnetwork", Names.Name(63), "The subnet's name.");

    /// <summary><c>clouds.aws.networks</c>.</summary>
    public static readonly Key<ImmutableArray<KeyValuePair<string, NetworkDraft>>> Aws = Networks(
        CloudProvider.Aws,
        new Section<NetworkDraft>([Vpc, Subnets], fields => new NetworkDraft(
            region => new ExistingNetwork.Amazon(
                region, fields.Get(Vpc), fields.Get(Subnets).DistinctBy(subnet => subnet.Key).ToImmutableSortedDictionary(StringComparer.Ordinal)),
            fields)));

    /// <summary><c>clouds.gcp.networks</c>.</summary>
    public static readonly Key<ImmutableArray<KeyValuePair<string, NetworkDraft>>> Google = Networks(
        CloudProvider.Gcp,
        new Section<NetworkDraft>([HostProject, Subnetwork], fields => new NetworkDraft(
            region => new ExistingNetwork.Google(region, fields.Get(HostProject), fields.Get(Subnetwork)), fields)));

    /// <summary>The networks, ordered by region; notes those of regions that are not the cloud's, and what cannot be in them.</summary>
    public static ImmutableArray<ExistingNetwork> Of(ImmutableArray<KeyValuePair<string, NetworkDraft>> networks, ImmutableArray<string> regions)
    {
        foreach (var (region, draft) in networks)
        {
            if (!regions.IsEmpty && !regions.Contains(region))
            {
                draft.Fields.At.Refuse(
                    $"{region} is not among the cloud's regions ({string.Join(", ", regions)}): add it there, or leave its network out");
            }

            CheckSubnets(region, draft.Fields);
        }

        var vpcs = networks.Where(network => network.Value.Fields.Get(Vpc) is not null);
        foreach (var twice in vpcs.GroupBy(network => network.Value.Fields.Get(Vpc)).SelectMany(same => same.Skip(1)))
        {
            twice.Value.Fields.Refuse(Vpc, $"{twice.Value.Fields.Get(Vpc)} is another region's too, and a VPC is in one");
        }

        return [.. networks.Select(network => network.Value.In(network.Key)).OrderBy(network => network.Region, StringComparer.Ordinal)];
    }

    private static void CheckSubnets(string region, Fields network)
    {
        if (!network.Has(Subnets) || !network.IsSound(Subnets))
        {
            return;
        }

        var subnets = network.Get(Subnets);
        if (subnets.IsEmpty)
        {
            network.Refuse(Subnets, "names no subnet, so no machine could run");
        }

        var zones = network.At.Reading.Catalog.Zones(CloudProvider.Aws, region).ToList();
        foreach (var zone in subnets.Select(subnet => subnet.Key).Except(zones))
        {
            network.Refuse(
                Subnets, $"{zone} is no zone of {region} with GPUs{Suggestion.DidYouMean(zone, zones)}; there are {string.Join(", ", zones)}");
        }

        foreach (var twice in subnets.GroupBy(subnet => subnet.Value).Where(same => same.Count() > 1))
        {
            var named = string.Join(" and ", twice.Select(subnet => subnet.Key));
            network.Refuse(Subnets, $"{twice.Key} is named for {named}, and a subnet is in one zone");
        }
    }

    private static Key<ImmutableArray<KeyValuePair<string, NetworkDraft>>> Networks(CloudProvider cloud, PlanValue<NetworkDraft> network) =>
        Key.Optional(
            "networks",
            new NamedValues<string, NetworkDraft>(Names.Region(cloud), network),
            "Networks that are there already, by region: used as they are, never changed. GpuInfra makes its own in the other regions.",
            []);
}
