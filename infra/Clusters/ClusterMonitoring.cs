using GpuInfra.Infra.Clusters.Resources;
using GpuInfra.Infra.Common;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Monitoring;
using GpuInfra.Planning.Monitoring.Dashboards;
using GpuInfra.Planning.Routes;
using Pulumi;
using Pulumi.Kubernetes.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;
using CustomObject = Pulumi.Kubernetes.ApiExtensions.CustomResource;

namespace GpuInfra.Infra.Clusters;

/// <summary>
/// What watches a region's cluster: two of Prometheus and of Alertmanager, Grafana, exporters and OpenCost, with alerts, figures and dashboards from the
/// generator that monitors on machines have theirs from. Where the cloud's own store evaluates them and tells people: two of Prometheus that send to it, and the exporters. Nothing of
/// it where the plan wants no monitors made.
/// </summary>
internal sealed class ClusterMonitoring : ComponentResource
{
    private readonly ClusterPlace _place;
    private readonly string _name;

    /// <param name="place">The cluster.</param>
    /// <param name="mirror">Where images of charts are pulled from.</param>
    /// <param name="store">The cloud's own store that series are sent to (<see cref="SenderValues"/>); null where none is.</param>
    /// <param name="options">Whose it is; it depends on the namespace of monitors, on <see cref="ClusterSecrets"/> and on the right to send.</param>
    public ClusterMonitoring(ClusterPlace place, ClusterMirror mirror, Output<string>? store, ComponentResourceOptions options)
        : base("gpuinfra:clusters:Monitoring", place.Region.Name, options)
    {
        (_place, _name) = (place, place.Region.Name);
        if (place.Region.Watch is { } watch)
        {
            var exporters = ClusterSpace.Make(_name, ClusterNames.Exporters, ClusterSpace.Privileged, new CustomResourceOptions { Parent = this });
            var child = new CustomResourceOptions { Parent = this };
            child.DependsOn.AddRange(options.DependsOn);
            var after = new CustomResourceOptions { Parent = this, DependsOn = { exporters } };
            after.DependsOn.AddRange(options.DependsOn);
            if (store is null)
            {
                Secrets(watch, child);
                Dashboards(child);
            }
            else if (place.Region.Cloud == CloudProvider.Gcp)
            {
                after.DependsOn.Add(SenderLease.Allow(_name, child));
            }

            var stack = ClusterChart.Prometheus.Install(_name, MonitorValues.Of(place.Region, watch, store, mirror), after);
            var made = new CustomResourceOptions { Parent = this, DependsOn = { stack } };
            Rules(watch, made);
            Targets(made);
            if (place.Region.Cloud == CloudProvider.Aws)
            {
                // Google's clusters bring their own.
                _ = ClusterChart.Dcgm.Install(_name, ExporterValues(mirror), new CustomResourceOptions { Parent = this, DependsOn = { exporters } });
            }

            if (store is null)
            {
                // It needs weeks of series, and what it says is looked at in Grafana.
                _ = ClusterChart.OpenCost.Install(_name, CostValues(mirror), new CustomResourceOptions { Parent = this, DependsOn = { stack } });
            }
        }

        RegisterOutputs();
    }

    private void Secrets(ClusterWatch watch, CustomResourceOptions child)
    {
        var password = new CustomObject($"{_name}-{MonitorValues.Admin}", new PasswordArgs
        {
            Metadata = Here(MonitorValues.Admin),
            Spec = new PasswordSpecArgs { Length = 32, Digits = 8, Symbols = 0, NoUpper = false, AllowRepeat = true },
        }, child);
        _ = new CustomObject($"{_name}-{MonitorValues.Admin}-secret", new ExternalSecretArgs
        {
            Metadata = Here(MonitorValues.Admin),
            Spec = new ExternalSecretSpecArgs
            {
                RefreshPolicy = "CreatedOnce",
                Target = new ExternalSecretTargetArgs
                {
                    Name = MonitorValues.Admin,
                    Template = new ExternalSecretTemplateArgs { EngineVersion = "v2", Data = new() { ["admin-user"] = "admin", ["admin-password"] = "{{ .password }}" } },
                },
                DataFrom = new[]
                {
                    new ExternalSecretSourceArgs
                    {
                        SourceRef = new SecretSourceArgs
                        {
                            GeneratorRef = new GeneratorReferenceArgs { ApiVersion = "generators.external-secrets.io/v1alpha1", Kind = "Password", Name = MonitorValues.Admin },
                        },
                    },
                },
            },
        }, Also(child, password));
        if (!watch.Plan.Secrets.IsEmpty)
        {
            _ = new CustomObject($"{_name}-{MonitorValues.Secrets}", ClusterSecrets.Of(
                MonitorValues.Secrets, ClusterNames.Monitoring, type: null, watch.Plan.Secrets,
                watch.Plan.Secrets.ToDictionary(secret => secret, secret => $"{{{{ .{ClusterSecrets.InTemplate(secret)} | trimSuffix \"\\n\" }}}}")), child);
        }
    }

