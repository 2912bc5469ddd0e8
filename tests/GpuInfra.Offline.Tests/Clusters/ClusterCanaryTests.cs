using GpuInfra.Infra.Common;
using GpuInfra.Offline.Diff;
using GpuInfra.Offline.Policies;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Monitoring;
using GpuInfra.Planning.Plans;
using Pulumi.Offline;
using static GpuInfra.Offline.Tests.Prod;

namespace GpuInfra.Offline.Tests.Clusters;

/// <summary>Production on clusters with a canary that stops by itself.</summary>
public class ClusterCanaryTests
{
    private static readonly Lazy<Task<PreviewRecord>> Stops = new(() => Kube.RunAsync(Change));

    /// <summary>The same with a canary that people stop.</summary>
    private static readonly Lazy<Task<PreviewRecord>> Goes = new(() => Kube.RunAsync(sandbox =>
    {
        Change(sandbox);
        sandbox.Change("prod.plan.yaml", ", stops: true", "");
    }));

    public static Task<PreviewRecord> Stopping => Stops.Value;

    public static TheoryData<string> Regions => ["aws-us-east-1", "gcp-us-central1"];

    [Fact]
    public async Task It_keeps_every_policy_and_changes_no_fleet_and_nothing_but_routers_alerts_and_what_is_its_own()
    {
        var (plain, record) = (await Goes.Value, await Stops.Value);
        Assert.Equal("", record.Complaints());
        Assert.Equal((await Kube.Record).Fleet.PlanHash, record.Fleet.PlanHash);
        var before = plain.Resolved.Resources.ToDictionary(resource => resource.Urn, resource => RecordJson.ToText(resource.Inputs));
        var changed = record.Resolved.Resources.Where(resource => before.TryGetValue(resource.Urn, out var inputs) && inputs != RecordJson.ToText(resource.Inputs) && resource.Type.StartsWith("kubernetes:", StringComparison.Ordinal))
            .Select(resource => $"{resource.Type.Split(':')[^1]} {resource.Inputs.TextAt("metadata", "name")}").Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(["ConfigMap router", "Deployment router", "PrometheusRule alerts"], changed);
        var made = record.Resolved.Resources.Where(resource => !before.ContainsKey(resource.Urn)).Select(resource => $"{resource.Type.Split(':')[^1]} {resource.Inputs.TextAt("metadata", "namespace")}/{resource.Inputs.TextAt("metadata", "name")}").Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(
            [
                "Canary /", "ConfigMap monitoring/canaries", "ConfigMap serving/canaries", "ConfigMap serving/canary", "Deployment monitoring/canaries", "NetworkPolicy monitoring/canaries", "Role serving/canaries",
                "RoleBinding serving/canaries", "ServiceAccount monitoring/canaries",
            ],
            made);
    }

    [Theory]
    [MemberData(nameof(Regions))]
    public async Task The_word_is_an_object_that_the_program_makes_and_never_fills(string region)
    {
        var words = In(await Stops.Value, "ConfigMap", region, $"{region}-canaries-words");
        Assert.Equal(("canaries", "serving"), (words.Inputs.TextAt("metadata", "name"), words.Inputs.TextAt("metadata", "namespace")));
        Assert.Null(words.Inputs.At("data"));
        Assert.Equal("data", Assert.Single(words.Options.IgnoreChanges));
    }

    [Theory]
    [MemberData(nameof(Regions))]
    public async Task One_pod_may_change_that_object_and_nothing_else_and_no_router_gets_a_token(string region)
    {
        var record = await Stops.Value;
        var rule = In(record, "Role", region).Inputs.ListAt("rules").Single();
        Assert.Equal(("|", "configmaps", "canaries", "get patch"), ($"|{Texts(rule, "apiGroups")}", Texts(rule, "resources"), Texts(rule, "resourceNames"), Texts(rule, "verbs")));
        var binding = In(record, "RoleBinding", region).Inputs;
        Assert.Equal(("Role", "canaries"), (binding.TextAt("roleRef", "kind"), binding.TextAt("roleRef", "name")));
        var subject = binding.ListAt("subjects").Single();
        Assert.Equal(("ServiceAccount", "canaries", "monitoring"), (subject.TextAt("kind"), subject.TextAt("name"), subject.TextAt("namespace")));

        var pods = record.Resolved.Resources.SelectMany(resource => PodRules.PodsOf(resource).Select(pod => (Name: resource.Inputs.TextAt("metadata", "name"), Pod: pod))).ToList();
        Assert.All(pods, pod => Assert.Equal("false", pod.Pod.TextAt("automountServiceAccountToken")));
        Assert.All(pods.Where(pod => Tokens(pod.Pod).Any(token => token.TextAt("audience") is null)), pod => Assert.Equal("canaries", pod.Name));

        var traffic = In(record, "NetworkPolicy", region, $"{region}-canaries").Inputs.At("spec");
        Assert.Empty(traffic.ListAt("ingress"));
        Assert.Equal(["Ingress", "Egress"], traffic.ListAt("policyTypes").Select(type => type.TextAt()));
        Assert.Equal(["53 53", "9090", "443"], traffic.ListAt("egress").Select(rule => string.Join(' ', rule.ListAt("ports").Select(port => port.TextAt("port")))));
        Assert.Equal("prometheus", traffic.ListAt("egress").ElementAt(1).ListAt("to").Single().TextAt("podSelector", "matchLabels", "app.kubernetes.io/name"));
        Assert.DoesNotContain(traffic.ListAt("egress").SelectMany(rule => rule.ListAt("to")), peer => peer.TextAt("ipBlock", "cidr") == "0.0.0.0/0");

        // Nothing is opened to routers, or from them.
        var plain = await Goes.Value;
        Assert.All(new[] { "router-in", "router-out" }, policy => Assert.Equal(
            RecordJson.ToText(In(plain, "NetworkPolicy", region, $"{region}-router-{policy}").Inputs), RecordJson.ToText(In(record, "NetworkPolicy", region, $"{region}-router-{policy}").Inputs)));
    }

