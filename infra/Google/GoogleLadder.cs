using GpuInfra.Infra.Clusters.Resources;
using GpuInfra.Infra.Common;
using GpuInfra.Planning.Fleets;
using Pulumi;
using Pulumi.Gcp.Container;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;
using CustomResource = Pulumi.Kubernetes.ApiExtensions.CustomResource;

namespace GpuInfra.Infra.Google;

/// <summary>A spot pool's ladder in a cluster: its node pools in the order in which they are tried, those on demand last.</summary>
internal static class GoogleLadder
{
    /// <summary>True for a pool with more than one sort of node to try.</summary>
    public static bool Has(PoolPlan plan) => plan.Pool.Tier == Tier.Spot && (plan.FallsBack || plan.Pool.Ladder.Length > 1);

    /// <summary>Adds it.</summary>
    public static void Add(PoolPlan plan, GoogleNodePlace place, IEnumerable<NodePool> rungs, Resource parent) => _ = new CustomResource(plan.Pool.Id, new ComputeClassArgs
    {
        Metadata = new ObjectMetaArgs { Name = plan.Pool.Id },
        Spec = new ComputeClassSpecArgs
        {
            Priorities = rungs.Select(rung => new ComputePriorityArgs { Nodepools = { rung.Name } }).ToList(),
            WhenUnsatisfiable = "DoNotScaleUp", // Otherwise any machine is started, with or without the right GPU.
            ActiveMigration = new ActiveMigrationArgs { OptimizeRulePriority = true }, // Back to spot once there is some again; a pool on spot answers nobody who waits.
        },
    }, new CustomResourceOptions { Parent = parent, Provider = place.Cluster.Provider }.Formerly(plan.Pool));
}
