using System.Text.Json;
using GpuInfra.Infra.Clusters;
using GpuInfra.Offline.Policies;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Monitoring;
using GpuInfra.Planning.Monitoring.Dashboards;
using GpuInfra.Planning.Tests.Monitoring;
using Pulumi.Offline;

namespace GpuInfra.Offline.Tests.Clusters;

/// <summary>Monitors in clusters.</summary>
public class ClusterMonitoringTests
{
    [Fact]
    public async Task Alerts_are_those_of_machines_and_what_only_clusters_have()
    {
        var fleet = (await Prod.Record).Fleet;
        var onMachines = AlertRules.Of(fleet, Catalog.Embedded).Alerts.Select(alert => (alert.Name, alert.Expression)).ToHashSet();
        var here = Rules((await Cluster.Objects).Named("PrometheusRule", "alerts")).Where(rule => rule.TextAt("alert") is not null)
            .Select(rule => (rule.TextAt("alert")!, rule.TextAt("expr")!)).ToHashSet();
        Assert.Subset(here, onMachines);
        Assert.Equal(["GpuNotAllocatable", "GpuPodsPending", "NodeNotReady"], here.Except(onMachines).Select(rule => rule.Item1).Order());
    }

    [SkippableFact]
    public async Task Prometheus_accepts_all_rules()
    {
        Promtool.Require();
        var file = Path.GetTempFileName();
        var groups = (await Cluster.Objects).Of("PrometheusRule").SelectMany(rules => rules.Inputs.ListAt("spec", "groups").Select((group, index) => $"{{\"name\":\"{rules.Name}-{index}\",\"rules\":{JsonRules(group)}}}"));
        File.WriteAllText(file, $"{{\"groups\":[{string.Join(',', groups)}]}}");
        Promtool.Run("check", "rules", file);
        File.Delete(file);

        static string JsonRules(PropertyValue group) => RecordJson.ToText(group.At("rules")!);
    }

    [Fact]
    public async Task Figures_are_each_servings_own_and_of_the_region_alone()
    {
        var objects = await Cluster.Objects;
        foreach (var region in new[] { "aws-us-east-1", "gcp-us-central1" })
        {
            var plans = objects.Of("PrometheusRule", region).Where(rules => rules.Inputs.TextAt("metadata", "name")!.StartsWith("plan", StringComparison.Ordinal)).ToList();
            Assert.True(plans.Count > 1);
            var pools = plans.SelectMany(Rules).Select(rule => rule.TextAt("labels", "pool")).OfType<string>().Distinct().ToList();
            Assert.NotEmpty(pools);
            Assert.All(pools, pool => Assert.Contains(region, pool, StringComparison.Ordinal));
            Assert.All(plans.Where(rules => rules.Inputs.TextAt("metadata", "name") != "plan"), rules =>
                Assert.Single(Rules(rules).Select(rule => rule.TextAt("labels", "serving")).Distinct()));
        }
    }

    [Fact]
    public async Task Labels_of_targets_are_those_that_rules_join_by()
    {
        var objects = await Cluster.Objects;
        Assert.Equal(("vllm", "cloud job pool region serving tier"), Labels(objects.Named("PodMonitor", "engines")));
        Assert.Equal(("dcgm", "cloud job pool region tier"), Labels(objects.Named("PodMonitor", "gpus")));
        Assert.Equal("router", Labels(objects.Named("PodMonitor", "routers")).Job);
        var node = Values(objects, "kube-prometheus-stack").At("prometheus-node-exporter", "prometheus", "monitor");
        Assert.Equal("true", node.TextAt("attachMetadata", "node"));
        Assert.Equal("node", node.ListAt("relabelings").First(label => label.TextAt("targetLabel") == "job").TextAt("replacement"));
        Assert.Equal(("prometheus", "alertmanager"), (Job("prometheus"), Job("alertmanager")));

        string? Job(string of) => Values(objects, "kube-prometheus-stack").ListAt(of, "serviceMonitor", "relabelings").Single().TextAt("replacement");
    }

