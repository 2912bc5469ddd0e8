using GpuInfra.Infra.Clusters.Resources;
using GpuInfra.Infra.Common;

namespace GpuInfra.Infra.Clusters;

/// <summary>A label that a target of Prometheus gets.</summary>
/// <param name="Name">The label.</param>
/// <param name="Value">Its value, or what the source's is put into.</param>
/// <param name="Source">What of the target it is taken from, where that is there; null for a value of its own.</param>
internal sealed record TargetLabel(string Name, string Value, string? Source = null)
{
    /// <summary>As an object of the operator says it.</summary>
    public RelabelingArgs Relabeling => Source is null
        ? new() { TargetLabel = Name, Replacement = Value }
        : new() { SourceLabels = new[] { Source }, Regex = "(.+)", TargetLabel = Name, Replacement = Value };
}

/// <summary>
/// Labels by which alerts and dashboards know what they read: those that <c>prometheus.json</c> gives targets on machines (<c>serving</c>, <c>pool</c>, <c>tier</c>,
/// <c>cloud</c>, <c>region</c>, and the job's name).
/// </summary>
internal static class TargetLabels
{
    /// <summary>Of a pod whose own labels say its pool.</summary>
    public static IEnumerable<TargetLabel> OfPod(RegionFleet region, string job) =>
    [
        new("job", job),
        new("pool", "$1", Pod(ClusterNames.PoolLabel)),
        new("serving", "$1", Pod(ClusterNames.ServingLabel)),
        new("tier", "$1", Pod(ClusterNames.TierLabel)),
        .. Of(region),
    ];

    /// <summary>Of a pod that says of its node what it tells; one on a node of no pool keeps the job's other name, and no alert of pools counts it.</summary>
    public static IEnumerable<TargetLabel> OfNode(RegionFleet region, string job) =>
    [
        new("job", job, Node(ClusterNames.PoolLabel)),
        new("pool", "$1", Node(ClusterNames.PoolLabel)),
        new("tier", "$1", Node(ClusterNames.TierLabel)),
        .. Of(region),
    ];

    /// <summary>Of what stands before all pools.</summary>
    public static IEnumerable<TargetLabel> OfRouter(RegionFleet region, string job) => [new("job", job), .. Of(region)];

    private static IEnumerable<TargetLabel> Of(RegionFleet region) => [new("cloud", region.Cloud.Name()), new("region", region.Region)];

    private static string Pod(string label) => $"__meta_kubernetes_pod_label_{Written(label)}";

    private static string Node(string label) => $"__meta_kubernetes_node_label_{Written(label)}";

    /// <summary>As Prometheus writes names of labels.</summary>
    public static string Written(string label) => label.Replace('.', '_').Replace('/', '_').Replace('-', '_');
}
