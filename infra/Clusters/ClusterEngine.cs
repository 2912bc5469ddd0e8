using GpuInfra.Infra.Common;
using Pulumi;
using Pulumi.Kubernetes.Core.V1;
using Pulumi.Kubernetes.Policy.V1;
using Pulumi.Kubernetes.Types.Inputs.Apps.V1;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;
using Pulumi.Kubernetes.Types.Inputs.Policy.V1;
using Deployment = Pulumi.Kubernetes.Apps.V1.Deployment;
using Tier = GpuInfra.Planning.Fleets.Tier;

namespace GpuInfra.Infra.Clusters;

/// <summary>A pool's engines: a Deployment of as many replicas as the plan has (a LeaderWorkerSet where each spans nodes), the Service that names them, and how many may be away at once.</summary>
internal sealed class ClusterEngine : ComponentResource
{
    /// <summary>A tenth of a pool may be away at once, as on machines.</summary>
    private const string Few = "10%";

    public ClusterEngine(PoolPlan plan, ClusterPlace place, ClusterWeights weights, string engineImage, ComponentResourceOptions options)
        : base("gpuinfra:clusters:Engine", plan.Pool.Id, options)
    {
        var pool = plan.Pool;
        var child = new CustomResourceOptions { Parent = this }.Formerly(pool);
        var labels = ClusterLabels.Of(pool, "engine");
        var selector = new LabelSelectorArgs { MatchLabels = { [ClusterNames.PoolLabel] = pool.Id, [ClusterNames.RoleLabel] = "engine" } };
        var replicas = new CustomResourceOptions { Parent = this }.Formerly(pool);
        if (plan.Load is not null || pool.Window is not null)
        {
            replicas.IgnoreChanges.Add("spec.replicas"); // Load and hours change it; an update must not put it back.
        }

        if (pool.NodesPerReplica > 1)
        {
            ClusterSpan.Add(plan, place, labels, isHead => EnginePod.Of(place.Region, plan, weights, engineImage, isHead), child);
        }
        else
        {
            _ = new Deployment(pool.Id, new DeploymentArgs
            {
                Metadata = Named(skipAwait: true),
                Spec = new DeploymentSpecArgs
                {
                    Replicas = pool.Replicas,
                    Selector = selector,
                    Strategy = new DeploymentStrategyArgs
                    {
                        Type = "RollingUpdate",

                        // Where no GPU is spare a successor has no place beside its predecessor: there the old one goes first.
                        RollingUpdate = pool.Tier == Tier.OnDemand
                            ? new RollingUpdateDeploymentArgs { MaxSurge = Few, MaxUnavailable = 0 }
                            : new RollingUpdateDeploymentArgs { MaxSurge = 0, MaxUnavailable = Few },
                    },
                    ProgressDeadlineSeconds = 2 * EngineTimes.StartSeconds(plan),
                    RevisionHistoryLimit = 3,
                    Paused = place.Region.IsFrozen, // In an incident replicas that run stay as they are; a changed template reaches them afterwards.
                    Template = new PodTemplateSpecArgs
                    {
                        Metadata = new ObjectMetaArgs
                        {
                            Labels = labels,
                            Annotations = { ["gpu.fleet/files"] = ClusterFiles.Sum },
                        },
                        Spec = EnginePod.Of(place.Region, plan, weights, engineImage),
                    },
                },
            }, replicas);
        }

        _ = new Service(pool.Id, new ServiceArgs
        {
            Metadata = Named(),
            Spec = new ServiceSpecArgs
            {
                ClusterIP = "None", // Routers know each replica.
                Selector = pool.NodesPerReplica > 1 ? new Dictionary<string, string> { [ClusterNames.PoolLabel] = pool.Id, [ClusterNames.RoleLabel] = "engine", [ClusterSpan.RankLabel] = "0" } : selector.MatchLabels,
                Ports = { new ServicePortArgs { Name = ClusterNames.EnginePort, Port = EnginePorts.First, TargetPort = ClusterNames.EnginePort, Protocol = "TCP" } },
            },
        }, child);
        _ = new PodDisruptionBudget(pool.Id, new PodDisruptionBudgetArgs
        {
            Metadata = Named(),
            Spec = new PodDisruptionBudgetSpecArgs
            {
                Selector = selector,
                MaxUnavailable = pool.NodesPerReplica > 1 ? 1 : Math.Max(1, pool.Replicas / 10), // With one pod its whole group is away, and until it is back no other goes.
                UnhealthyPodEvictionPolicy = "AlwaysAllow", // What does not answer keeps no node from being drained.
            },
        }, child);
        RegisterOutputs();

        ObjectMetaArgs Named(bool skipAwait = false)
        {
            var metadata = new ObjectMetaArgs { Name = pool.Id, Namespace = ClusterNames.Serving, Labels = labels };
            if (skipAwait)
            {
                metadata.Annotations.Add("pulumi.com/skipAwait", "true"); // Scarce capacity must not fail an update half-way.
            }

            return metadata;
        }
    }
}