    [Fact]
    public async Task The_operator_sees_rules_and_monitors_of_everybody_and_no_control_plane()
    {
        var values = Values(await Cluster.Objects, "kube-prometheus-stack");
        Assert.All(
            new[] { "rule", "podMonitor", "serviceMonitor", "probe", "scrapeConfig" },
            kind => Assert.Equal("false", values.TextAt("prometheus", "prometheusSpec", $"{kind}SelectorNilUsesHelmValues")));
        Assert.All(new[] { "kubeEtcd", "kubeScheduler", "kubeControllerManager", "kubeProxy" }, part => Assert.Equal("false", values.TextAt(part, "enabled")));
        Assert.Equal(("2", "31d", "80GB"), (values.TextAt("prometheus", "prometheusSpec", "replicas"), values.TextAt("prometheus", "prometheusSpec", "retention"), values.TextAt("prometheus", "prometheusSpec", "retentionSize")));
    }

    [Fact]
    public async Task Receivers_are_the_plans_and_their_secrets_are_files_that_the_store_fills()
    {
        var objects = await Cluster.Objects;
        var values = Values(objects, "kube-prometheus-stack");
        var page = values.ListAt("alertmanager", "config", "receivers").Single(receiver => receiver.TextAt("name") == "page");
        Assert.Equal("/etc/alertmanager/secrets/monitor-secrets/pagerduty-gpu", page.ListAt("pagerduty_configs").Single().TextAt("routing_key_file"));
        Assert.Equal("monitor-secrets", values.ListAt("alertmanager", "alertmanagerSpec", "secrets").Single().TextAt());
        var secret = objects.Named("ExternalSecret", "monitor-secrets").Inputs;
        Assert.Equal(["heartbeat-gpu", "pagerduty-gpu", "slack-gpu-alerts"], secret.ListAt("spec", "data").Select(data => data.TextAt("remoteRef", "key")).Order());
    }

    [Fact]
    public async Task Grafanas_password_is_made_in_the_cluster_and_stands_in_no_record()
    {
        var objects = await Cluster.Objects;
        Assert.Equal("grafana-admin", Values(objects, "kube-prometheus-stack").TextAt("grafana", "admin", "existingSecret"));
        var secret = objects.Named("ExternalSecret", "grafana-admin").Inputs;
        Assert.Equal(("CreatedOnce", "Password"), (secret.TextAt("spec", "refreshPolicy"), secret.ListAt("spec", "dataFrom").Single().TextAt("sourceRef", "generatorRef", "kind")));
        Assert.Null(Values(objects, "kube-prometheus-stack").TextAt("grafana", "adminPassword"));
    }

    [Fact]
    public async Task Dashboards_are_the_same_as_on_machines()
    {
        var objects = await Cluster.Objects;
        Assert.All(DashboardSet.All, board => Assert.Equal(DashboardJson.ToText(board), objects.Named("ConfigMap", board.Id).Inputs.TextAt("data", $"{board.Id}.json")));
    }

    [Fact]
    public async Task Pitfall_16_and_27_GPUs_are_read_by_the_clouds_own_exporter_or_one_with_all_counters()
    {
        var objects = await Cluster.Objects;
        Assert.Equal(ExporterMetric.DcgmCounters, Values(objects, "dcgm-exporter").TextAt("customMetrics"));
        Assert.Contains("DCGM_EXP_XID_ERRORS_COUNT", ExporterMetric.DcgmCounters, StringComparison.Ordinal);
        Assert.DoesNotContain(objects.Of("Release", "gcp-us-central1"), release => release.Inputs.TextAt("chart") == "dcgm-exporter");
        Assert.Equal("gke-managed-system", objects.Named("PodMonitor", "gpus", "gcp-us-central1").Inputs.ListAt("spec", "namespaceSelector", "matchNames").Single().TextAt());
    }

    [Fact]
    public async Task Only_exporters_may_see_their_node()
    {
        var levels = (await Cluster.Objects).Of("Namespace").ToDictionary(space => space.Inputs.TextAt("metadata", "name")!, space => space.Inputs.TextAt("metadata", "labels", "pod-security.kubernetes.io/enforce"));
        Assert.Equal("privileged", levels["exporters"]);
        Assert.All(levels.Where(space => space.Key != "exporters"), space => Assert.Equal("restricted", space.Value));
    }

