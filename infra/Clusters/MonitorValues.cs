using System.Globalization;
using System.Text.Json;
using GpuInfra.Infra.Common;
using GpuInfra.Planning.Monitoring;
using GpuInfra.Planning.Plans;
using Pulumi;

namespace GpuInfra.Infra.Clusters;

/// <summary>
/// What differs from kube-prometheus-stack's own values. Labels of rules hold on both platforms, so jobs are renamed: <c>node</c>, <c>prometheus</c>,
/// <c>alertmanager</c>. The chart's own rules and dashboards are left out: nobody of the plan's receivers is told of them.
/// </summary>
internal static class MonitorValues
{
    /// <summary>What Services and workloads of the chart begin with.</summary>
    public const string Name = "monitors";

    /// <summary>The Secret of what receivers, remote write and sign-in take, by the plan's names; Alertmanager and Prometheus see it as files.</summary>
    public const string Secrets = "monitor-secrets";

    /// <summary>The Secret of Grafana's administrator.</summary>
    public const string Admin = "grafana-admin";

    /// <summary>The label of objects that hold a dashboard.</summary>
    public const string DashboardLabel = "grafana_dashboard";

    /// <summary>GiB for the series of one Prometheus, as on machines.</summary>
    private const int SeriesGib = MonitorSource.DataGib;

    /// <summary>The values.</summary>
    /// <param name="region">The region.</param>
    /// <param name="watch">What they watch for.</param>
    /// <param name="store">The cloud's own store that they send to, which then evaluates, tells and shows; null where they do.</param>
    /// <param name="mirror">Where images of charts are pulled from.</param>
    public static Dictionary<string, object> Of(RegionFleet region, ClusterWatch watch, Output<string>? store, ClusterMirror mirror) => new()
    {
        ["fullnameOverride"] = Name,
        ["defaultRules"] = Map(("create", false)),

        // Control planes are the clouds': nobody may read these.
        ["kubeControllerManager"] = Off(),
        ["kubeEtcd"] = Off(),
        ["kubeScheduler"] = Off(),
        ["kubeProxy"] = Off(),
        ["prometheusOperator"] = Map(
            ("image", Registry(mirror, "quay.io")),
            ("prometheusConfigReloader", Map(("image", Registry(mirror, "quay.io")))),
            ("admissionWebhooks", Map(("patch", Map(("image", Registry(mirror, "registry.k8s.io")))))),
            ("resources", Needs("100m", "256Mi"))),
        ["prometheus"] = Prometheus(region, watch, store, mirror),
        ["alertmanager"] = store is null ? Alertmanager(watch.Plan, mirror) : Off(),
        ["grafana"] = store is null ? Grafana(mirror) : Off(),
        ["kube-state-metrics"] = Map(
            ("image", Registry(mirror, "registry.k8s.io")),
            ("metricLabelsAllowlist", new object[] { $"nodes=[{ClusterNames.PoolLabel}]", $"pods=[{ClusterNames.PoolLabel},{ClusterNames.ServingLabel}]" }),

            // Alerts know a pool by one label, wherever it comes from.
            ("prometheus", Map(("monitor", Map(("metricRelabelings", new object[]
            {
                Map(("sourceLabels", new object[] { $"label_{TargetLabels.Written(ClusterNames.PoolLabel)}" }), ("regex", "(.+)"), ("targetLabel", "pool"), ("replacement", "$1")),
            })))))),
        ["prometheus-node-exporter"] = Map(
            ("image", Registry(mirror, "quay.io")),
            ("namespaceOverride", ClusterNames.Exporters),
            ("tolerations", new object[] { Map(("operator", "Exists")) }),
            ("prometheus", Map(("monitor", Map(
                ("enabled", true),
                ("attachMetadata", Map(("node", true))),
                ("relabelings", TargetLabels.OfNode(region, "node").Select(Relabeling).ToArray())))))),
    };

    /// <summary>Maps of JSON as values take them.</summary>
    private static object Read(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().ToDictionary(member => member.Name, member => Read(member.Value)),
        JsonValueKind.Array => json.EnumerateArray().Select(Read).ToArray(),
        JsonValueKind.True or JsonValueKind.False => json.GetBoolean(),
        JsonValueKind.Number => json.GetDouble(),
        _ => json.GetString()!,
    };

