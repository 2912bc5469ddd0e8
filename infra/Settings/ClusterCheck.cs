using System.Net;
using System.Text.RegularExpressions;
using GpuInfra.Infra.Amazon;
using GpuInfra.Infra.Common;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Routes;

namespace GpuInfra.Infra.Settings;

/// <summary>What clusters need of the configuration and do not find, each with the command that mends it.</summary>
internal static partial class ClusterCheck
{
    private const string Digest = "sha256:DIGEST";

    public static IEnumerable<string> Problems(FleetPlan fleet, StackSettings settings)
    {
        if (fleet.Plan.Platform != Platform.Kubernetes)
        {
            yield break;
        }

        var cluster = settings.Cluster;
        var all = fleet.Provisioned.Select(pool => (pool.Cloud, pool.Region)).Distinct().OrderBy(place => place.Cloud).ThenBy(place => place.Region, StringComparer.Ordinal).ToList();
        foreach (var name in all.Where(place => fleet.Plan.ClusterIn(place.Cloud, place.Region) is not null).Select(place => $"{place.Cloud.Name()}-{place.Region}").Where(name => settings.KubeConfigOf(name) is null))
        {
            yield return $"{StackSettings.Namespace}:kubeconfig-{name} (how the cluster that is there already is reached) is not set; set it with: "
                + $"pulumi config set --stack {settings.Stack} --secret {StackSettings.Namespace}:kubeconfig-{name} < kubeconfig.yaml";
        }

        foreach (var problem in all.GroupBy(place => place.Cloud).SelectMany(places => Images(fleet, cluster, places.Key, [.. places], Need)))
        {
            yield return problem;
        }

        var regions = all.Where(place => fleet.Plan.ClusterIn(place.Cloud, place.Region) is null).ToList();
        if (regions.Count == 0)
        {
            yield break;
        }

        if (Need("version", cluster.Version, Version(), "version of Kubernetes", "1.34") is { } version)
        {
            yield return version;
        }

        foreach (var network in cluster.From.Where(network => !IsPrivate(network)))
        {
            yield return $"{StackSettings.Namespace}:cluster.from: '{network}' is no private network, as 10.200.0.0/16; the API of a cluster is not opened to others. Come from a network that is joined to the cluster's.";
        }

        var hasCharts = fleet.Plan.Router.IsDeployed || fleet.Plan.Monitoring is not null || fleet.Provisioned.Any(pool => fleet.ScalingOf(pool) is not null || pool.Window is not null || pool.NodesPerReplica > 1);
        foreach (var problem in regions.Exists(place => place.Cloud == CloudProvider.Aws) ? Amazon(cluster, hasCharts, fleet.SharedFiles.Any(files => files.Cloud == CloudProvider.Aws), Need) : [])
        {
            yield return problem;
        }

        foreach (var problem in regions.Where(place => place.Cloud == CloudProvider.Gcp).SelectMany(place => Google(fleet, settings, place.Region, Need)))
        {
            yield return problem;
        }

        string? Need(string key, string? value, Regex? form, string what, string example)
        {
            if (value is not null && (form?.IsMatch(value) ?? IsPrivate(value)))
            {
                return null;
            }

            var state = value is null ? "not set" : $"'{value}', which is none";
            return $"{StackSettings.Namespace}:cluster.{key} ({what}) is {state}; set it with: "
                + $"pulumi config set --stack {settings.Stack} --path '{StackSettings.Namespace}:cluster.{key}' {example}";
        }
    }

    [GeneratedRegex(ClusterSettings.MirrorForm)]
    private static partial Regex Mirror();

    private delegate string? Needed(string key, string? value, Regex? form, string what, string example);

    private static bool HasBridge(FleetPlan fleet, IEnumerable<(CloudProvider Cloud, string Region)> places) =>
        places.Any(place => RouterEntry.Of(fleet, place.Cloud, place.Region)?.HasBridge == true);

