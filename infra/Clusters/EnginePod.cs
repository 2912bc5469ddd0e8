using System.Globalization;
using GpuInfra.Infra.Common;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using Pulumi;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;

namespace GpuInfra.Infra.Clusters;

/// <summary>
/// A replica: what fetches its weights, and vLLM. It runs without root, rights or a writable system, on its pool's nodes only. Weights lie in a volume of
/// the node's own disks, one copy a replica: a directory that replicas share would be the host's, which Pod Security's restricted level refuses.
/// </summary>
internal static class EnginePod
{
    private const string Weights = "weights";
    /// <summary>The volume of temporary files.</summary>
    public const string Scratch = "scratch";

    private const string SharedMemory = "shared-memory";
    private const string Scripts = "scripts";

    /// <summary>Nobody that an image knows.</summary>
    public const int User = 10_001;

    /// <summary>GiB of the compiled kernels and temporary files of an engine.</summary>
    private const int ScratchGib = 20;

    /// <summary>GiB that processes of one replica share: what machines give it (<c>--shm-size</c>).</summary>
    private const int SharedMemoryGib = 16;

    /// <summary>The pod.</summary>
    /// <param name="region">The region.</param>
    /// <param name="plan">The pool.</param>
    /// <param name="weights">How weights come to it.</param>
    /// <param name="image">The engine's image, by digest.</param>
    /// <param name="isHead">Whether it answers for the nodes of its replica; of no meaning where a replica has room on one.</param>
    public static PodSpecArgs Of(RegionFleet region, PoolPlan plan, ClusterWeights weights, string image, bool isHead = true) => new()
    {
        ServiceAccountName = ClusterWeights.Account,
        AutomountServiceAccountToken = false,
        EnableServiceLinks = false,
        PriorityClassName = plan.Queue is null && plan.Pool.Tier != Tier.Spot ? ClusterSpaces.Online : ClusterSpaces.Patient,
        TerminationGracePeriodSeconds = EngineTimes.StopSeconds(plan.Pool),
        NodeSelector = Where(plan),
        Tolerations = Tolerated(plan).Select(key => new TolerationArgs { Key = key, Operator = "Exists", Effect = "NoSchedule" }).ToList(),
        TopologySpreadConstraints = plan.Pool.NodesPerReplica > 1 ? [] : [Spread("topology.kubernetes.io/zone", plan.Pool), Spread("kubernetes.io/hostname", plan.Pool)],
        SecurityContext = NoRoot(User, "OnRootMismatch"),
        InitContainers = { Fetcher(region, plan, weights) },
        Containers = { Engine(region, plan, image, isHead) },
        Volumes =
        {
            ClusterWeights.AreShared(plan) ? Shared(Weights, FilesUse.Weights) : Empty(Weights, new EmptyDirVolumeSourceArgs { SizeLimit = Gib(WeightsGib(plan)) }),
            Empty(Scratch, new EmptyDirVolumeSourceArgs { SizeLimit = Gib(ScratchGib) }),
            Empty(SharedMemory, new EmptyDirVolumeSourceArgs { Medium = "Memory", SizeLimit = Gib(SharedMemoryGib) }),
            new VolumeArgs { Name = Scripts, ConfigMap = new ConfigMapVolumeSourceArgs { Name = ClusterFiles.Name, DefaultMode = 0x16D } }, // 0555.
        },
    };

    /// <summary>What starts before a container that needs the engine beside it: the weights, then the engine, which stays and ends with the pod.</summary>
    public static InputList<ContainerArgs> WithEngineBeside(RegionFleet region, PoolPlan plan, ClusterWeights weights, string image)
    {
        var engine = Engine(region, plan, image);
        engine.RestartPolicy = "Always";
        return [Fetcher(region, plan, weights), engine];
    }

    /// <summary>GiB of a replica's weights on a node's disk, with what comes beside them.</summary>
    public static int WeightsGib(PoolPlan plan) => (int)Math.Ceiling(MachineNeeds.Weights(plan.Model, plan.Pool.Engine.Precision).TotalGib * 1.2) + 1;

    /// <summary>GiB of a node's disk that its replicas write to: their weights and what they compile, and checkpoints where they train.</summary>
    public static int DiskGib(PoolPlan plan) => plan.Pool.Ladder.Max(rung => rung.ReplicasPerInstance) * (WeightsGib(plan) + ScratchGib + MachineNeeds.CheckpointsGib(plan));

