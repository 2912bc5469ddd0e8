using GpuInfra.Infra.Clusters;
using GpuInfra.Offline.Policies;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Routes;
using Pulumi.Offline;

namespace GpuInfra.Offline.Tests.Clusters;

/// <summary>A region's way in where its replicas run in a cluster.</summary>
public class ClusterRouterTests
{
    [Theory]
    [InlineData("aws-us-east-1")]
    [InlineData("gcp-us-central1")]
    public async Task Clients_reach_a_private_gateway_whose_only_route_leads_to_routers(string region)
    {
        var objects = await Cluster.Objects;
        var gateway = objects.Named("Gateway", "entry", region).Inputs;
        Assert.Equal(("gpuinfra", "HTTP", "80"), (gateway.TextAt("spec", "gatewayClassName"), Listener(gateway).TextAt("protocol"), Listener(gateway).TextAt("port")));
        var told = Assert.IsType<PropertyValue.Map>(gateway.At("spec", "infrastructure", "annotations"));
        Assert.Contains(told.Members.Values, note => note.TextAt() is "true" or "Internal");
        var service = objects.Named("EnvoyProxy", "gpuinfra", region).Inputs.At("spec", "provider", "kubernetes", "envoyService");
        Assert.Equal(["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"], service.ListAt("loadBalancerSourceRanges").Select(range => range.TextAt()));
        var rule = objects.Named("HTTPRoute", "entry", region).Inputs.ListAt("spec", "rules").Single();
        Assert.Equal(("router", "80", "0s"), (rule.ListAt("backendRefs").Single().TextAt("name"), rule.ListAt("backendRefs").Single().TextAt("port"), rule.TextAt("timeouts", "request")));
    }