    /// <summary>Alerts are the same whatever the demand; figures are each serving's own.</summary>
    private void Rules(ClusterWatch watch, CustomResourceOptions made)
    {
        var what = watch.Rules.Groups.IsEmpty ? "recorded" : "alerts";
        _ = new CustomObject($"{_name}-{what}", new PrometheusRuleArgs
        {
            Metadata = Here(what),
            Spec = ClusterRules.Alerts(watch.Rules, _place.Region.Settings.Stack, watch.Plan.Runbooks),
        }, made);
        foreach (var figures in watch.Figures.GroupBy(series => series.Labels.GetValueOrDefault("serving") is { } serving ? $"plan-{serving}" : "plan").OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            _ = new CustomObject($"{_name}-{figures.Key}", new PrometheusRuleArgs { Metadata = Here(figures.Key), Spec = ClusterRules.Figures(figures) }, made);
        }
    }

    private void Targets(CustomResourceOptions made)
    {
        var region = _place.Region;
        Monitor("engines", ClusterNames.Serving, new() { [ClusterNames.RoleLabel] = "engine" }, ClusterNames.EnginePort, TargetLabels.OfPod(region, "vllm"), ofNode: false);
        if (region.Entry is not null)
        {
            Monitor("routers", ClusterNames.Serving, RouterPod.Labels, RouterPod.HealthPort, [.. TargetLabels.OfRouter(region, "router"), new TargetLabel("__param_scope", RouterEntry.FiguresScope)], ofNode: false);
            if (region.Entry.HasBridge)
            {
                Monitor("bridges", ClusterNames.Serving, RouterPod.Labels, RouterPod.HealthPort, TargetLabels.OfRouter(region, "bridge"), ofNode: false, RouterEntry.BridgeFigures);
            }
        }

        if (region.Cloud == CloudProvider.Aws)
        {
            Monitor("gpus", ClusterNames.Exporters, new() { ["app.kubernetes.io/name"] = ClusterChart.Dcgm.Name }, "metrics", TargetLabels.OfNode(region, "dcgm"), ofNode: true);
        }
        else
        {
            Monitor("gpus", "gke-managed-system", new() { ["app.kubernetes.io/name"] = "gke-managed-dcgm-exporter" }, "metrics", TargetLabels.OfNode(region, "dcgm"), ofNode: true);
        }

        void Monitor(string what, string space, InputMap<string> labels, string port, IEnumerable<TargetLabel> given, bool ofNode, string path = "/metrics") =>
            _ = new CustomObject($"{_name}-{what}", new PodMonitorArgs
            {
                Metadata = Here(what),
                Spec = new PodMonitorSpecArgs
                {
                    NamespaceSelector = new NamespaceSelectorArgs { MatchNames = new[] { space } },
                    Selector = new LabelSelectorArgs { MatchLabels = labels },
                    AttachMetadata = ofNode ? (Input<AttachMetadataArgs>)new AttachMetadataArgs { Node = true } : null,
                    PodMetricsEndpoints = new[]
                    {
                        new PodMetricsEndpointArgs { Port = port, Path = path, Interval = "15s", Relabelings = given.Select(label => label.Relabeling).ToList() },
                    },
                },
            }, made);
    }

