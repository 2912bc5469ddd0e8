using GpuInfra.Infra.Common;
using GpuInfra.Planning.Fleets;

namespace GpuInfra.Infra.Clusters;

/// <summary>Labels of what belongs to a pool.</summary>
internal static class ClusterLabels
{
    /// <summary>What says that an object was made here.</summary>
    public const string Maker = "app.kubernetes.io/managed-by";

    /// <summary>GKE's label and taint of nodes that a ComputeClass hands out.</summary>
    public const string GoogleClass = "cloud.google.com/compute-class";

    /// <summary>Labels of a pool's objects.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="role">What the object is.</param>
    public static Dictionary<string, string> Of(Pool pool, string role) => new(OfNode(pool))
    {
        [ClusterNames.ServingLabel] = pool.Serving,
        [ClusterNames.RoleLabel] = role,
        [Maker] = "gpuinfra",
    };

    /// <summary>Labels of a pool's nodes.</summary>
    public static Dictionary<string, string> OfNode(Pool pool) => new()
    {
        [ClusterNames.PoolLabel] = pool.Id,
        [ClusterNames.TierLabel] = pool.Tier.Name(),
    };
}
