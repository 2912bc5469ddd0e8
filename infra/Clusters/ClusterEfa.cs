using Pulumi;
using Pulumi.Kubernetes.Apps.V1;
using Pulumi.Kubernetes.Types.Inputs.Apps.V1;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;

namespace GpuInfra.Infra.Clusters;

/// <summary>
/// AWS's device plug-in for EFA, which hands out network cards to pods: Amazon's image of nodes has what the host needs and not this (EKS user guide, "Manage EFA devices"). It runs on nodes of
/// pools whose replicas span them.
/// </summary>
internal static class ClusterEfa
{
    private const string Name = "device-plugin-efa";
    private const string Sockets = "/var/lib/kubelet/device-plugins";
    private const string Cards = "/dev/infiniband";

    /// <summary>Makes it, in the namespace of what must see the host's devices.</summary>
    /// <param name="place">The cluster.</param>
    /// <param name="image">The plug-in's image, by digest.</param>
    /// <param name="options">Whose it is; it depends on the namespace.</param>
    public static void Add(ClusterPlace place, string image, CustomResourceOptions options) => _ = new DaemonSet($"{place.Region.Name}-{Name}", new DaemonSetArgs
    {
        Metadata = new ObjectMetaArgs { Name = Name, Namespace = ClusterDevices.Space },
        Spec = new DaemonSetSpecArgs
        {
            Selector = new LabelSelectorArgs { MatchLabels = { ["app.kubernetes.io/name"] = Name } },
            UpdateStrategy = new DaemonSetUpdateStrategyArgs { Type = "RollingUpdate" },
            Template = new PodTemplateSpecArgs
            {
                Metadata = new ObjectMetaArgs { Labels = { ["app.kubernetes.io/name"] = Name } },
                Spec = Pod(place, image),
            },
        },
    }, options);

    private static PodSpecArgs Pod(ClusterPlace place, string image) => new()
    {
        PriorityClassName = "system-node-critical",
        AutomountServiceAccountToken = false,
        Affinity = new AffinityArgs
        {
            NodeAffinity = new NodeAffinityArgs
            {
                RequiredDuringSchedulingIgnoredDuringExecution = new NodeSelectorArgs
                {
                    NodeSelectorTerms =
                    {
                        new NodeSelectorTermArgs
                        {
                            MatchExpressions =
                            {
                                new NodeSelectorRequirementArgs
                                {
                                    Key = ClusterNames.PoolLabel,
                                    Operator = "In",
                                    Values = place.Region.Pools.Select(plan => plan.Pool).Where(pool => pool.NodesPerReplica > 1).Select(pool => pool.Id).ToList(),
                                },
                            },
                        },
                    },
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
                SecurityContext = EnginePod.Unprivileged(),
                Resources = new ResourceRequirementsArgs { Requests = { ["cpu"] = "10m", ["memory"] = "64Mi" }, Limits = { ["memory"] = "256Mi" } },
                VolumeMounts = { new VolumeMountArgs { Name = "sockets", MountPath = Sockets }, new VolumeMountArgs { Name = "cards", MountPath = Cards } },
            },
        },
        Volumes =
        {
            new VolumeArgs { Name = "sockets", HostPath = new HostPathVolumeSourceArgs { Path = Sockets, Type = "Directory" } },
            new VolumeArgs { Name = "cards", HostPath = new HostPathVolumeSourceArgs { Path = Cards, Type = "Directory" } },
        },
    };
}