    /// <summary>GPUs, or instances or turns of one, that a replica asks for; of one that spans nodes, its pod on each.</summary>
    public static int Gpus(Pool pool) => pool.Engine.Cut is null ? pool.Engine.TensorParallel * pool.Engine.PipelineParallel / pool.NodesPerReplica : 1;

    private static Dictionary<string, string> Where(PoolPlan plan)
    {
        var where = new Dictionary<string, string> { [ClusterNames.PoolLabel] = plan.Pool.Id };
        if (HasClass(plan))
        {
            where[ClusterLabels.GoogleClass] = plan.Pool.Id;
        }

        return where;
    }

    private static IEnumerable<string> Tolerated(PoolPlan plan) => HasClass(plan) ? ["nvidia.com/gpu", ClusterLabels.GoogleClass] : ["nvidia.com/gpu"];

    private static bool HasClass(PoolPlan plan) => plan.Pool.Cloud == CloudProvider.Gcp && Google.GoogleLadder.Has(plan);

    /// <summary>What fetches weights before anything else starts.</summary>
    public static ContainerArgs Fetcher(RegionFleet region, PoolPlan plan, ClusterWeights weights) => new()
    {
        Name = "weights",
        Image = weights.Image,
        Command = { "/bin/bash", $"{ClusterFiles.Path}/weights.sh" },
        Env = weights.Settings(region, plan).Select(setting => Variable(setting.Key, setting.Value)).Append(Variable("HOME", "/tmp")).ToList(),
        SecurityContext = Unprivileged(),
        Resources = Fetching(),
        VolumeMounts = { Mount(Weights, ClusterWeights.Root), Mount(Scratch, "/tmp"), Mount(Scripts, ClusterFiles.Path, isReadOnly: true) },
    };

    /// <summary>What the clouds' command lines need to copy many files at once.</summary>
    public static ResourceRequirementsArgs Fetching() => new() { Requests = { ["cpu"] = "500m", ["memory"] = "1Gi" }, Limits = { ["memory"] = "4Gi" } };

    /// <summary>The weights, as whoever computes with them finds them.</summary>
    public static VolumeMountArgs WeightsMount(PoolPlan plan) => new() { Name = Weights, MountPath = ClusterWeights.Path, SubPath = ClusterWeights.DirectoryOf(plan), ReadOnly = true };

    /// <summary>The memory that processes on several GPUs share.</summary>
    public static VolumeMountArgs SharedMemoryMount() => Mount(SharedMemory, "/dev/shm");
    private static ContainerArgs Engine(RegionFleet region, PoolPlan plan, string image, bool isHead)
    {
        var engine = Engine(region, plan, image);
        if (plan.Pool.NodesPerReplica > 1)
        {
            ClusterSpan.Join(engine, plan.Pool, isHead);
        }

        return engine;
    }

    private static ContainerArgs Engine(RegionFleet region, PoolPlan plan, string image) => new()
    {
        Name = ClusterNames.Engine,
        Image = image,
        Command = { "/bin/sh", $"{ClusterFiles.Path}/engine.sh" },
        Args = EngineArguments.Flags(region, plan),
        Env = EngineArguments.Settings(region, plan).Select(setting => Variable(setting.Key, setting.Value))
            .Concat(
            [
                Variable("PORT", EnginePorts.First.ToString(CultureInfo.InvariantCulture)),
                Variable("HOME", "/tmp"),
                Variable("USER", "vllm"), // Compilers ask for the user's name, which no file knows.
                Variable("VLLM_CACHE_ROOT", "/tmp/vllm"),
                Variable("HF_HUB_OFFLINE", "1"),
                Variable("VLLM_NO_USAGE_STATS", "1"),
            ]).ToList(),
        Ports = { new ContainerPortArgs { Name = ClusterNames.EnginePort, ContainerPortValue = EnginePorts.First, Protocol = "TCP" } },
        SecurityContext = Unprivileged(),
        Resources = Resources(plan.Pool),
        StartupProbe = new ProbeArgs
        {
            Exec = new ExecActionArgs { Command = { "python3", $"{ClusterFiles.Path}/first_token.py" } },
            PeriodSeconds = EngineTimes.StartPeriod,
            TimeoutSeconds = 60,
            FailureThreshold = EngineTimes.StartSeconds(plan) / EngineTimes.StartPeriod,
        },
        ReadinessProbe = new ProbeArgs { HttpGet = Health(), PeriodSeconds = 5, TimeoutSeconds = 3, FailureThreshold = 2 },

        // An engine that decodes a long batch may be slow to answer; one that has died says so at once.
        LivenessProbe = new ProbeArgs { HttpGet = Health(), PeriodSeconds = 15, TimeoutSeconds = 10, FailureThreshold = 8 },
        Lifecycle = new LifecycleArgs { PreStop = new LifecycleHandlerArgs { Sleep = new SleepActionArgs { Seconds = Math.Min(EngineTimes.Goodbye, EngineTimes.StopSeconds(plan.Pool) / 5) } } },
        VolumeMounts =
        {
            WeightsMount(plan),
            Mount(Scratch, "/tmp"),
            SharedMemoryMount(),
            Mount(Scripts, ClusterFiles.Path, isReadOnly: true),
        },
    };

