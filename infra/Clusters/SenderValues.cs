using System.Globalization;
using GpuInfra.Infra.Common;
using GpuInfra.Planning.Catalogs;
using Pulumi;
using static GpuInfra.Infra.Clusters.MonitorValues;

namespace GpuInfra.Infra.Clusters;

/// <summary>
/// What monitors in a cluster have of their own where they send to the cloud's store: they keep two hours, for what scales engines asks them, and of what they read they send what the store's
/// alerts and dashboards use, with the labels that machines send. Both read and both would send; the stores take one of each reading.
/// </summary>
internal static class SenderValues
{
    /// <summary>The service account that sends, in <see cref="ClusterNames.Monitoring"/>.</summary>
    public const string Account = $"{Name}-prometheus";

    /// <summary>The lease by which those of Google's build agree who sends.</summary>
    public const string Lease = $"{Account}-sends";

    /// <summary>GiB of the node's own disk for two hours of series and what waits to be sent.</summary>
    private const int SeriesGib = 20;

    // docs.cloud.google.com, "Get started with self-deployed collection", read in a stored copy of 2026-11-29.
    private const string GoogleBuild = "v2.53.5-gmp.9-gke.0";

    /// <summary>Members of <c>prometheusSpec</c>.</summary>
    /// <param name="region">The region.</param>
    /// <param name="sent">Names of what is sent.</param>
    /// <param name="store">Where to, as machines are told it: the address of remote write on AWS, the project on Google Cloud.</param>
    /// <param name="mirror">Where images of charts are pulled from.</param>
    public static Dictionary<string, object> Of(RegionFleet region, string sent, Output<string> store, ClusterMirror mirror)
    {
        var spec = region.Cloud == CloudProvider.Aws ? Amazon(region, sent, store) : Google(region, sent, store, mirror);
        spec["retention"] = "2h";
        spec["retentionSize"] = FormattableString.Invariant($"{SeriesGib * 8 / 10}GB");
        spec["storageSpec"] = Map(("emptyDir", Map(("sizeLimit", SeriesGib.ToString(CultureInfo.InvariantCulture) + "Gi"))));
        spec["prometheusExternalLabelNameClear"] = true; // It would be a label of every series.
        return spec;
    }

    /// <summary>The store takes readings of one of those that have a cluster in common, until that one falls silent.</summary>
    private static Dictionary<string, object> Amazon(RegionFleet region, string sent, Output<string> store) => Map(
        ("externalLabels", Map(("cloud", region.Cloud.Name()), ("region", region.Region), ("cluster", region.Name))),
        ("replicaExternalLabelName", "__replica__"),
        ("remoteWrite", new object[]
        {
            Map(
                ("url", store),
                ("sigv4", Map(("region", region.Region))),
                ("writeRelabelConfigs", new object[] { Map(("sourceLabels", new object[] { "__name__" }), ("regex", sent), ("action", "keep")) })),
        }));

    /// <summary>Google's build sends what it reads and records; a lease says which of the two does. A project's stacks share one store, where <c>cluster</c> tells them apart.</summary>
    private static Dictionary<string, object> Google(RegionFleet region, string sent, Output<string> store, ClusterMirror mirror) => Map(
        ("image", Map(("registry", mirror.Of("gke.gcr.io")), ("repository", "prometheus-engine/prometheus"), ("tag", GoogleBuild))),
        ("externalLabels", Map(("project_id", store), ("location", region.Region), ("cluster", region.Settings.Stack), ("cloud", region.Cloud.Name()), ("region", region.Region))),
        ("replicaExternalLabelNameClear", true),
        ("additionalArgs", new object[]
        {
            Argument("export.match", $"{{__name__=~\"{sent}\"}}"),
            Argument("export.ha.backend", "kube"),
            Argument("export.ha.kube.namespace", ClusterNames.Monitoring),
            Argument("export.ha.kube.name", Lease),
        }));

    private static Dictionary<string, object> Argument(string name, string value) => Map(("name", name), ("value", value));
}