    /// <summary>A cluster that is there already has its own plug-ins.</summary>
    private static IEnumerable<string> Images(FleetPlan fleet, ClusterSettings cluster, CloudProvider cloud, List<(CloudProvider Cloud, string Region)> places, Needed need)
    {
        var isAws = cloud == CloudProvider.Aws;
        var isMade = places.Exists(place => fleet.Plan.ClusterIn(place.Cloud, place.Region) is null);
        var spans = fleet.Provisioned.Any(pool => pool.Cloud == cloud && pool.NodesPerReplica > 1);
        return (isMade ? ClusterImage.Of(isAws, fleet.Plan.Router.IsDeployed, HasBridge(fleet, places), spans) : [ClusterImage.Tools]).Select(use => isAws
            ? need($"aws.images.{use}", cluster.ImagesOf(isAws).GetValueOrDefault(use), SettingsCheck.AmazonEngine(), "image in the account's registry, by digest", $"REPOSITORY@{Digest}")
            : need($"gcp.images.{use}", cluster.ImagesOf(isAws).GetValueOrDefault(use), SettingsCheck.GoogleEngine(), "image in Artifact Registry, by digest", $"REGION-docker.pkg.dev/PROJECT/REPOSITORY/IMAGE@{Digest}")).OfType<string>();
    }

    private static IEnumerable<string> Amazon(ClusterSettings cluster, bool hasCharts, bool hasFiles, Needed need)
    {
        string?[] problems =
        [
            hasCharts ? need("aws.mirror", cluster.Aws.Mirror, Mirror(), "repositories with copies of charts' images: the network has no way out to others", "mirror") : null,
            need("aws.nodeRelease", cluster.Aws.NodeRelease, Release(), "release of the nodes' images", "1.34.1-20261113"),
            cluster.Aws.Administrators.IsEmpty ? need("aws.administrators[0]", null, Role(), "role that pulumi up works as", "arn:aws:iam::ACCOUNT:role/ROLE") : null,
            .. cluster.Aws.Administrators.Select((role, number) => need(FormattableString.Invariant($"aws.administrators[{number}]"), role, Role(), "role that administers clusters", "arn:aws:iam::ACCOUNT:role/ROLE")),
            .. AmazonAddons.All(hasFiles).Select(name => need($"aws.addons.{name}", cluster.Aws.Addons.OrEmpty().GetValueOrDefault(name), Addon(), "version of the add-on, from aws eks describe-addon-versions", "v1.0.0-eksbuild.1")),
        ];
        return problems.OfType<string>();
    }

    private static IEnumerable<string> Google(FleetPlan fleet, StackSettings settings, string region, Needed need)
    {
        var cluster = settings.Cluster;
        var there = fleet.Plan.NetworkIn(CloudProvider.Gcp, region) is not null;
        string?[] problems =
        [
            there && cluster.Gcp.ExistingRanges.Length != 2 ? need("gcp.existingRanges[0]", null, Version(), "names of the secondary ranges of the subnet that is there already, pods and services", "PODS") : null,
            there ? null : need($"gcp.pods.{region}", settings.PodsIn(region), null, "addresses of pods", "10.66.0.0/16"),
            there ? null : need($"gcp.services.{region}", settings.ServicesIn(region), null, "addresses of services", "10.80.32.0/20"),
        ];
        return problems.OfType<string>();
    }

    /// <summary>True for a network of addresses that are private.</summary>
    private static bool IsPrivate(string text) => IPNetwork.TryParse(text, out var network) && network.ToString() == text
        && PrivateRanges.All.Any(range => IPNetwork.Parse(range.Range) is var whole && whole.Contains(network.BaseAddress) && network.PrefixLength >= whole.PrefixLength);

    [GeneratedRegex(@"^1\.[0-9]{2}$")]
    private static partial Regex Version();

    [GeneratedRegex(@"^1\.[0-9]{2}\.[0-9]+-[0-9]{8}$")]
    private static partial Regex Release();

    [GeneratedRegex(@"^v[0-9]+\.[0-9]+\.[0-9]+-eksbuild\.[0-9]+$")]
    private static partial Regex Addon();

    [GeneratedRegex("^arn:aws:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$")]
    private static partial Regex Role();
}
