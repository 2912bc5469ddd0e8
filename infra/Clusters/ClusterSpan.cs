using System.Globalization;
using GpuInfra.Infra.Clusters.Resources;
using GpuInfra.Infra.Common;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using Pulumi;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;

namespace GpuInfra.Infra.Clusters;

/// <summary>
/// Replicas over several nodes: groups of pods that a LeaderWorkerSet starts, ends and renews together. It is not called as its pool: it makes a Service of its own name, by which pods of a
/// group find each other before any of them is ready, and the pool's names the leaders that answer.
/// </summary>
internal static class ClusterSpan
{
    /// <summary>The label with a pod's rank in its group; 0 is the leader's.</summary>
    public const string RankLabel = "leaderworkerset.sigs.k8s.io/worker-index";

    /// <summary>The resource by which pods ask for network cards of EFA.</summary>
    public const string Efa = "vpc.amazonaws.com/efa";

    /// <summary>Characters that a pool's id may have: names of groups are longer, and Kubernetes adds to these what is new.</summary>
    public const int LongestId = 44;

    /// <summary>Where the controller runs.</summary>
    public const string Space = "lws-system";

    private const int MeetingPort = 29_500;

    /// <summary>The set of a pool.</summary>
    public static string NameOf(Pool pool) => $"{pool.Id}-span";

    /// <summary>Installs the controller.</summary>
    public static Resource Install(ClusterPlace place, ClusterMirror mirror, Resource parent)
    {
        var space = ClusterSpace.Make(place.Region.Name, Space, ClusterSpace.Restricted, new CustomResourceOptions { Parent = parent });
        return ClusterChart.LeaderWorkerSet.Install(place.Region.Name, Values(mirror), new CustomResourceOptions { Parent = parent, DependsOn = { space } });
    }

    /// <summary>Makes the set of a pool's replicas.</summary>
    /// <param name="plan">The pool.</param>
    /// <param name="place">The cluster.</param>
    /// <param name="labels">What its objects carry.</param>
    /// <param name="pod">A pod's specification, by whether it leads.</param>
    /// <param name="options">Whose it is.</param>
    public static void Add(PoolPlan plan, ClusterPlace place, Dictionary<string, string> labels, Func<bool, PodSpecArgs> pod, CustomResourceOptions options)
    {
        var pool = plan.Pool;
        _ = new Pulumi.Kubernetes.ApiExtensions.CustomResource(NameOf(pool), new LeaderWorkerSetArgs
        {
            Metadata = new ObjectMetaArgs { Name = NameOf(pool), Namespace = ClusterNames.Serving, Labels = labels },
            Spec = new LeaderWorkerSetSpecArgs
            {
                Replicas = pool.Replicas,
                StartupPolicy = "LeaderCreated",
                LeaderWorkerTemplate = new LeaderWorkerTemplateArgs
                {
                    Size = pool.NodesPerReplica,
                    RestartPolicy = "RecreateGroupOnPodRestart",
                    LeaderTemplate = Template(isHead: true),
                    WorkerTemplate = Template(isHead: false),
                },
                RolloutStrategy = new RolloutStrategyArgs
                {
                    Type = "RollingUpdate",
                    RollingUpdateConfiguration = new RollingGroupsArgs
                    {
                        MaxUnavailable = 1,
                        MaxSurge = 0, // No group of machines is spare.
                        Partition = place.Region.IsFrozen || !plan.IsRenewed ? pool.Replicas : 0,
                    },
                },
            },
        }, options);

        PodTemplateSpecArgs Template(bool isHead) => new()
        {
            Metadata = new ObjectMetaArgs { Labels = labels, Annotations = { ["gpu.fleet/files"] = ClusterFiles.Sum } },
            Spec = pod(isHead),
        };
    }

    /// <summary>Makes an engine's container one part of a replica. A worker answers nobody and is asked nothing: when it ends, its group is made anew.</summary>
    public static void Join(ContainerArgs engine, Pool pool, bool isHead)
    {
        string[] flags =
        [
            "--distributed-executor-backend", "mp", "--nnodes", Number(pool.NodesPerReplica), "--node-rank", "$(LWS_WORKER_INDEX)",
            "--master-addr", "$(LWS_LEADER_ADDRESS)", "--master-port", Number(MeetingPort), .. isHead ? [] : new[] { "--headless" },
        ];
        engine.Args.AddRange(flags);
        engine.Env.Add(new EnvVarArgs { Name = "VLLM_HOST_IP", ValueFrom = new EnvVarSourceArgs { FieldRef = new ObjectFieldSelectorArgs { FieldPath = "status.podIP" } } });
        engine.Env.Add(new EnvVarArgs { Name = "NCCL_SOCKET_IFNAME", Value = "eth0" });
        engine.Env.Add(new EnvVarArgs { Name = "GLOO_SOCKET_IFNAME", Value = "eth0" });
        if (pool.Cloud == CloudProvider.Aws)
        {
            engine.Env.Add(new EnvVarArgs { Name = "FI_PROVIDER", Value = "efa" });
            engine.Env.Add(new EnvVarArgs { Name = "FI_EFA_USE_HUGE_PAGE", Value = "0" }); // Nodes keep none ready, and a pod that asks for them would never start.
        }

        if (!isHead)
        {
            engine.Ports = [];
            engine.StartupProbe = engine.ReadinessProbe = engine.LivenessProbe = null;
        }
    }

    /// <summary>Network cards that a pod asks for; none but on AWS.</summary>
    public static int Cards(Pool pool) => pool.Cloud == CloudProvider.Aws ? ReplicaFabric.Of(pool)?.Cards ?? 0 : 0;

    private static Dictionary<string, object> Values(ClusterMirror mirror) => new()
    {
        ["replicaCount"] = 2, // So that a lost node leaves one.
        ["image"] = new Dictionary<string, object>
        {
            ["manager"] = new Dictionary<string, object> { ["repository"] = $"{mirror.Of("registry.k8s.io")}/lws/lws", ["tag"] = ClusterChart.LeaderWorkerSet.Version, ["pullPolicy"] = "IfNotPresent" },
        },
        ["podSecurityContext"] = new Dictionary<string, object> { ["runAsNonRoot"] = true, ["seccompProfile"] = new Dictionary<string, object> { ["type"] = "RuntimeDefault" } },
    };

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
