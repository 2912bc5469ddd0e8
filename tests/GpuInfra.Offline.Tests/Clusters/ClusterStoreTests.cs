using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GpuInfra.Infra.Clusters;
using GpuInfra.Offline.Policies;
using GpuInfra.Offline.Tests.Costs;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Tests;
using GpuInfra.Planning.Tests.Monitoring;
using Pulumi.Offline;
using static GpuInfra.Offline.Tests.Prod;

namespace GpuInfra.Offline.Tests.Clusters;

/// <summary>Clusters whose monitors send to their cloud's own store, which evaluates and tells.</summary>
public sealed class ClusterStoreTests : IDisposable
{
    private const string Role = "kubernetes:rbac.authorization.k8s.io/v1:Role", RolePolicy = "aws:iam/rolePolicy:RolePolicy", Workspace = "aws:amp/workspace:Workspace";

    private readonly Loopback _loopback = new();

    public void Dispose() => _loopback.Dispose();

    [Fact]
    public async Task Every_policy_and_schema_holds_and_the_fleet_is_the_same()
    {
        var record = await Kube.Stored;
        Assert.Equal("", record.Complaints());
        Assert.Empty(record.Preview.Problems.Concat(record.Resolved.Problems));
        Assert.Equal((await Kube.Record).Fleet.PlanHash, record.Fleet.PlanHash);
    }

    [Fact]
    public async Task It_costs_an_endpoint_more_than_nobody_who_watches_and_what_the_stores_take_is_listed()
    {
        var record = await Kube.Stored;
        var more = record.Costs.Monthly.Amount - (await Kube.RunAsync(sandbox => sandbox.Watch())).Costs.Monthly.Amount;
        var byHand = 730 * 2 * Plant.Unit(CloudProvider.Aws, "us-east-1", "private-link", "vpc-interface-endpoint-hour");
        Assert.InRange(more, byHand - 0.01m, byHand + 0.01m);
        Assert.Contains(record.Costs.Unpriced, part => part.What == "series");
        Assert.DoesNotContain(record.Costs.Unpriced, part => part.What == "disks of monitors");
        Assert.Contains((await Kube.Record).Costs.Unpriced, part => part.What == "disks of monitors");
    }

    [Fact]
    public async Task Stores_alerts_and_who_is_told_are_those_that_machines_have()
    {
        var record = await Kube.Stored;
        Assert.Single(record.Of(Workspace));
        Assert.Equal(4, record.Of("aws:cloudwatch/metricAlarm:MetricAlarm").Count(alarm => alarm.Name.StartsWith("gpuinfra-us-east-1-metrics-", StringComparison.Ordinal)));
        var rules = Amazon(record);
        Assert.Contains("RouterShort", rules, StringComparison.Ordinal);
        Assert.DoesNotContain("\"record\": \"gpuinfra_start_seconds\"", rules, StringComparison.Ordinal);
        Assert.DoesNotContain("us-central1", rules, StringComparison.Ordinal);
        var policies = record.Of("gcp:monitoring/alertPolicy:AlertPolicy").Where(policy => policy.Name.StartsWith("gcp-alert-", StringComparison.Ordinal)).Select(policy => policy.Name).ToList();
        Assert.Superset(new HashSet<string> { "gcp-alert-MachinesSilent", "gcp-alert-NodeNotReady", "gcp-alert-RouterShort", "gcp-alert-MonitorDown", "gcp-alert-ModelLoadSlow" }, policies.ToHashSet());
    }

