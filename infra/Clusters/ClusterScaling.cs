using GpuInfra.Infra.Clusters.Resources;
using Pulumi;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;

namespace GpuInfra.Infra.Clusters;

/// <summary>What makes engines more and fewer as load and hours want it: KEDA, and what each pool is held to. A cluster that is there already has its own KEDA.</summary>
internal sealed class ClusterScaling : ComponentResource
{
    /// <param name="place">The cluster.</param>
    /// <param name="mirror">Where images of charts are pulled from.</param>
    /// <param name="options">Whose it is; it depends on what makes the pools' Deployments.</param>
    public ClusterScaling(ClusterPlace place, ClusterMirror mirror, ComponentResourceOptions options)
        : base("gpuinfra:clusters:Scaling", place.Region.Name, options)
    {
        var name = place.Region.Name;
        var scaled = place.Region.Pools.Select(plan => (plan.Pool, Spec: PoolScaler.Of(plan))).Where(pool => pool.Spec is not null).ToList();
        if (scaled.Count > 0)
        {
            var after = new CustomResourceOptions { Parent = this };
            if (place.Region.ExistingCluster is null)
            {
                var space = ClusterSpace.Make(name, ClusterNames.Scaling, ClusterSpace.Restricted, new CustomResourceOptions { Parent = this });
                after.DependsOn.Add(ClusterChart.Keda.Install(name, Values(mirror), new CustomResourceOptions { Parent = this, DependsOn = { space } }));
            }

            after.DependsOn.AddRange(options.DependsOn);
            foreach (var (pool, spec) in scaled)
            {
                _ = new Pulumi.Kubernetes.ApiExtensions.CustomResource(pool.Id, new ScaledObjectArgs
                {
                    Metadata = new ObjectMetaArgs { Name = pool.Id, Namespace = ClusterNames.Serving, Labels = { [ClusterNames.PoolLabel] = pool.Id } },
                    Spec = spec!,
                }, after);
            }
        }

        RegisterOutputs();
    }

    /// <summary>Two of each, so that a lost node leaves one.</summary>
    private static Dictionary<string, object> Values(ClusterMirror mirror) => new()
    {
        ["global"] = new Dictionary<string, object> { ["image"] = new Dictionary<string, object> { ["registry"] = mirror.Of("ghcr.io") } },
        ["operator"] = Twice(),
        ["metricsServer"] = Twice(),
        ["webhooks"] = Twice(),
        ["podDisruptionBudget"] = new Dictionary<string, object> { ["operator"] = OneLeft(), ["metricServer"] = OneLeft(), ["webhooks"] = OneLeft() },
    };

    private static Dictionary<string, object> Twice() => new() { ["replicaCount"] = 2 };

    private static Dictionary<string, object> OneLeft() => new() { ["minAvailable"] = 1 };
}