    [Theory]
    [MemberData(nameof(Regions))]
    public async Task Routers_look_at_the_word_where_it_is_mounted_and_start_without_it(string region)
    {
        var record = await Stops.Value;
        var files = In(record, "ConfigMap", region, $"{region}-router").Inputs.At("data");
        Assert.Contains("!{ str(assistant),map_str_int(/etc/gpuinfra-router/stopped.map,0) gt 0 }", files.TextAt("haproxy.cfg"), StringComparison.Ordinal);
        Assert.Equal("", files.TextAt("stopped.map"));
        Assert.Contains("class Haproxy:", In(record, "ConfigMap", region, $"{region}-router-canary").Inputs.TextAt("data", "agent.py"), StringComparison.Ordinal);

        var pod = In(record, "Deployment", region, $"{region}-router").Inputs.At("spec", "template", "spec");
        var container = pod.ListAt("containers").Single(container => container.TextAt("name") == "canary");
        Assert.EndsWith("/gpuinfra-tools@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", container.TextAt("image"), StringComparison.Ordinal);
        Assert.Null(container.At("readinessProbe")); // A router without it serves as before.
        Assert.Equal(("cluster", "assistant", "/run/haproxy/admin.sock", "/etc/gpuinfra-router"), (Setting(container, "CLOUD"), Setting(container, "CANARIES"), Setting(container, "SOCKET"), Setting(container, "FOLDER")));
        var words = pod.ListAt("volumes").Single(volume => volume.TextAt("name") == "canaries");
        Assert.Equal(("canaries", "true"), (words.TextAt("configMap", "name"), words.TextAt("configMap", "optional")));
        var mounts = container.ListAt("volumeMounts").ToDictionary(mount => mount.TextAt("mountPath")!, mount => mount.TextAt("readOnly"));
        Assert.Equal([("/etc/gpuinfra-canaries", "true"), ("/etc/gpuinfra-canary", "true"), ("/run/haproxy", null)], mounts.Select(mount => (mount.Key, mount.Value)).OrderBy(mount => mount.Key, StringComparer.Ordinal));
        Assert.Equal("/etc/gpuinfra-canaries", Setting(container, "WORDS"));
        Assert.DoesNotContain(container.ListAt("volumeMounts"), mount => mount.TextAt("subPath") is not null); // Such files stay as they were.
    }

    [Theory]
    [MemberData(nameof(Regions))]
    public async Task The_pod_asks_each_prometheus_for_the_canarys_alerts_and_an_alert_tells_when_it_does_not(string region)
    {
        var record = await Stops.Value;
        var container = In(record, "Deployment", region, $"{region}-canaries").Inputs.ListAt("spec", "template", "spec", "containers").Single();
        Assert.Equal(
            ("prometheus-operated.monitoring.svc.cluster.local:9090", "assistant=coder", "https://kubernetes.default.svc/api/v1/namespaces/serving/configmaps/canaries"),
            (Setting(container, "PROMETHEUS"), Setting(container, "CANARIES"), Setting(container, "OBJECT")));
        Assert.Subset(AlertRules.Of(record.Fleet, Catalog.Embedded).Alerts.Select(alert => alert.Name).ToHashSet(), Setting(container, "ALERTS")!.Split('|').ToHashSet());
        var alerts = In(record, "PrometheusRule", region, $"{region}-alerts").Inputs.ListAt("spec", "groups").SelectMany(group => group.ListAt("rules")).Select(rule => rule.TextAt("alert")).ToList();
        Assert.Contains("CanaryUnguarded", alerts);
        Assert.DoesNotContain("CanaryUnguarded", AlertRules.Of((await Goes.Value).Fleet, Catalog.Embedded).Alerts.Select(alert => alert.Name));
    }

