using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans.Reading;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary><c>clouds</c>.</summary>
internal static class CloudSection
{
    /// <summary>Shares are decimal fractions and their sum is not always the nearest number to 100; this is far below any typing error.</summary>
    private const double PercentTolerance = 1e-9;

    private static readonly Key<string> Account = Key.Required(
        "account", Names.AwsAccount, "The AWS account that the fleet is made in, 12 digits in quotes; another one is refused.");

    private static readonly Key<string> Project = Key.Required(
        "project", Names.GoogleProject, "The id of the Google Cloud project that the fleet is made in; another one is refused.");

    private static readonly Key<Share?> ShareOfPeak = Key.OptionalNumber(
        "share",
        Quantities.Percentage(0, 100),
        "Share of each serving's planned peak tokens, to the nearest replica; all clouds together are 100%. Default: 100% for a single cloud.");

    private static readonly Key<ImmutableArray<string>> AwsRegions = Regions(CloudProvider.Aws);
    private static readonly Key<ImmutableArray<string>> GoogleRegions = Regions(CloudProvider.Gcp);

    private static readonly Key<ImmutableArray<KeyValuePair<string, string>>> AwsClusters = Clusters(CloudProvider.Aws);
    private static readonly Key<ImmutableArray<KeyValuePair<string, string>>> GoogleClusters = Clusters(CloudProvider.Gcp);

    private static readonly Key<Draft?> Aws = Key.Optional(
        "aws",
        new Section<Draft>(
            [Account, ShareOfPeak, AwsRegions, NetworkSection.Aws, AwsClusters],
            fields => Draft.Of(CloudProvider.Aws, fields, Account, AwsRegions, NetworkSection.Aws, AwsClusters)),
        "Amazon Web Services.");

    private static readonly Key<Draft?> Gcp = Key.Optional(
        "gcp",
        new Section<Draft>(
            [Project, ShareOfPeak, GoogleRegions, NetworkSection.Google, GoogleClusters],
            fields => Draft.Of(CloudProvider.Gcp, fields, Project, GoogleRegions, NetworkSection.Google, GoogleClusters)),
        "Google Cloud.");

    /// <summary>One or two clouds, ordered by provider.</summary>
    public static readonly PlanValue<ImmutableArray<CloudTarget>> Value = new Section<ImmutableArray<CloudTarget>>([Aws, Gcp], Build);

    private static ImmutableArray<CloudTarget> Build(Fields fields)
    {
        List<Draft> drafts = [.. new[] { fields.Get(Aws), fields.Get(Gcp) }.OfType<Draft>()];
        if (drafts.Count == 0 && fields.IsSound(Aws) && fields.IsSound(Gcp))
        {
            fields.At.Refuse("needs aws, gcp or both");
        }

        if (drafts.Count > 1)
        {
            foreach (var silent in drafts.Where(draft => !draft.Fields.Has(ShareOfPeak)))
            {
                silent.Fields.At.Refuse("share is missing: with two clouds each says its own");
            }
        }

        if (drafts.All(draft => draft.Fields.IsSound(ShareOfPeak) && (drafts.Count == 1 || draft.Fields.Has(ShareOfPeak))))
        {
            var percent = drafts.Sum(draft => draft.Share.Percent);
            if (drafts.Count > 0 && Math.Abs(percent - 100) > PercentTolerance)
            {
                var sum = string.Join(" + ", drafts.Select(draft => FormattableString.Invariant($"{draft.Share.Percent:0.######}%")));
                fields.At.Refuse(FormattableString.Invariant($"shares add up to {percent:0.######}%, not 100% ({sum})"));
            }
        }

        return [.. drafts.Select(draft => new CloudTarget(draft.Cloud, draft.Account, draft.Share, draft.Regions) { Networks = draft.Networks, Clusters = draft.Clusters })];
    }

    private static Key<ImmutableArray<string>> Regions(CloudProvider cloud) => Key.RequiredList(
        "regions", new ListValue<string>(Names.Region(cloud)), "Regions that may be used; only regions that the catalog has offers in.");

    private static Key<ImmutableArray<KeyValuePair<string, string>>> Clusters(CloudProvider cloud) => Key.Optional(
        "clusters",
        new NamedValues<string, string>(Names.Region(cloud), Names.Name(100)),
        "Clusters that are there already, by region, for platform kubernetes: engines run in them, on nodes that are theirs, and nothing of them is changed. GpuInfra makes its own in the other regions.",
        []);

    /// <summary>The clusters by region; notes those of regions that are not the cloud's.</summary>
    private static ImmutableSortedDictionary<string, string> Of(Fields fields, Key<ImmutableArray<KeyValuePair<string, string>>> key, Key<ImmutableArray<string>> regions)
    {
        var clusters = fields.Get(key);
        foreach (var (region, _) in clusters.Where(cluster => fields.IsSound(regions) && !fields.Get(regions).Contains(cluster.Key)))
        {
            fields.Refuse(key, $"{region} is not among the cloud's regions ({string.Join(", ", fields.Get(regions))}): add it there, or leave its cluster out");
        }

        return clusters.DistinctBy(cluster => cluster.Key).ToImmutableSortedDictionary(StringComparer.Ordinal);
    }

    private sealed record Draft(
        CloudProvider Cloud,
        string Account,
        Share Share,
        ImmutableArray<string> Regions,
        ImmutableArray<ExistingNetwork> Networks,
        ImmutableSortedDictionary<string, string> Clusters,
        Fields Fields)
    {
        public static Draft Of(
            CloudProvider cloud,
            Fields fields,
            Key<string> account,
            Key<ImmutableArray<string>> regions,
            Key<ImmutableArray<KeyValuePair<string, NetworkDraft>>> networks,
            Key<ImmutableArray<KeyValuePair<string, string>>> clusters) => new(
            cloud,
            fields.Get(account),
            fields.Get(ShareOfPeak) ?? Share.All,
            [.. fields.Get(regions).Order(StringComparer.Ordinal)],
            NetworkSection.Of(fields.Get(networks), fields.IsSound(regions) ? fields.Get(regions) : []),
            CloudSection.Of(fields, clusters, regions),
            fields);
    }
}
