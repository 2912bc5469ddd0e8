using GpuInfra.Planning.Routes;
using Pulumi;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;

namespace GpuInfra.Infra.Clusters;

/// <summary>A router in a cluster: HAProxy without root, rights or a writable system.</summary>
internal static class RouterPod
{
    /// <summary>Port names of the container and the Service.</summary>
    public const string Port = "http", HealthPort = "health";

    /// <summary>The Secret with sums of teams' keys and keys of APIs, and the object with the configuration.</summary>
    public const string Secret = "router-keys", Config = "router";

    /// <summary>Until nobody sends to it any more, an endpoint that is gone must be known everywhere.</summary>
    public const int UnknownSeconds = 10;

    /// <summary>Nobody that an image knows.</summary>
    private const int User = 10_002;

    private const string Files = "configuration", Sockets = "sockets";

    /// <summary>Where its things are.</summary>
    public static RouterSite Site { get; } = RouterSite.InCluster($"{ClusterNames.Serving}.{ClusterNames.Domain}");

    /// <summary>The labels that find it.</summary>
    public static InputMap<string> Labels => new() { [ClusterNames.RoleLabel] = ClusterNames.Router };

    /// <summary>The pod.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="images">What it runs.</param>
    public static PodSpecArgs Of(RouterEntry entry, RouterImages images) => new()
    {
        ServiceAccountName = entry.OwnApis.IsEmpty ? null : (Input<string>)ClusterNames.Router,
        AutomountServiceAccountToken = false,
        EnableServiceLinks = false,
        PriorityClassName = ClusterNames.OnlinePriority,
        TerminationGracePeriodSeconds = UnknownSeconds + (int)Math.Ceiling(entry.Drain.TotalSeconds),
        TopologySpreadConstraints = { Spread("topology.kubernetes.io/zone", "DoNotSchedule"), Spread("kubernetes.io/hostname", "ScheduleAnyway") },
        SecurityContext = EnginePod.NoRoot(User),
        Containers = new[]
        {
            new ContainerArgs
            {
                Name = "haproxy",
                Image = images.Haproxy,
                Command = { "haproxy", "-W", "-db", "-f", $"{Site.Folder}/haproxy.cfg" },
                Env = Keys(entry),
                Ports = { ContainerPort(Port, Site.Port!.Value), ContainerPort(HealthPort, Site.HealthPort) },
                SecurityContext = EnginePod.Unprivileged(),

                // Each of its connections may hold two buffers of a quarter of a MiB.
                Resources = new ResourceRequirementsArgs
                {
                    Requests = { ["cpu"] = "1", ["memory"] = "3Gi" },
                    Limits = { ["memory"] = "3Gi" },
                },
                ReadinessProbe = new ProbeArgs { HttpGet = Ready(), PeriodSeconds = 5, TimeoutSeconds = 3, FailureThreshold = 2 },
                LivenessProbe = new ProbeArgs { HttpGet = Ready(), PeriodSeconds = 10, TimeoutSeconds = 5, FailureThreshold = 6 },
                Lifecycle = new LifecycleArgs { PreStop = new LifecycleHandlerArgs { Sleep = new SleepActionArgs { Seconds = UnknownSeconds } } },
                VolumeMounts = { new VolumeMountArgs { Name = Files, MountPath = Site.Folder, ReadOnly = true }, SocketMount() },
            },
        }.Concat(images.Bridge is { } bridge ? [BridgeContainer.Of(bridge, Keys(entry))] : []).Concat(images.Canary is { } canary ? [CanaryContainer.Of(entry, canary, SocketMount())] : []).ToList(),
        Volumes = new[]
        {
            new VolumeArgs { Name = Files, Projected = new ProjectedVolumeSourceArgs { Sources = Sources(entry), DefaultMode = 0x120 } }, // 0440.
            new VolumeArgs { Name = Sockets, EmptyDir = new EmptyDirVolumeSourceArgs { Medium = "Memory", SizeLimit = "16Mi" } },
        }.Concat(images.Bridge is null ? [] : [Program(BridgeContainer.Name)]).Concat(images.Canary is null ? [] : CanaryContainer.Volumes()).ToList(),
    };

    /// <summary>The configuration and the figures that it starts with.</summary>
    public static Dictionary<string, string> Content(RouterEntry entry) =>
        new(ServingTargets.Maps(entry)) { ["haproxy.cfg"] = HaproxyConfig.Of(entry, Site) };

    /// <summary>What an object with a program is mounted by.</summary>
    public static VolumeArgs Program(string name) => new() { Name = name, ConfigMap = new ConfigMapVolumeSourceArgs { Name = name, DefaultMode = 0x124 } }; // 0444.

    /// <summary>Keys that are shown to APIs.</summary>
    private static List<EnvVarArgs> Keys(RouterEntry entry) =>
    [
        .. entry.ApiSecrets.Select(HaproxyConfig.KeyOf).Select(key => new EnvVarArgs
        {
            Name = key,
            ValueFrom = new EnvVarSourceArgs { SecretKeyRef = new SecretKeySelectorArgs { Name = Secret, Key = key } },
        }),
    ];

    private static List<VolumeProjectionArgs> Sources(RouterEntry entry)
    {
        var sources = new List<VolumeProjectionArgs> { new() { ConfigMap = new ConfigMapProjectionArgs { Name = Config } } };
        if (!entry.Table.Router.Keys.IsEmpty)
        {
            sources.Add(new() { Secret = new SecretProjectionArgs { Name = Secret, Items = { new KeyToPathArgs { Key = "teams.map", Path = "teams.map" } } } });
        }

        return sources;
    }

    private static VolumeMountArgs SocketMount() => new() { Name = Sockets, MountPath = Path.GetDirectoryName(Site.Socket)! };

    private static HTTPGetActionArgs Ready() => new() { Path = "/ready", Port = HealthPort };

    private static ContainerPortArgs ContainerPort(string name, int port) => new() { Name = name, ContainerPortValue = port, Protocol = "TCP" };

    private static TopologySpreadConstraintArgs Spread(string over, string otherwise) => new()
    {
        MaxSkew = 1,
        TopologyKey = over,
        WhenUnsatisfiable = otherwise,
        MatchLabelKeys = { "pod-template-hash" }, // A release is spread by itself.
        LabelSelector = new LabelSelectorArgs { MatchLabels = Labels },
    };
}
