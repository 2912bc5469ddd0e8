using System.Collections.Immutable;
using GpuInfra.Infra.Common;
using GpuInfra.Planning.Monitoring;
using GpuInfra.Planning.Routes;
using Pulumi;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;
using Pulumi.Kubernetes.Types.Inputs.Networking.V1;

namespace GpuInfra.Infra.Clusters;

/// <summary>
/// The pod that asks a cluster's Prometheus how canaries do. It alone has a token of the cluster, mounted by name, with which it changes one object. It stands among the monitors, so that nothing is opened
/// to engines and routers.
/// </summary>
internal static class CanaryStopper
{
    /// <summary>All that is its own; an alert asks after the Deployment by this name.</summary>
    public const string Name = "canaries";

    private const string Program = "stopper.py", Path = "/etc/gpuinfra-canaries", State = "/run/canaries", Account = "/var/run/secrets/canaries";

    /// <summary>Prometheus' port, and the Service by which its operator names each of them (prometheus-operator, pkg/prometheus, read 2026-11-29).</summary>
    private const int Port = 9090;

    private const string Each = $"prometheus-operated.{ClusterNames.Monitoring}.{ClusterNames.Domain}";

    /// <summary>Nobody that an image knows.</summary>
    private const int User = 10_003;

    /// <summary>How old the last look may be that everything has answered: five of them, seconds.</summary>
    private const int Fresh = 300;

    /// <summary>Its program by file.</summary>
    public static ImmutableSortedDictionary<string, string> Files => ImmutableSortedDictionary<string, string>.Empty.Add(Program, EmbeddedText.Read($"monitor/{Program}"));

    /// <summary>The labels that find it.</summary>
    public static InputMap<string> Labels => new() { [ClusterNames.RoleLabel] = Name };

    /// <summary>The pod.</summary>
    /// <param name="entry">The entry whose canaries it stops.</param>
    /// <param name="image">Python 3.10 or later, by digest.</param>
    public static PodSpecArgs Of(RouterEntry entry, string image) => new()
    {
        ServiceAccountName = Name,
        AutomountServiceAccountToken = false,
        EnableServiceLinks = false,
        SecurityContext = EnginePod.NoRoot(User),
        Containers =
        {
            new ContainerArgs
            {
                Name = Name,
                Image = image,
                Command = { "python3", "-B", $"{Path}/{Program}" },
                Env =
                {
                    EnginePod.Variable("PROMETHEUS", FormattableString.Invariant($"{Each}:{Port}")),
                    EnginePod.Variable("ALERTS", AlertRules.StopCanaries),
                    EnginePod.Variable("CANARIES", string.Join(' ', RouterSource.Stopping(entry).Select(one => $"{one.Serving}={one.Canary}"))),
                    EnginePod.Variable("OBJECT", $"https://kubernetes.default.svc/api/v1/namespaces/{ClusterNames.Serving}/configmaps/{ClusterCanary.Words}"),
                    EnginePod.Variable("ACCOUNT", Account),
                    EnginePod.Variable("SEEN", $"{State}/seen"),
                },
                SecurityContext = EnginePod.Unprivileged(),
                Resources = CanaryContainer.Little(),
                ReadinessProbe = new ProbeArgs
                {
                    Exec = new ExecActionArgs { Command = { "python3", "-c", FormattableString.Invariant($"import os, time; raise SystemExit(time.time() - os.path.getmtime('{State}/seen') > {Fresh})") } },
                    PeriodSeconds = 30,
                    TimeoutSeconds = 5,
                    FailureThreshold = 2,
                },
                VolumeMounts =
                {
                    new VolumeMountArgs { Name = Name, MountPath = Path, ReadOnly = true },
                    new VolumeMountArgs { Name = "account", MountPath = Account, ReadOnly = true },
                    new VolumeMountArgs { Name = "state", MountPath = State },
                },
            },
        },
        Volumes =
        {
            RouterPod.Program(Name),
            new VolumeArgs
            {
                Name = "account",
                Projected = new ProjectedVolumeSourceArgs
                {
                    DefaultMode = 0x120, // 0440.
                    Sources =
                    {
                        new VolumeProjectionArgs { ServiceAccountToken = new ServiceAccountTokenProjectionArgs { ExpirationSeconds = 3600, Path = "token" } },
                        new VolumeProjectionArgs { ConfigMap = new ConfigMapProjectionArgs { Name = "kube-root-ca.crt", Items = { new KeyToPathArgs { Key = "ca.crt", Path = "ca.crt" } } } },
                    },
                },
            },
            new VolumeArgs { Name = "state", EmptyDir = new EmptyDirVolumeSourceArgs { Medium = "Memory", SizeLimit = "1Mi" } },
        },
    };

    /// <summary>Nobody reaches it; it reaches names, each Prometheus and the cluster's interface, whose addresses are the cluster's or the network's own.</summary>
    public static NetworkPolicySpecArgs Traffic() => new()
    {
        PodSelector = new LabelSelectorArgs { MatchLabels = Labels },
        PolicyTypes = { "Ingress", "Egress" },
        Egress =
        {
            ClusterTraffic.Names(),
            new NetworkPolicyEgressRuleArgs
            {
                To = { new NetworkPolicyPeerArgs { PodSelector = new LabelSelectorArgs { MatchLabels = { ["app.kubernetes.io/name"] = "prometheus" } } } },
                Ports = { new NetworkPolicyPortArgs { Protocol = "TCP", Port = Port } },
            },
            new NetworkPolicyEgressRuleArgs
            {
                To = PrivateRanges.All.Select(range => new NetworkPolicyPeerArgs { IpBlock = new IPBlockArgs { Cidr = range.Range } }).ToList(),
                Ports = { new NetworkPolicyPortArgs { Protocol = "TCP", Port = 443 } },
            },
        },
    };
}