    [Fact]
    public async Task With_a_certificate_the_gateway_ends_tls_with_what_the_store_holds()
    {
        var objects = await Cluster.RunAsync(fleet => fleet with { Plan = fleet.Plan with { Router = fleet.Plan.Router with { Certificate = "router-tls" } } });
        var listener = Listener(objects.Named("Gateway", "entry").Inputs);
        Assert.Equal(("HTTPS", "443", "entry"), (listener.TextAt("protocol"), listener.TextAt("port"), listener.ListAt("tls", "certificateRefs").Single().TextAt("name")));
        var secret = objects.Named("ExternalSecret", "entry").Inputs;
        Assert.Equal("kubernetes.io/tls", secret.TextAt("spec", "target", "template", "type"));
        Assert.Equal("router-tls", secret.ListAt("spec", "data").Single().TextAt("remoteRef", "key"));
        Assert.Contains("filterPEM \"PRIVATE KEY\"", secret.TextAt("spec", "target", "template", "data", "tls.key"), StringComparison.Ordinal);
        Assert.DoesNotContain("ssl crt", objects.Named("ConfigMap", "router").Inputs.TextAt("data", "haproxy.cfg"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_routers_stand_in_different_zones_and_one_is_always_left()
    {
        var objects = await Cluster.Objects;
        var router = objects.Named("Deployment", "router").Inputs;
        Assert.Equal(("2", "0", "1"), (router.TextAt("spec", "replicas"), router.TextAt("spec", "strategy", "rollingUpdate", "maxUnavailable"), objects.Named("PodDisruptionBudget", "router").Inputs.TextAt("spec", "minAvailable")));
        var zones = router.ListAt("spec", "template", "spec", "topologySpreadConstraints").Single(spread => spread.TextAt("topologyKey") == "topology.kubernetes.io/zone");
        Assert.Equal("DoNotSchedule", zones.TextAt("whenUnsatisfiable"));
    }

    [Fact]
    public async Task A_router_runs_without_root_rights_or_a_writable_system_by_its_images_digest()
    {
        var pod = (await Cluster.Objects).Named("Deployment", "router").Inputs.At("spec", "template", "spec");
        var container = pod.ListAt("containers").Single();
        Assert.Equal(("true", "RuntimeDefault", "false"), (pod.TextAt("securityContext", "runAsNonRoot"), pod.TextAt("securityContext", "seccompProfile", "type"), pod.TextAt("automountServiceAccountToken")));
        Assert.Equal(("true", "false", "ALL"), (container.TextAt("securityContext", "readOnlyRootFilesystem"), container.TextAt("securityContext", "allowPrivilegeEscalation"), container.ListAt("securityContext", "capabilities", "drop").Single().TextAt()));
        Assert.Contains("@sha256:", container.TextAt("image"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Point_15_a_router_that_goes_has_as_long_as_its_longest_answer()
    {
        var entry = RouterEntry.Of((await Prod.Record).Fleet, Planning.Catalogs.CloudProvider.Aws, "us-east-1")!;
        var grace = (await Cluster.Objects).Named("Deployment", "router").Inputs.NumberAt("spec", "template", "spec", "terminationGracePeriodSeconds");
        Assert.Equal(10 + (decimal)Math.Ceiling(entry.Drain.TotalSeconds), grace);
    }

    [Fact]
    public async Task Keys_of_teams_are_named_and_only_their_sums_reach_a_router()
    {
        var objects = await Cluster.Objects;
        var secret = objects.Named("ExternalSecret", "router-keys").Inputs;
        Assert.Equal(["router-engineering", "router-search", "router-support"], secret.ListAt("spec", "data").Select(data => data.TextAt("remoteRef", "key")).Order());
        Assert.Contains("{{ .router_support | trimSuffix \"\\n\" | sha256sum }} support\n", secret.TextAt("spec", "target", "template", "data", "teams.map"), StringComparison.Ordinal);
        Assert.DoesNotContain(objects, resource => resource.Type.EndsWith(":Secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_line_of_the_plan_takes_a_canary_to_everybody_and_changes_the_router_alone()
    {
        var (few, all) = (await Cluster.RunAsync(fleet => Canary(fleet, 5)), await Cluster.RunAsync(fleet => Canary(fleet, 100)));
        var changed = few.Zip(all).Where(pair => RecordJson.ToText(pair.First.Inputs) != RecordJson.ToText(pair.Second.Inputs)).Select(pair => (pair.First.Type.Split(':')[^1], pair.First.Inputs.TextAt("metadata", "name"))).Distinct().ToList();
        Assert.Equal([("ConfigMap", "router"), ("Deployment", "router")], changed.Order());
        Assert.Contains("lt 500 }", few.Named("ConfigMap", "router").Inputs.TextAt("data", "haproxy.cfg"), StringComparison.Ordinal);
        Assert.Contains("lt 10000 }", all.Named("ConfigMap", "router").Inputs.TextAt("data", "haproxy.cfg"), StringComparison.Ordinal);

        static Planning.Fleets.FleetPlan Canary(Planning.Fleets.FleetPlan fleet, int percent)
        {
            var online = fleet.Plan.Servings.Where(serving => serving.Kind == ServingKind.Online).ToList();
            var route = new ServingRoute(online[0].Name) { Canary = new RouteSplit("canary", online[1].Name, Planning.Units.Share.FromPercent(percent)) };
            return fleet with { Plan = fleet.Plan with { Router = fleet.Plan.Router with { Routes = [route] } } };
        }
    }

    [Fact]
    public async Task Routers_reach_engines_other_entries_and_nothing_else_and_only_gateways_and_monitors_reach_them()
    {
        var objects = await Cluster.Objects;
        var incoming = objects.Named("NetworkPolicy", "router-in").Inputs.ListAt("spec", "ingress").ToList();
        Assert.Equal(
            [ClusterNames.Gateways, ClusterNames.Monitoring],
            incoming.Select(rule => rule.ListAt("from").Single().TextAt("namespaceSelector", "matchLabels", "kubernetes.io/metadata.name")));
        var outgoing = objects.Named("NetworkPolicy", "router-out").Inputs.ListAt("spec", "egress").ToList();
        Assert.Equal("engine", outgoing[0].ListAt("to").Single().TextAt("podSelector", "matchLabels", ClusterNames.RoleLabel));
        Assert.DoesNotContain(outgoing.SelectMany(rule => rule.ListAt("to")), peer => peer.TextAt("ipBlock", "cidr") == "0.0.0.0/0"); // No API takes overflow in production.
    }

    [Fact]
    public async Task Points_71_72_74_a_bridge_stands_in_the_routers_pod_with_its_program_its_keys_and_its_own_identity()
    {
        const string region = "gcp-us-central1";
        var objects = await Cluster.RunAsync(Bridged);
        var pod = objects.Named("Deployment", "router", region).Inputs.At("spec", "template", "spec");
        Assert.Equal("router", pod.TextAt("serviceAccountName"));
        var bridge = pod.ListAt("containers").Single(container => container.TextAt("name") == "bridge");
        Assert.Equal(("true", "false", "ALL"), (bridge.TextAt("securityContext", "readOnlyRootFilesystem"), bridge.TextAt("securityContext", "allowPrivilegeEscalation"), bridge.ListAt("securityContext", "capabilities", "drop").Single().TextAt()));
        Assert.Contains("@sha256:", bridge.TextAt("image"), StringComparison.Ordinal);
        Assert.Equal(["KEY_GUARD_TOKEN", "KEY_ROUTER_CLAUDE"], bridge.ListAt("env").Select(env => env.TextAt("valueFrom", "secretKeyRef", "key")));
        Assert.DoesNotContain(bridge.ListAt("env"), env => env.TextAt("value") is not null);
        Assert.Equal(["guard-token", "router-claude"], objects.Named("ExternalSecret", "router-keys", region).Inputs.ListAt("spec", "data").Select(data => data.TextAt("remoteRef", "key")!).Where(key => !key.StartsWith("router-s", StringComparison.Ordinal) && !key.StartsWith("router-e", StringComparison.Ordinal)).Order());
        var files = objects.Named("ConfigMap", "bridge", region).Inputs;
        Assert.Contains("asyncio.run", files.TextAt("data", "main.py"), StringComparison.Ordinal);
        Assert.Contains("\"dialect\": \"vertex\"", files.TextAt("data", "bridge.json"), StringComparison.Ordinal);
        var outgoing = objects.Named("NetworkPolicy", "router-out", region).Inputs.ListAt("spec", "egress").SelectMany(rule => rule.ListAt("to")).Select(peer => peer.TextAt("ipBlock", "cidr")).ToList();
        Assert.Contains("0.0.0.0/0", outgoing);
        Assert.Contains("169.254.169.254/32", outgoing); // Its own identity, for Vertex.
        Assert.Equal("/bridge", objects.Named("PodMonitor", "bridges", region).Inputs.ListAt("spec", "podMetricsEndpoints").Single().TextAt("path"));

        // AWS's own network has no way out: nothing of it is there.
        Assert.Single(objects.Named("Deployment", "router").Inputs.ListAt("spec", "template", "spec", "containers"));

        static Planning.Fleets.FleetPlan Bridged(Planning.Fleets.FleetPlan fleet)
        {
            var online = fleet.Plan.Servings.Where(serving => serving.Kind == ServingKind.Online).Select(serving => serving.Name).ToList();
            var claude = new ApiBackend("claude", "api.anthropic.com", "", "us", "router-claude", 5) { Dialect = ApiDialect.Anthropic, Model = "claude-haiku-4-5" };
            var gemini = new ApiBackend("gemini", "us-central1-aiplatform.googleapis.com", "", "us-central1", null, 5) { Dialect = ApiDialect.Vertex, Model = "gemini-2.5-flash" };
            var fifth = Planning.Units.Share.FromPercent(20);
            return fleet with
            {
                Plan = fleet.Plan with
                {
                    Router = fleet.Plan.Router with
                    {
                        Apis = [claude],
                        Routes =
                        [
                            new ServingRoute(online[0]) { Overflow = [gemini], Shadow = new ShadowRoute("claude", fifth, false) },
                            new ServingRoute(online[1]) { Cascade = new CascadeRoute("claude", true, fifth, new Guardrail("https://guard.example.com/", TimeSpan.FromSeconds(1), true, "guard-token")) },
                        ],
                    },
                },
            };
        }
    }

    [Fact]
    public async Task Without_the_key_there_is_no_way_in() => Assert.Empty(
        (await Cluster.RunAsync(fleet => fleet with { Plan = fleet.Plan with { Router = RouterPlan.Plain } }))
            .Where(resource => resource.Type.Split(':')[^1] is "Gateway" or "HTTPRoute" or "EnvoyProxy" || resource.Inputs.TextAt("metadata", "name") == "router"));

    private static PropertyValue Listener(PropertyValue gateway) => gateway.ListAt("spec", "listeners").Single();
}
