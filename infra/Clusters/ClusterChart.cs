using Pulumi;
using Pulumi.Kubernetes.Helm.V3;
using Pulumi.Kubernetes.Types.Inputs.Helm.V3;

namespace GpuInfra.Infra.Clusters;

/// <summary>A Helm chart of others, pinned: a move is a change of this file. <c>tools/manifests/charts.json</c> has the keys that its values may have.</summary>
/// <param name="Name">The chart, and the release.</param>
/// <param name="Repository">Its repository; null where the address says it.</param>
/// <param name="Version">The chart's version.</param>
/// <param name="Space">The namespace that it is installed into.</param>
internal sealed record ClusterChart(string Name, string? Repository, string Version, string Space)
{
    /// <summary>Where it is pulled from; the name itself where a repository is given.</summary>
    public string Address { get; init; } = Name;

    // github.com/kedacore/charts, 2.20.2.
    public static ClusterChart Keda { get; } = new("keda", "https://kedacore.github.io/charts", "2.20.2", ClusterNames.Scaling);

    // github.com/prometheus-community/helm-charts, 88.5.3 (operator 0.93.1).
    public static ClusterChart Prometheus { get; } = new("kube-prometheus-stack", "https://prometheus-community.github.io/helm-charts", "88.5.3", ClusterNames.Monitoring);

    // github.com/NVIDIA/dcgm-exporter, chart 4.8.2.
    public static ClusterChart Dcgm { get; } = new("dcgm-exporter", "https://nvidia.github.io/dcgm-exporter/helm-charts", "4.8.2", ClusterNames.Exporters);

    // github.com/opencost/opencost-helm-chart, release of 2026-11-10.
    public static ClusterChart OpenCost { get; } = new("opencost", "https://opencost.github.io/opencost-helm-chart", "2.5.34", ClusterNames.Monitoring);

    // github.com/external-secrets/external-secrets, chart of 2026-09-21.
    public static ClusterChart ExternalSecrets { get; } = new("external-secrets", "https://charts.external-secrets.io", "2.11.0", ClusterNames.Secrets);

    // hub.docker.com, envoyproxy, tags of 2026-11.
    public static ClusterChart EnvoyGateway { get; } = new("gateway-helm", null, "v1.8.4", ClusterNames.Gateways) { Address = "oci://docker.io/envoyproxy/gateway-helm" };

    // github.com/kubernetes-sigs/lws, v0.8.0; the same chart and version as in NVIDIA/aicr pull request 2500.
    public static ClusterChart LeaderWorkerSet { get; } = new("lws", null, "v0.8.0", ClusterSpan.Space) { Address = "oci://registry.k8s.io/lws/charts/lws" };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ClusterChart> All { get; } = [Keda, Prometheus, Dcgm, OpenCost, ExternalSecrets, EnvoyGateway, LeaderWorkerSet];

    /// <summary>Installs it, and waits until what it starts is ready: what needs its kinds depends on that.</summary>
    /// <param name="region">What names of resources begin with.</param>
    /// <param name="values">What differs from the chart's own values.</param>
    /// <param name="options">Whose it is.</param>
    public Release Install(string region, InputMap<object> values, CustomResourceOptions options) => new($"{region}-{Name}", new ReleaseArgs
    {
        Name = Name,
        Chart = Address,
        Version = Version,
        Namespace = Space,
        RepositoryOpts = Repository is null ? null : (Input<RepositoryOptsArgs>)new RepositoryOptsArgs { Repo = Repository },
        Values = values,
        Atomic = false,
        CleanupOnFail = true,
        MaxHistory = 5,
        Timeout = 900,
    }, options);
}