    /// <summary>Two that read everything for themselves, whoever evaluates it.</summary>
    private static Dictionary<string, object> Prometheus(RegionFleet region, ClusterWatch watch, Output<string>? store, ClusterMirror mirror)
    {
        var spec = Map(
            ("image", Registry(mirror, "quay.io")),
            ("replicas", 2),
            ("podAntiAffinity", "hard"),
            ("podAntiAffinityTopologyKey", "kubernetes.io/hostname"),
            ("scrapeInterval", "15s"),
            ("evaluationInterval", "15s"),

            // Otherwise only objects with the release's label are seen.
            ("ruleSelectorNilUsesHelmValues", false),
            ("podMonitorSelectorNilUsesHelmValues", false),
            ("serviceMonitorSelectorNilUsesHelmValues", false),
            ("probeSelectorNilUsesHelmValues", false),
            ("scrapeConfigSelectorNilUsesHelmValues", false),
            ("resources", Needs("1", "4Gi")));
        foreach (var (key, value) in store is null ? Keeping(region, watch.Plan) : SenderValues.Of(region, watch.Sent!, store, mirror))
        {
            spec[key] = value;
        }

        var values = Map(
            ("serviceMonitor", Map(("relabelings", new object[] { Job("prometheus") }))),
            ("podDisruptionBudget", Map(("enabled", true), ("minAvailable", 1))),
            ("prometheusSpec", spec));
        if (store is not null)
        {
            values["serviceAccount"] = Map(("name", SenderValues.Account));
        }

        return values;
    }

    private static Dictionary<string, object> Keeping(RegionFleet region, MonitoringPlan plan)
    {
        var spec = Map(
            ("retention", $"{Number(plan.RetentionDays)}d"),
            ("retentionSize", $"{Number(SeriesGib * 8 / 10)}GB"),
            ("externalLabels", Map(("stack", region.Settings.Stack), ("cluster", region.Name))),
            ("storageSpec", Disk(SeriesGib)));
        if (plan.RemoteWrite is { } copy)
        {
            var to = Map(("url", copy.Url));
            if (copy.Secret is { } secret)
            {
                to["authorization"] = Map(("credentials", Map(("name", Secrets), ("key", secret))));
            }

            spec["remoteWrite"] = new object[] { to };
        }

        return spec;
    }

    private static Dictionary<string, object> Alertmanager(MonitoringPlan plan, ClusterMirror mirror)
    {
        using var config = JsonDocument.Parse(AlertmanagerConfig.Of(plan, $"{AlertmanagerConfig.Secrets}/{Secrets}"));
        var spec = Map(
            ("image", Registry(mirror, "quay.io")),
            ("replicas", 2),
            ("podAntiAffinity", "hard"),
            ("resources", Needs("50m", "128Mi")),
            ("storage", Disk(1)));
        if (!plan.Secrets.IsEmpty)
        {
            spec["secrets"] = new object[] { Secrets };
        }

        return Map(
            ("serviceMonitor", Map(("relabelings", new object[] { Job("alertmanager") }))),
            ("podDisruptionBudget", Map(("enabled", true), ("minAvailable", 1))),
            ("config", Read(config.RootElement)),
            ("alertmanagerSpec", spec));
    }

    /// <summary>Reached through <c>kubectl port-forward</c> alone: it has a Service of the cluster and no other way in.</summary>
    private static Dictionary<string, object> Grafana(ClusterMirror mirror) => Map(
        ("image", Registry(mirror, "docker.io")),
        ("admin", Map(("existingSecret", Admin), ("userKey", "admin-user"), ("passwordKey", "admin-password"))),
        ("defaultDashboardsEnabled", false),
        ("sidecar", Map(
            ("image", Registry(mirror, "quay.io")),
            ("securityContext", Map(
                ("allowPrivilegeEscalation", false), ("capabilities", Map(("drop", new object[] { "ALL" }))), ("seccompProfile", Map(("type", "RuntimeDefault"))))),
            ("dashboards", Map(("enabled", true), ("label", DashboardLabel), ("labelValue", "1"))))),
        ("grafana.ini", Map(
            ("auth.anonymous", Off()),
            ("users", Map(("allow_sign_up", false))),
            ("analytics", Map(("check_for_updates", false), ("reporting_enabled", false))))),
        ("resources", Needs("100m", "256Mi")));

    private static Dictionary<string, object> Registry(ClusterMirror mirror, string registry) => Map(("registry", mirror.Of(registry)));

    private static Dictionary<string, object> Needs(string cpu, string memory) => Map(("requests", Map(("cpu", cpu), ("memory", memory))), ("limits", Map(("memory", memory))));

    private static Dictionary<string, object> Disk(int gib) => Map(("volumeClaimTemplate", Map(("spec", Map(
        ("accessModes", new object[] { "ReadWriteOnce" }), ("resources", Map(("requests", Map(("storage", $"{Number(gib)}Gi"))))))))));

    private static Dictionary<string, object> Job(string name) => Map(("targetLabel", "job"), ("replacement", name));

    private static object Relabeling(TargetLabel label)
    {
        var map = Map(("targetLabel", label.Name), ("replacement", label.Value));
        if (label.Source is { } source)
        {
            map["sourceLabels"] = new object[] { source };
            map["regex"] = "(.+)";
        }

        return map;
    }

    private static Dictionary<string, object> Off() => Map(("enabled", false));

    /// <summary>A map of values.</summary>
    public static Dictionary<string, object> Map(params (string Key, object Value)[] members) => members.ToDictionary(member => member.Key, member => member.Value);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