    private void Dashboards(CustomResourceOptions child)
    {
        foreach (var board in DashboardSet.All)
        {
            _ = new ConfigMap($"{_name}-{board.Id}", new ConfigMapArgs
            {
                Metadata = new ObjectMetaArgs { Name = board.Id, Namespace = ClusterNames.Monitoring, Labels = { [MonitorValues.DashboardLabel] = "1" } },
                Data = { [$"{board.Id}.json"] = DashboardJson.ToText(board) },
            }, child);
        }
    }

    private CustomResourceOptions Also(CustomResourceOptions child, Resource made)
    {
        var also = new CustomResourceOptions { Parent = this, DependsOn = { made } };
        also.DependsOn.AddRange(child.DependsOn);
        return also;
    }

    /// <summary>On the nodes of pools alone; it needs SYS_ADMIN for figures of the GPU's parts, and its own list of figures is the whole list.</summary>
    private static Dictionary<string, object> ExporterValues(ClusterMirror mirror) => new()
    {
        ["image"] = new Dictionary<string, object> { ["repository"] = $"{mirror.Of("nvcr.io")}/nvidia/k8s/dcgm-exporter" },
        ["customMetrics"] = ExporterMetric.DcgmCounters,
        ["serviceMonitor"] = new Dictionary<string, object> { ["enabled"] = false },
        ["tolerations"] = new object[] { new Dictionary<string, object> { ["key"] = "nvidia.com/gpu", ["operator"] = "Exists", ["effect"] = "NoSchedule" } },
        ["affinity"] = new Dictionary<string, object>
        {
            ["nodeAffinity"] = new Dictionary<string, object>
            {
                ["requiredDuringSchedulingIgnoredDuringExecution"] = new Dictionary<string, object>
                {
                    ["nodeSelectorTerms"] = new object[]
                    {
                        new Dictionary<string, object>
                        {
                            ["matchExpressions"] = new object[] { new Dictionary<string, object> { ["key"] = ClusterNames.PoolLabel, ["operator"] = "Exists" } },
                        },
                    },
                },
            },
        },
        ["resources"] = new Dictionary<string, object>
        {
            ["requests"] = new Dictionary<string, object> { ["cpu"] = "100m", ["memory"] = "256Mi" },
            ["limits"] = new Dictionary<string, object> { ["memory"] = "512Mi" },
        },
    };

    private Dictionary<string, object> CostValues(ClusterMirror mirror) => new()
    {
        ["opencost"] = new Dictionary<string, object>
        {
            ["exporter"] = new Dictionary<string, object>
            {
                ["defaultClusterId"] = _name,

                // Series of kube-state-metrics would be there twice.
                ["extraEnv"] = new Dictionary<string, object> { ["EMIT_KSM_V1_METRICS"] = "false", ["EMIT_KSM_V1_METRICS_ONLY"] = "false" },
                ["image"] = new Dictionary<string, object> { ["registry"] = mirror.Of("ghcr.io") },
                ["securityContext"] = new Dictionary<string, object>
                {
                    ["allowPrivilegeEscalation"] = false,
                    ["capabilities"] = new Dictionary<string, object> { ["drop"] = new object[] { "ALL" } },
                    ["runAsNonRoot"] = true,
                    ["runAsUser"] = 1001,
                    ["seccompProfile"] = new Dictionary<string, object> { ["type"] = "RuntimeDefault" },
                },
            },
            ["metrics"] = new Dictionary<string, object> { ["serviceMonitor"] = new Dictionary<string, object> { ["enabled"] = true } },
            ["prometheus"] = new Dictionary<string, object>
            {
                ["internal"] = new Dictionary<string, object>
                {
                    ["enabled"] = true,
                    ["serviceName"] = $"{MonitorValues.Name}-prometheus",
                    ["namespaceName"] = ClusterNames.Monitoring,
                    ["port"] = 9090,
                },
            },
            ["ui"] = new Dictionary<string, object> { ["enabled"] = false },
        },
    };

    private static ObjectMetaArgs Here(string name) => new() { Name = name, Namespace = ClusterNames.Monitoring };
}