    [Fact]
    public async Task Another_revision_and_share_change_the_canarys_Deployments_and_routers_and_nothing_that_remembers()
    {
        var after = await Kube.RunAsync(sandbox =>
        {
            Change(sandbox);
            sandbox.Change("prod.plan.yaml", "share: 5%, stops", "share: 50%, stops");
            sandbox.Change("Pulumi.prod.yaml", "mixtral-8x7b/bf16: example-revision-1", "mixtral-8x7b/bf16: example-revision-2");
        });
        var changes = RecordComparison.Compare(StackRecord.Of(await Stops.Value), StackRecord.Of(after), DiffOptions.Strict).Resources.Where(change => change.Action != ResourceAction.Same)
            .Select(change => $"{change.Type.Split(':')[^1]} {change.Name}");
        var pools = after.Fleet.Provisioned.Where(pool => pool.Engine.Model == "mixtral-8x7b").Select(pool => $"Deployment {pool.Id}");
        var routers = new[] { "aws-us-east-1", "gcp-us-central1" }.SelectMany(region => new[] { $"ConfigMap {region}-router", $"Deployment {region}-router" });
        Assert.Equal(pools.Concat(routers).Order(StringComparer.Ordinal), changes.Order(StringComparer.Ordinal));
    }

    public static TheoryData<string, string, PropertyValue?, string[]> Rights => new()
    {
        { "all configmaps of its namespace", ResourceTypes.ClusterRole, null, ["rules", "resourceNames"] },
        { "names no verbs", ResourceTypes.ClusterRole, List(Text("*")), ["rules", "verbs"] },
        { "names no resources", ResourceTypes.ClusterRole, List(Text("*")), ["rules", "resources"] },
        { "Group system:authenticated", ResourceTypes.ClusterBinding, List(Map(("kind", Text("Group")), ("name", Text("system:authenticated")))), ["subjects"] },
        { "ServiceAccount default", ResourceTypes.ClusterBinding, List(Map(("kind", Text("ServiceAccount")), ("name", Text("default")), ("namespace", Text("monitoring")))), ["subjects"] },
    };

    [Theory]
    [MemberData(nameof(Rights))]
    public async Task A_role_that_reaches_further_is_caught(string says, string type, PropertyValue? value, string[] path)
    {
        var record = await Stops.Value;
        Assert.Contains(AccessRules.LeastPrivilege.Find(record.With(type, "aws-us-east-1-canaries", value, path)), finding => finding.Detail.Contains(says, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_token_in_any_other_pod_is_caught()
    {
        var token = List(Map(("name", Text("account")), ("projected", Map(("sources", List(Map(("serviceAccountToken", Map(("path", Text("token")))))))))));
        var found = PodRules.PodsRestricted.Find((await Stops.Value).With(Kube.Deployment, "aws-us-east-1-router", token, "spec", "template", "spec", "volumes"));
        Assert.Contains(found, finding => finding.Detail.Contains("a volume has one that is for nobody else", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(MonitoringMode.Existing)]
    [InlineData(MonitoringMode.Managed)]
    public async Task Other_monitors_than_the_clusters_own_cannot_be_asked(MonitoringMode? mode)
    {
        var fleet = (await Stops.Value).Fleet;
        Assert.Empty(ClusterFleetCheck.Problems(fleet));
        fleet = fleet with { Plan = fleet.Plan with { Monitoring = mode is { } other ? fleet.Plan.Monitoring! with { Mode = other } : null } };
        Assert.Contains("router.routes.assistant.canary.stops: in a cluster its own Prometheus is asked how coder does; write monitoring: { mode: create }, or leave stops out.", ClusterFleetCheck.Problems(fleet));
    }

    [Fact]
    public async Task A_region_without_the_canary_is_refused_since_its_cluster_does_not_see_it()
    {
        var fleet = (await Stops.Value).Fleet;
        fleet = fleet with { Pools = fleet.Pools.RemoveAll(pool => pool.Serving == "coder" && pool.Cloud == CloudProvider.Gcp) };
        Assert.Equal(
            ["router.routes.assistant.canary.stops: gcp/us-central1 has no replica of coder, and its cluster does not see how coder does elsewhere; let coder run there too, or leave stops out."],
            ClusterFleetCheck.Problems(fleet));
    }

    private static void Change(Sandbox sandbox)
    {
        sandbox.Change("prod.plan.yaml", "router:\n  link: existing\n", "router:\n  link: existing\n  routes: { assistant: { canary: { to: coder, share: 5%, stops: true } } }\n");
        sandbox.Change("prod.plan.yaml", "servings:\n", "servings:\n  - { name: coder, quality: { query: eval_score, atLeast: 0.9 } }\n");
    }

    private static ResourceRecord In(PreviewRecord record, string kind, string region, string? name = null) =>
        Assert.Single(record.Resolved.Resources, resource => resource.Type.Split(':')[^1] == kind && resource.Name == (name ?? $"{region}-canaries"));

    private static string Texts(PropertyValue value, string key) => string.Join(' ', value.ListAt(key).Select(item => item.TextAt()));

    private static string? Setting(PropertyValue container, string name) => container.ListAt("env").Single(env => env.TextAt("name") == name).TextAt("value");

    private static IEnumerable<PropertyValue> Tokens(PropertyValue pod) =>
        pod.ListAt("volumes").SelectMany(volume => volume.ListAt("projected", "sources")).Select(source => source.At("serviceAccountToken")).OfType<PropertyValue>();
}
