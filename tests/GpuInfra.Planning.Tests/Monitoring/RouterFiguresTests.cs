using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Monitoring;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Routes;
using GpuInfra.Planning.Tests.Routes;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Monitoring;

/// <summary>What monitors read of routers: a real Prometheus reads a real HAProxy and the bridge beside it.</summary>
[Collection("runs alone")]
public sealed class RouterFiguresTests : IDisposable
{
    private static readonly ApiBackend Claude = new("claude", "api.anthropic.com", "", "us", "router-claude", 1000) { Dialect = ApiDialect.Anthropic, Model = "claude-haiku-4-5" };

    private static readonly RouterPlan Copies = new() { IsDeployed = true, Apis = [Claude], Routes = [new ServingRoute("assistant") { Shadow = new ShadowRoute("claude", Share.FromPercent(100), false) }] };

    private static readonly FleetPlan Fleet = With(new RouterPlan { IsDeployed = true });

    private readonly Haproxy _haproxy = new();
    private readonly Loopback _loopback = new();
    private readonly FakeEngine _engine = new("engine");
    private readonly FakeEngine _provider = new("provider") { Answers = (_, _) => (500, "application/json", "{}") };

    public void Dispose()
    {
        _haproxy.Dispose();
        _loopback.Dispose();
        _engine.Dispose();
        _provider.Dispose();
    }

    [SkippableFact]
    public async Task What_fails_is_counted_by_what_was_asked_and_by_API()
    {
        Skip.IfNot(Haproxy.IsThere, "haproxy is not installed");
        Promtool.Require();
        var entry = HaproxyConfigTests.Entry(Copies) with { Cloud = CloudProvider.Gcp, HasWayOut = true };
        _haproxy.Run(entry, ("assistant.0/r1", _engine, 8));
        _haproxy.StopChecks("assistant.0/r1");
        _haproxy.Bridge(entry, ("api.anthropic.com", _provider));
        var port = FreePort.Next();
        _loopback.Prometheus(_loopback.Folder.Write("prometheus.json", Config(_haproxy.HealthPort)), port);

        Assert.Equal("engine", await _haproxy.WhoAsync("{\"model\":\"llama-3.1-8b\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}"));
        Assert.Equal("503", await _haproxy.WhoAsync("{\"model\":\"mixtral-8x7b\"}")); // No replica of it runs, and no engine could tell.

        await ValueAsync(port, """haproxy_backend_http_responses_total{job="router",proxy="assistant.shadow",code="2xx"}""", "1");
        await ValueAsync(port, """haproxy_backend_http_responses_total{job="router",proxy="coder.0",code="5xx"}""", "1");
        await ValueAsync(port, """sum(gpuinfra_bridge_requests_total{job="bridge",serving="assistant",api="claude",why="shadow",result=~"failed|late|dropped"})""", "1");
        await ValueAsync(port, """count({__name__=~"haproxy_server_.+"}) or vector(0)""", "0"); // Hundreds of places for replicas stay out.
    }

    [Fact]
    public void Routers_are_found_by_stack_and_name_and_asked_at_the_port_of_their_health()
    {
        var entries = RouterEntry.All(Fleet);
        Assert.NotEmpty(entries);
        using var config = JsonDocument.Parse(PrometheusConfig.Of(Fleet));
        var job = config.RootElement.GetProperty("scrape_configs").EnumerateArray().Single(one => one.GetProperty("job_name").GetString() == "router");
        var searches = job.GetProperty("ec2_sd_configs").EnumerateArray().ToList();
        Assert.Equal(entries.Where(entry => entry.Cloud == CloudProvider.Aws).Select(entry => (entry.Region, $"gpuinfra-{entry.Region}-router", "pulumi/*/prod", 8404)),
            searches.Select(search => (search.GetProperty("region").GetString()!, Filter(search, "tag:Name"), Filter(search, "tag:managed-by"), search.GetProperty("port").GetInt32())));
        var names = job.GetProperty("relabel_configs").EnumerateArray().First();
        Assert.Equal("keep", names.GetProperty("action").GetString());
        Assert.All(entries.Where(entry => entry.Cloud == CloudProvider.Gcp), entry => Assert.Matches($"^(?:{names.GetProperty("regex").GetString()})$", $"prod-router-{entry.Region}-x1y2"));
        Assert.DoesNotMatch($"^(?:{names.GetProperty("regex").GetString()})$", "eu-prod-router-us-central1-x1y2");

        static string Filter(JsonElement search, string name) =>
            search.GetProperty("filters").EnumerateArray().Single(filter => filter.GetProperty("name").GetString() == name).GetProperty("values")[0].GetString()!;
    }

    [Fact]
    public void A_fleet_without_routers_has_no_alert_figure_or_job_of_them()
    {
        var fleet = With(new RouterPlan());
        var rules = AlertRules.Of(fleet, A.Catalog);
        Assert.DoesNotContain(rules.Groups, group => group.Name == "routers");
        Assert.DoesNotContain(rules.Figures, figure => figure.Name == "plan:routers");
        Assert.DoesNotContain("router", PrometheusConfig.Of(fleet), StringComparison.Ordinal);
    }

    /// <summary>The jobs of a planned fleet, with these routers in the place of machines that clouds would tell.</summary>
    private static string Config(int port)
    {
        var jobs = JsonNode.Parse(PrometheusConfig.Of(With(Copies)))!["scrape_configs"]!.AsArray().Where(job => (string?)job!["job_name"] is "router" or "bridge").Select(job => job!.DeepClone()).ToList();
        foreach (var job in jobs.Select(job => job.AsObject()))
        {
            job.Remove("ec2_sd_configs");
            job.Remove("gce_sd_configs");
            job.Remove("relabel_configs");
            job["static_configs"] = JsonSerializer.SerializeToNode(Loopback.Targets(port));
        }

        Assert.Equal(2, jobs.Count);
        return new JsonObject { ["global"] = new JsonObject { ["scrape_interval"] = "1s" }, ["scrape_configs"] = new JsonArray([.. jobs]) }.ToJsonString();
    }

    private static FleetPlan With(RouterPlan router) => HaproxyConfigTests.Fleet with { Plan = HaproxyConfigTests.Fleet.Plan with { Router = router } };

    private static async Task ValueAsync(int port, string query, string expected) => Assert.Equal(expected, await Loopback.ValueAsync(port, query, expected));
}