    [SkippableFact]
    public async Task Prometheus_accepts_what_the_store_evaluates_and_what_is_recorded_before_it_is_sent()
    {
        Promtool.Require();
        Assert.Contains("SUCCESS", Promtool.Run("check", "rules", _loopback.Folder.Write("store.json", Amazon(await Kube.Stored))), StringComparison.Ordinal);
        foreach (var region in new[] { "aws-us-east-1", "gcp-us-central1" })
        {
            var recorded = Assert.Single((await Cluster.RunAsync(Cluster.Stored)).Of("PrometheusRule", region));
            Assert.Contains("1 rules found", Promtool.Run("check", "rules", _loopback.Folder.Write($"{region}.json", RecordJson.ToText(recorded.Inputs.At("spec")!))), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Targets_and_their_labels_are_written_once_whoever_evaluates()
    {
        var (made, stored) = (await Cluster.Objects, await Cluster.RunAsync(Cluster.Stored));
        foreach (var region in new[] { "aws-us-east-1", "gcp-us-central1" })
        {
            Assert.Equal(Targets(made), Targets(stored));
            Assert.All(new[] { "prometheus-node-exporter", "kube-state-metrics" }, part => Assert.Equal(RecordJson.ToText(Values(made, region).At(part)!), RecordJson.ToText(Values(stored, region).At(part)!)));

            IEnumerable<string> Targets(System.Collections.Immutable.ImmutableArray<ResourceRecord> objects) => objects.Of("PodMonitor", region).Select(monitor => $"{monitor.Name} {RecordJson.ToText(monitor.Inputs)}").Order(StringComparer.Ordinal);
        }
    }

    [Fact]
    public async Task Nothing_in_the_cluster_tells_people_shows_dashboards_or_keeps_series_for_long()
    {
        var objects = await Cluster.RunAsync(Cluster.Stored);
        Assert.DoesNotContain(objects.Of("Release"), release => release.Inputs.TextAt("chart") == "opencost");
        Assert.DoesNotContain(objects.Of("ConfigMap"), map => map.Inputs.TextAt("metadata", "namespace") == ClusterNames.Monitoring);
        Assert.DoesNotContain(objects.Where(one => one.Type.Contains("external-secrets.io", StringComparison.Ordinal)), one => one.Inputs.TextAt("metadata", "namespace") == ClusterNames.Monitoring);
        var values = Values(objects, "aws-us-east-1");
        Assert.Equal(("false", "false", "2h"), (values.TextAt("grafana", "enabled"), values.TextAt("alertmanager", "enabled"), values.TextAt("prometheus", "prometheusSpec", "retention")));
        Assert.Null(values.At("prometheus", "prometheusSpec", "storageSpec", "volumeClaimTemplate"));
        Assert.Equal("2", values.TextAt("prometheus", "prometheusSpec", "replicas"));
    }

    [Fact]
    public async Task What_follows_load_asks_the_cluster_and_not_the_store()
    {
        var queries = (await Cluster.RunAsync(Cluster.Stored)).Where(one => one.Type == "kubernetes:keda.sh/v1alpha1:ScaledObject").SelectMany(one => one.Inputs.ListAt("spec", "triggers"))
            .Where(trigger => trigger.TextAt("type") == "prometheus").ToList();
        Assert.NotEmpty(queries);
        Assert.All(queries, trigger => Assert.Equal("http://monitors-prometheus.monitoring.svc.cluster.local:9090", trigger.TextAt("metadata", "serverAddress")));
    }

    [Fact]
    public async Task On_AWS_its_pods_may_send_to_this_store_and_do_nothing_else_and_do_not_start_before_they_may()
    {
        var record = await Kube.Stored;
        var policy = Assert.Single(record.Of(RolePolicy), policy => policy.Name.EndsWith("-monitoring-monitors-prometheus", StringComparison.Ordinal));
        var statement = Assert.Single(JsonDocument.Parse(policy.Inputs.TextAt("policy")!).RootElement.GetProperty("Statement").EnumerateArray());
        Assert.Equal("aps:RemoteWrite", Assert.Single(statement.GetProperty("Action").EnumerateArray()).GetString());
        Assert.EndsWith("gpuinfra-us-east-1-metrics", Assert.Single(statement.GetProperty("Resource").EnumerateArray()).GetString(), StringComparison.Ordinal);
        var given = Assert.Single(record.Of("aws:eks/podIdentityAssociation:PodIdentityAssociation"), one => one.Inputs.TextAt("serviceAccount") == "monitors-prometheus");
        Assert.Equal("monitoring", given.Inputs.TextAt("namespace"));
        var release = record.Resolved.Resources.Single(one => one.Name == "aws-us-east-1-kube-prometheus-stack");
        Assert.Contains(given.Urn, release.Dependencies);
        Assert.Equal("monitors-prometheus", release.Inputs.TextAt("values", "prometheus", "serviceAccount", "name"));
        var spec = release.Inputs.At("values", "prometheus", "prometheusSpec");
        Assert.Equal("us-east-1", spec.ListAt("remoteWrite").Single().TextAt("sigv4", "region"));
        Assert.EndsWith("api/v1/remote_write", spec.ListAt("remoteWrite").Single().TextAt("url"), StringComparison.Ordinal);
        Assert.Equal(("__replica__", "aws-us-east-1"), (spec.TextAt("replicaExternalLabelName"), spec.TextAt("externalLabels", "cluster")));
        Assert.Single(record.Of("aws:ec2/vpcEndpoint:VpcEndpoint"), endpoint => endpoint.Inputs.TextAt("serviceName") == "com.amazonaws.us-east-1.aps-workspaces");
    }

    [Fact]
    public async Task On_Google_Cloud_its_pods_may_write_figures_and_change_one_lease_and_one_of_two_sends()
    {
        var record = await Kube.Stored;
        var right = Assert.Single(record.Of("gcp:projects/iAMMember:IAMMember"), grant => grant.Inputs.TextAt("member")!.EndsWith("/subject/ns/monitoring/sa/monitors-prometheus", StringComparison.Ordinal));
        Assert.Equal("roles/monitoring.metricWriter", right.Inputs.TextAt("role"));
        var role = Assert.Single(record.Of(Role));
        Assert.Equal(["create leases ", "get update leases monitors-prometheus-sends"], role.Inputs.ListAt("rules").Select(rule =>
            $"{Words(rule, "verbs")} {Words(rule, "resources")} {Words(rule, "resourceNames")}"));
        var bound = Assert.Single(record.Of("kubernetes:rbac.authorization.k8s.io/v1:RoleBinding"));
        Assert.Equal(("monitors-prometheus", "monitoring"), (bound.Inputs.ListAt("subjects").Single().TextAt("name"), bound.Inputs.ListAt("subjects").Single().TextAt("namespace")));

        var release = record.Resolved.Resources.Single(one => one.Name == "gcp-us-central1-kube-prometheus-stack");
        Assert.Superset(new HashSet<string> { right.Urn, bound.Urn }, release.Dependencies.ToHashSet());
        var spec = release.Inputs.At("values", "prometheus", "prometheusSpec");
        Assert.Equal("gke.gcr.io/prometheus-engine/prometheus", $"{spec.TextAt("image", "registry")}/{spec.TextAt("image", "repository")}");
        Assert.Matches(@"^v2\.\d+\.\d+-gmp\.\d+-gke\.\d+$", spec.TextAt("image", "tag"));
        Assert.Equal(
            ["cloud=gcp", "cluster=prod", "location=us-central1", "project_id=acme-gpu-prod", "region=us-central1"],
            ((PropertyValue.Map)spec.At("externalLabels")!).Members.Select(label => $"{label.Key}={label.Value.TextAt()}").Order(StringComparer.Ordinal));
        Assert.Equal("true", spec.TextAt("replicaExternalLabelNameClear"));
        var arguments = spec.ListAt("additionalArgs").ToDictionary(argument => argument.TextAt("name")!, argument => argument.TextAt("value"));
        Assert.Equal(("kube", "monitoring", "monitors-prometheus-sends"), (arguments["export.ha.backend"], arguments["export.ha.kube.namespace"], arguments["export.ha.kube.name"]));
        Assert.Matches(new Regex(@"^\{__name__=~""[^""]+""\}$"), arguments["export.match"]);

        static string Words(PropertyValue rule, string part) => string.Join(' ', rule.ListAt(part).Select(word => word.TextAt()));
    }

    [SkippableFact]
    public async Task A_real_Prometheus_with_these_values_sends_what_machines_send_under_the_labels_that_alerts_go_by()
    {
        Promtool.Require();
        var objects = await Cluster.RunAsync(Cluster.Stored);
        var spec = Values(objects, "aws-us-east-1").At("prometheus", "prometheusSpec");
        var (engine, gpus, node, cluster, here, there) = (FreePort.Next(), FreePort.Next(), FreePort.Next(), FreePort.Next(), FreePort.Next(), FreePort.Next());
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        _loopback.Export(engine, "vllm:num_requests_running 3\nvllm:kv_cache_usage_perc 0.95\npython_info 1\n");
        _loopback.Export(gpus, "DCGM_FI_DEV_GPU_UTIL{gpu=\"0\",Hostname=\"n\"} 71\n");
        _loopback.Export(node, "node_load1 9\n");
        _loopback.Export(cluster, $$"""
            kube_pod_labels{namespace="serving",pod="a",label_gpu_fleet_pool="p"} 1
            kube_pod_created{namespace="serving",pod="a"} {{now - 600}}
            kube_pod_status_ready_time{namespace="serving",pod="a"} {{now - 60}}

            """);
        _loopback.Folder.Write("recorded.json", RecordJson.ToText(Assert.Single(objects.Of("PrometheusRule")).Inputs.At("spec")!));
        var ofNode = Values(objects, "aws-us-east-1").ListAt("prometheus-node-exporter", "prometheus", "monitor", "relabelings");
        var ofCluster = Values(objects, "aws-us-east-1").ListAt("kube-state-metrics", "prometheus", "monitor", "metricRelabelings");
        var sends = spec.ListAt("remoteWrite").Single();
        _loopback.Prometheus(_loopback.Folder.Write("here.json", JsonSerializer.Serialize(new
        {
            global = new
            {
                scrape_interval = "1s",
                evaluation_interval = "1s",
                external_labels = ((PropertyValue.Map)spec.At("externalLabels")!).Members.ToDictionary(label => label.Key, label => label.Value.TextAt()).Append(new(spec.TextAt("replicaExternalLabelName")!, "pod-0")).ToDictionary(),
            },
            rule_files = new[] { "recorded.json" },
            scrape_configs = new object[]
            {
                Job("engines", engine, Endpoint(objects, "engines"), "pod"),
                Job("gpus", gpus, Endpoint(objects, "gpus"), "node"),
                Job("nodes", node, ofNode, "node"),
                new { job_name = "cluster", honor_labels = true, static_configs = Loopback.Targets(cluster), metric_relabel_configs = Relabel(ofCluster) },
            },
            remote_write = new[] { new { url = $"http://127.0.0.1:{there}/api/v1/write", write_relabel_configs = Relabel(sends.ListAt("writeRelabelConfigs")) } },
        })), here);
        _loopback.Prometheus(_loopback.Folder.Write("there.json", "{}"), there, "--web.enable-remote-write-receiver");

        const string Place = "cloud=\"aws\",region=\"us-east-1\",cluster=\"aws-us-east-1\",__replica__=\"pod-0\"";
        Assert.Equal("3", await Loopback.ValueAsync(there, $$"""vllm:num_requests_running{job="vllm",pool="p",serving="s",tier="spot",{{Place}}}"""));
        Assert.Equal("71", await Loopback.ValueAsync(there, $$"""DCGM_FI_DEV_GPU_UTIL{job="dcgm",pool="p",tier="spot",Hostname="n",{{Place}}}"""));
        Assert.Equal("1", await Loopback.ValueAsync(there, $$"""up{job="node",pool="p",{{Place}}}"""));
        Assert.Equal("540", await Loopback.ValueAsync(there, $$"""gpuinfra_start_seconds{pool="p",{{Place}}}"""));
        Assert.Equal("0.95", await Loopback.ValueAsync(there, Expression(Amazon(await Kube.Stored), "KvCacheFull")));
        Assert.Equal("0", await Loopback.ValueAsync(there, """count({__name__=~"python_info|node_load1|kube_pod_created"}) or vector(0)"""));

        // What scales engines asks here, under the same labels.
        Assert.Equal("3", await Loopback.ValueAsync(here, """sum(vllm:num_requests_running{job="vllm",pool="p"})"""));

        static object Job(string name, int port, IEnumerable<PropertyValue> relabelings, string labelled) => new
        {
            job_name = name,
            static_configs = new[]
            {
                new
                {
                    targets = new[] { $"127.0.0.1:{port}" },
                    labels = new[] { ("pool", "p"), ("serving", "s"), ("tier", "spot") }.ToDictionary(label => $"__meta_kubernetes_{labelled}_label_gpu_fleet_{label.Item1}", label => label.Item2),
                },
            },
            relabel_configs = Relabel(relabelings),
        };
    }

    [Fact]
    public async Task Rights_in_a_cluster_that_name_nothing_or_give_themselves_more_are_caught()
    {
        var record = await Kube.Stored;
        Assert.Empty(AccessRules.LeastPrivilege.Find(record));
        Caught("names no verbs", record.With(Role, "", List(Text("*")), "rules", "verbs"));
        Caught("names no resources", record.With(Role, "", List(Text("*")), "rules", "resources"));
        Caught("it may escalate", record.With(Role, "", List(Text("escalate")), "rules", "verbs"));
        Caught("cluster-admin", record.With(ResourceTypes.ClusterBinding, "", Text("cluster-admin"), "roleRef", "name"));
        Caught("to Group", record.With(ResourceTypes.ClusterBinding, "", Text("Group"), "subjects", "kind"));
        Assert.NotEmpty(EncryptionRules.EncryptionAtRest.Find(record.With(Workspace, "", null, "kmsKeyArn")));

        static void Caught(string says, PreviewRecord planted) => Assert.Contains(AccessRules.LeastPrivilege.Find(planted), finding => finding.Detail.Contains(says, StringComparison.Ordinal));
    }

    private static string Amazon(PreviewRecord record) => record.Of("aws:amp/ruleGroupNamespace:RuleGroupNamespace").Single().Inputs.TextAt("data")!;

    private static string Expression(string rules, string alert) => JsonDocument.Parse(rules).RootElement.GetProperty("groups").EnumerateArray().SelectMany(group => group.GetProperty("rules").EnumerateArray())
        .Single(rule => rule.TryGetProperty("alert", out var name) && name.GetString() == alert).GetProperty("expr").GetString()!;

    private static PropertyValue Values(System.Collections.Immutable.ImmutableArray<ResourceRecord> objects, string region) =>
        objects.Of("Release", region).Single(release => release.Inputs.TextAt("name") == "kube-prometheus-stack").Inputs.At("values")!;

    private static IEnumerable<PropertyValue> Endpoint(System.Collections.Immutable.ImmutableArray<ResourceRecord> objects, string monitor) =>
        objects.Named("PodMonitor", monitor).Inputs.ListAt("spec", "podMetricsEndpoints").Single().ListAt("relabelings");

    /// <summary>As the operator writes them into Prometheus' own configuration.</summary>
    private static JsonArray Relabel(IEnumerable<PropertyValue> relabelings) => new([.. relabelings.Select(relabeling =>
    {
        var own = JsonNode.Parse(RecordJson.ToText(relabeling))!.AsObject();
        return (JsonNode)new JsonObject(own.Select(member => KeyValuePair.Create(Regex.Replace(member.Key, "[A-Z]", letter => $"_{letter.Value.ToLowerInvariant()}"), member.Value?.DeepClone())));
    })]);
}