    [Fact]
    public async Task Charts_are_pinned_and_what_needs_their_kinds_waits_for_them()
    {
        var objects = await Cluster.Objects;
        Assert.All(objects.Where(resource => resource.Type.EndsWith(":Release", StringComparison.Ordinal)), release =>
        {
            var chart = ClusterChart.All.Single(chart => chart.Name == release.Inputs.TextAt("name"));
            Assert.Equal((chart.Version, chart.Space), (release.Inputs.TextAt("version"), release.Inputs.TextAt("namespace")));
        });
        Assert.All(objects.Where(resource => resource.Type.Contains("monitoring.coreos.com", StringComparison.Ordinal)), resource =>
            Assert.Contains(resource.Dependencies, urn => urn.EndsWith("kube-prometheus-stack", StringComparison.Ordinal)));
        Assert.All(objects.Where(resource => resource.Type.Contains("keda.sh", StringComparison.Ordinal)), resource =>
            Assert.Contains(resource.Dependencies, urn => urn.EndsWith("keda", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Values_have_only_keys_that_their_chart_knows()
    {
        var known = JsonSerializer.Deserialize<Dictionary<string, ChartKeys>>(File.ReadAllText(Path.Combine(Repository.Root, "tools", "manifests", "charts.json")), JsonSerializerOptions.Web)!;
        Assert.Equal(ClusterChart.All.Select(chart => chart.Name).Order(StringComparer.Ordinal), known.Keys.Order(StringComparer.Ordinal));
        foreach (var release in (await Cluster.RunAsync(Cluster.Spread, "mirror.example.com")).Concat(await Cluster.RunAsync(Cluster.Stored)).Concat((await Spanning.Clusters).Resolved.Resources.Where(resource => resource.Inputs.TextAt("name") == ClusterChart.LeaderWorkerSet.Name)).Where(resource => resource.Type.EndsWith(":Release", StringComparison.Ordinal)))
        {
            var keys = known[release.Inputs.TextAt("name")!];
            var values = (PropertyValue.Map)release.Inputs.At("values")!;
            Assert.All(values.Members, top =>
            {
                Assert.Contains(top.Key, keys.Keys);
                if (keys.Below.TryGetValue(top.Key, out var below))
                {
                    Assert.All(((PropertyValue.Map)top.Value).Members.Keys, key => Assert.Contains(key, below));
                }
            });

            // Where the chart's own schema was read, whole paths count.
            Assert.All(keys.Paths is null ? [] : Paths(values), path => Assert.Contains(path, keys.Paths!));
        }

        static IEnumerable<string> Paths(PropertyValue value) => value is PropertyValue.Map { Members.IsEmpty: false } map
            ? map.Members.SelectMany(member => Paths(member.Value).Select(rest => rest is "" ? member.Key : $"{member.Key}.{rest}"))
            : [""];
    }

    [Fact]
    public async Task With_a_mirror_no_image_of_a_chart_comes_from_elsewhere()
    {
        var mirrored = (await Cluster.RunAsync(Cluster.Spread, "mirror.example.com")).AddRange(await Cluster.RunAsync(Cluster.Stored, "mirror.example.com"));
        string[] registries = ["docker.io", "quay.io", "ghcr.io", "registry.k8s.io", "nvcr.io", "gke.gcr.io"];
        Assert.All(mirrored.Where(resource => resource.Type.EndsWith(":Release", StringComparison.Ordinal)), release =>
        {
            var text = RecordJson.ToText(release.Inputs.At("values")!);
            Assert.DoesNotContain(registries, registry => text.Contains($"\"{registry}", StringComparison.Ordinal));
        });
    }

    [Fact]
    public async Task Where_monitors_are_somebody_elses_none_are_made() => Assert.DoesNotContain(
        await Cluster.RunAsync(fleet => fleet with { Plan = fleet.Plan with { Monitoring = null } }),
        resource => resource.Type.Contains("monitoring.coreos.com", StringComparison.Ordinal) || resource.Name.EndsWith("kube-prometheus-stack", StringComparison.Ordinal));

    private sealed record ChartKeys(string Version, string Source, string AsOf, string[] Keys, Dictionary<string, string[]> Below, string[]? Paths);

    private static PropertyValue Values(System.Collections.Immutable.ImmutableArray<ResourceRecord> objects, string chart) =>
        objects.Of("Release").Single(release => release.Inputs.TextAt("name") == chart).Inputs.At("values")!;

    private static IEnumerable<PropertyValue> Rules(ResourceRecord rules) => rules.Inputs.ListAt("spec", "groups").SelectMany(group => group.ListAt("rules"));

    private static (string? Job, string Labels) Labels(ResourceRecord monitor)
    {
        var labels = monitor.Inputs.ListAt("spec", "podMetricsEndpoints").Single().ListAt("relabelings").ToList();
        return (labels.First(label => label.TextAt("targetLabel") == "job").TextAt("replacement"), string.Join(' ', labels.Select(label => label.TextAt("targetLabel")).Order(StringComparer.Ordinal)));
    }
}