    /// <summary>GPUs, and of the rest what the node has for each replica. Memory is held to it; processors are shared.</summary>
    public static ResourceRequirementsArgs Resources(Pool pool)
    {
        var gpus = Gpus(pool).ToString(CultureInfo.InvariantCulture);
        var resources = new ResourceRequirementsArgs { Requests = { ["nvidia.com/gpu"] = gpus }, Limits = { ["nvidia.com/gpu"] = gpus } };
        if (ClusterSpan.Cards(pool) is > 0 and var cards)
        {
            resources.Requests.Add(ClusterSpan.Efa, cards.ToString(CultureInfo.InvariantCulture));
            resources.Limits.Add(ClusterSpan.Efa, cards.ToString(CultureInfo.InvariantCulture));
        }

        if (NodeRoom.Of(Catalog.Embedded, pool) is { } room)
        {
            var memory = Gib((int)Math.Floor(room.Memory.TotalGib));
            resources.Requests.Add("cpu", FormattableString.Invariant($"{room.MilliCores}m"));
            resources.Requests.Add("memory", memory);
            resources.Limits.Add("memory", memory);
        }

        return resources;
    }

    private static HTTPGetActionArgs Health() => new() { Path = "/health", Port = ClusterNames.EnginePort };

    /// <summary>As even as room allows: where capacity is reserved it lies where it lies.</summary>
    private static TopologySpreadConstraintArgs Spread(string key, Pool pool) => new()
    {
        TopologyKey = key,
        MaxSkew = 1,
        WhenUnsatisfiable = "ScheduleAnyway",
        LabelSelector = new LabelSelectorArgs { MatchLabels = { [ClusterNames.PoolLabel] = pool.Id } },
    };

    /// <summary>A pod of nobody that an image knows.</summary>
    /// <param name="user">The user, and the group of its volumes.</param>
    /// <param name="change">When volumes get that group; null whenever they are mounted.</param>
    public static PodSecurityContextArgs NoRoot(int user, string? change = null)
    {
        var context = new PodSecurityContextArgs { RunAsNonRoot = true, RunAsUser = user, RunAsGroup = user, FsGroup = user, SeccompProfile = new SeccompProfileArgs { Type = "RuntimeDefault" } };
        if (change is not null)
        {
            context.FsGroupChangePolicy = change;
        }

        return context;
    }

    /// <summary>A container without rights.</summary>
    public static SecurityContextArgs Unprivileged() => new()
    {
        AllowPrivilegeEscalation = false,
        ReadOnlyRootFilesystem = true,
        Capabilities = new CapabilitiesArgs { Drop = { "ALL" } },
    };

    /// <summary>What pods share for a use.</summary>
    public static VolumeArgs Shared(string name, FilesUse use) => new() { Name = name, PersistentVolumeClaim = new PersistentVolumeClaimVolumeSourceArgs { ClaimName = ClusterVolumes.Of(use) } };

    private static VolumeArgs Empty(string name, EmptyDirVolumeSourceArgs source) => new() { Name = name, EmptyDir = source };

    private static VolumeMountArgs Mount(string name, string path, bool? isReadOnly = null)
    {
        var mount = new VolumeMountArgs { Name = name, MountPath = path };
        if (isReadOnly is { } value)
        {
            mount.ReadOnly = value;
        }

        return mount;
    }

    /// <summary>A setting of a container.</summary>
    public static EnvVarArgs Variable(string name, Input<string> value) => new() { Name = name, Value = value };

    private static string Gib(int size) => FormattableString.Invariant($"{size}Gi");
}
