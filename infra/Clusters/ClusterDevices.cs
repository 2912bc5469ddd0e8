using GpuInfra.Planning.Catalogs;
using Pulumi;
using Pulumi.Kubernetes.Apps.V1;
using Pulumi.Kubernetes.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Apps.V1;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;

namespace GpuInfra.Infra.Clusters;

/// <summary>
/// NVIDIA's device plug-in, without which a node's GPUs are invisible: Amazon's image has the driver and not this (2i2c-org/infrastructure issue 7008). GKE brings its own,
/// and two on one node spoil each other (NVIDIA/aicr issue 1998), so it is made on AWS only. Where replicas share GPUs it hands out parts of them by the same name.
/// </summary>
internal sealed class ClusterDevices : ComponentResource
{
    /// <summary>The namespace of what must see the host's devices.</summary>
    public const string Space = "gpu-system";

    /// <summary>The label with how a node's GPUs are shared; nodes of whole GPUs have none.</summary>
    public const string PartsLabel = "gpu.fleet/parts";

    private const string Name = "device-plugin";
    private const string Sockets = "/var/lib/kubelet/device-plugins";

    /// <param name="place">The cluster.</param>
    /// <param name="image">The plug-in's image, by digest.</param>
    /// <param name="efaImage">That of EFA's; null where no replica spans nodes.</param>
    /// <param name="options">Whose they are.</param>
    public ClusterDevices(ClusterPlace place, string image, string? efaImage, ComponentResourceOptions options)
        : base("gpuinfra:clusters:Devices", place.Region.Name, options)
    {
        var prefix = place.Region.Name;
        var space = new Namespace($"{prefix}-{Space}", new NamespaceArgs
        {
            Metadata = new ObjectMetaArgs
            {
                Name = Space,
                Labels =
                {
                    ["pod-security.kubernetes.io/enforce"] = "privileged", // It talks to the kubelet by a socket of the host, which no lower level lets it have.
                    ["pod-security.kubernetes.io/audit"] = "restricted",
                    ["pod-security.kubernetes.io/warn"] = "restricted",
                },
            },
        }, new CustomResourceOptions { Parent = this });
        var inside = new CustomResourceOptions { Parent = this, DependsOn = { space } };
        Of("whole", null);
        foreach (var cut in place.Region.Pools.Select(pool => pool.Pool.Engine.Cut).OfType<GpuCut>().DistinctBy(Parts).OrderBy(Parts, StringComparer.Ordinal))
        {
            Of(Parts(cut), cut);
        }

        if (efaImage is not null)
        {
            ClusterEfa.Add(place, efaImage, inside);
        }

        RegisterOutputs();

        void Of(string parts, GpuCut? cut)
        {
            var name = $"{Name}-{parts}";
            var file = new ConfigMap($"{prefix}-{name}", new ConfigMapArgs
            {
                Metadata = new ObjectMetaArgs { Name = name, Namespace = Space },
                Data = { ["config.yaml"] = Config(cut) },
            }, inside);
            _ = new DaemonSet($"{prefix}-{name}", new DaemonSetArgs
            {
                Metadata = new ObjectMetaArgs { Name = name, Namespace = Space },
                Spec = new DaemonSetSpecArgs
                {
                    Selector = new LabelSelectorArgs { MatchLabels = { ["app.kubernetes.io/name"] = name } },
                    UpdateStrategy = new DaemonSetUpdateStrategyArgs { Type = "RollingUpdate" },
                    Template = new PodTemplateSpecArgs
                    {
                        Metadata = new ObjectMetaArgs { Labels = { ["app.kubernetes.io/name"] = name }, Annotations = { ["gpu.fleet/files"] = parts } },
                        Spec = Pod(name, image, cut),
                    },
                },
            }, new CustomResourceOptions { Parent = this, DependsOn = { file } });
        }
    }

    /// <summary>How GPUs are shared, as a label's value: <c>mig-3-1g.10gb</c>, <c>turns-4</c>.</summary>
    public static string Parts(GpuCut cut) => cut.Profile is null ? FormattableString.Invariant($"turns-{cut.PerGpu}") : FormattableString.Invariant($"mig-{cut.PerGpu}-{cut.Profile.Replace('+', '.')}");

    /// <summary>Its configuration (NVIDIA/k8s-device-plugin 0.20, version v1).</summary>
    private static string Config(GpuCut? cut)
    {
        var mig = cut?.Profile is null ? "none" : "single"; // All of a node's instances are alike, and go by the name of a GPU.
        var head = $"version: v1\nflags:\n  migStrategy: {mig}\n  failOnInitError: true\n";
        return cut is { Profile: null }
            ? head + FormattableString.Invariant($"sharing:\n  timeSlicing:\n    failRequestsGreaterThanOne: true\n    resources:\n    - name: nvidia.com/gpu\n      replicas: {cut.PerGpu}\n")
            : head;
    }

    private static PodSpecArgs Pod(string name, string image, GpuCut? cut) => new()
    {
        PriorityClassName = "system-node-critical",
        AutomountServiceAccountToken = false,
        NodeSelector = cut is null ? [] : new Dictionary<string, string> { [PartsLabel] = Parts(cut) },
        Affinity = new AffinityArgs
        {
            NodeAffinity = new NodeAffinityArgs
            {
                RequiredDuringSchedulingIgnoredDuringExecution = new NodeSelectorArgs
                {
                    NodeSelectorTerms = { new NodeSelectorTermArgs { MatchExpressions = Nodes(cut).ToList() } },
                },
            },
        },
        Tolerations = { new TolerationArgs { Key = "nvidia.com/gpu", Operator = "Exists", Effect = "NoSchedule" } },
        SecurityContext = new PodSecurityContextArgs { SeccompProfile = new SeccompProfileArgs { Type = "RuntimeDefault" } },
        Containers =
        {
            new ContainerArgs
            {
                Name = Name,
                Image = image,
                Env = { new EnvVarArgs { Name = "CONFIG_FILE", Value = "/etc/device-plugin/config.yaml" } },
                SecurityContext = new SecurityContextArgs
                {
                    AllowPrivilegeEscalation = false,
                    ReadOnlyRootFilesystem = true,
                    Capabilities = new CapabilitiesArgs { Drop = { "ALL" } },
                },
                Resources = new ResourceRequirementsArgs { Requests = { ["cpu"] = "50m", ["memory"] = "64Mi" }, Limits = { ["memory"] = "256Mi" } },
                VolumeMounts =
                {
                    new VolumeMountArgs { Name = "sockets", MountPath = Sockets },
                    new VolumeMountArgs { Name = "config", MountPath = "/etc/device-plugin", ReadOnly = true },
                },
            },
        },
        Volumes =
        {
            new VolumeArgs { Name = "sockets", HostPath = new HostPathVolumeSourceArgs { Path = Sockets, Type = "Directory" } },
            new VolumeArgs { Name = "config", ConfigMap = new ConfigMapVolumeSourceArgs { Name = name } },
        },
    };

    /// <summary>Nodes of pools; each sort of sharing has a plug-in of its own.</summary>
    private static IEnumerable<NodeSelectorRequirementArgs> Nodes(GpuCut? cut)
    {
        yield return new NodeSelectorRequirementArgs { Key = ClusterNames.PoolLabel, Operator = "Exists" };
        if (cut is null)
        {
            yield return new NodeSelectorRequirementArgs { Key = PartsLabel, Operator = "DoesNotExist" };
        }
    }
}
