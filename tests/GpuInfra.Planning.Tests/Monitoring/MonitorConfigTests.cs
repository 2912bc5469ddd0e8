using System.Text.Json;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Monitoring;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Tests.Monitoring;

public class MonitorConfigTests
{
    internal static readonly FleetPlan Fleet = Planner.Plan(A.Plan(), "prod", A.Catalog);

    /// <summary>The monitor on AWS of a fleet on both clouds.</summary>
    internal static readonly MonitorSite Amazon = new(
        new MonitorPlace(1, CloudProvider.Aws, "us-east-1"), "10.16.1.10", [(new MonitorPlace(2, CloudProvider.Gcp, "us-central1"), "10.32.255.242")]);

    private static readonly MonitoringPlan Plan = new()
    {
        Mode = MonitoringMode.Existing,
        From = ["10.20.0.0/24"],
        Heartbeat = new AlertReceiver.Webhook("https://beat.example.com/gpu", "beat", [AlertUrgency.Page]),
        Receivers =
        [
            new AlertReceiver.PagerDuty("pager", [AlertUrgency.Page]),
            new AlertReceiver.Opsgenie("opsgenie", [AlertUrgency.Page, AlertUrgency.Ticket]),
            new AlertReceiver.Slack("slack-hook", "#gpu", [AlertUrgency.Ticket]),
            new AlertReceiver.Webhook("https://hook.example.com", null, [AlertUrgency.Ticket]),
        ],
    };

    [SkippableFact]
    public void Prometheus_accepts_the_configuration_of_a_planned_fleet()
    {
        Promtool.Require();
        using var folder = new TemporaryFolder();
        folder.Write("rules.json", AlertRules.Of(Fleet, A.Catalog).ToText("prod"));
        Assert.Contains("SUCCESS", Promtool.Run("check", "config", folder.Write("prometheus.json", PrometheusConfig.Of(Fleet))), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Prometheus_accepts_the_configuration_of_a_monitor_that_the_stack_makes()
    {
        Promtool.Require();
        using var folder = new TemporaryFolder();
        folder.Write("rules.json", AlertRules.Of(Fleet, A.Catalog).ToText("prod"));
        var stored = Fleet with { Plan = Fleet.Plan with { Monitoring = Plan with { Mode = MonitoringMode.Create, RemoteWrite = new RemoteWrite("https://store.example.com/write", "store") } } };
        var text = PrometheusConfig.Of(stored, Amazon);
        Assert.Contains("SUCCESS", Promtool.Run("check", "config", folder.Write("prometheus.json", text)), StringComparison.Ordinal);
        Assert.Contains("\"credentials_file\": \"/etc/prometheus/secrets/store\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_monitor_asks_its_own_cloud_for_machines_and_watches_the_other_monitor()
    {
        using var config = JsonDocument.Parse(PrometheusConfig.Of(Fleet, Amazon));
        var jobs = config.RootElement.GetProperty("scrape_configs").EnumerateArray().ToDictionary(job => job.GetProperty("job_name").GetString()!);
        Assert.DoesNotContain(jobs.Values, job => job.TryGetProperty("gce_sd_configs", out _));
        Assert.Equal(["10.16.1.10:9090", "10.32.255.242:9090"], Targets(jobs["prometheus"]));
        Assert.Equal(["10.16.1.10:9093", "10.32.255.242:9093"], Targets(jobs["alertmanager"]));
        Assert.Equal(["10.32.255.242:9090"], Targets(jobs["gcp-monitor"]));
        Assert.Equal(["10.16.1.10:9093", "10.32.255.242:9093"], Targets(config.RootElement.GetProperty("alerting").GetProperty("alertmanagers")[0]));

        static IEnumerable<string?> Targets(JsonElement job) => job.GetProperty("static_configs")[0].GetProperty("targets").EnumerateArray().Select(target => target.GetString());
    }

    [Fact]
    public void Two_monitors_of_one_cloud_ask_for_all_machines_and_read_nothing_of_each_other()
    {
        var site = new MonitorSite(new MonitorPlace(1, CloudProvider.Aws, "us-east-1"), "10.16.1.10", [(new MonitorPlace(2, CloudProvider.Aws, "us-east-1"), "10.16.3.10")]);
        Assert.Equal(PrometheusConfig.Of(Fleet, site), PrometheusConfig.Of(Fleet, new MonitorSite(site.Others[0].Place, site.Others[0].Address, [(site.Place, site.Address)])));
        Assert.DoesNotContain("federate", PrometheusConfig.Of(Fleet, site), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Scores_are_read_where_the_plan_says_and_recorded_by_serving()
    {
        Promtool.Require();
        using var folder = new TemporaryFolder();
        var scored = Fleet with
        {
            Plan = Fleet.Plan with { Servings = [.. Fleet.Plan.Servings.Select(serving => serving with { Quality = new QualityCheck("avg(eval_score)", 0.9, "https://eval.example.com/scores") })] },
        };
        folder.Write("rules.json", AlertRules.Of([], scored.Plan.Servings).ToText("prod"));
        var text = PrometheusConfig.Of(scored, Amazon);
        Assert.Contains("SUCCESS", Promtool.Run("check", "config", folder.Write("prometheus.json", text)), StringComparison.Ordinal);
        using var config = JsonDocument.Parse(text);
        var target = config.RootElement.GetProperty("scrape_configs").EnumerateArray().Single(job => job.GetProperty("job_name").GetString() == "quality").GetProperty("static_configs")[0];
        Assert.Equal(("eval.example.com:443", "/scores"), (target.GetProperty("targets")[0].GetString(), target.GetProperty("labels").GetProperty("__metrics_path__").GetString()));
    }

    [Fact]
    public void A_heartbeat_whose_address_is_a_secret_is_read_from_its_file()
    {
        var text = AlertmanagerConfig.Of(Plan with { Heartbeat = new AlertReceiver.Webhook(null, null, [AlertUrgency.Page]) { UrlSecret = "beat-url" } });
        Assert.Contains("\"url_file\": \"/etc/alertmanager/secrets/beat-url\"", text, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Alertmanager_accepts_the_receivers()
    {
        Promtool.Require();
        using var folder = new TemporaryFolder();
        foreach (var plan in new[] { Plan, Plan with { Receivers = [], Heartbeat = null } })
        {
            Assert.Contains("SUCCESS", Promtool.RunProgram("amtool", "check-config", folder.Write("alertmanager.json", AlertmanagerConfig.Of(plan))), StringComparison.Ordinal);
        }
    }

    [SkippableTheory]
    [InlineData("alertname=GpuXid severity=page", "page")]
    [InlineData("alertname=TargetDown severity=ticket", "ticket")]
    [InlineData("alertname=DeadMansSwitch severity=info", "heartbeat")]
    [InlineData("alertname=SpotNotice severity=info", "nobody")]
    public void Alerts_go_to_whom_their_urgency_says(string labels, string receiver)
    {
        Promtool.Require();
        using var folder = new TemporaryFolder();
        var config = folder.Write("alertmanager.json", AlertmanagerConfig.Of(Plan));
        Assert.StartsWith($"{receiver}\n", Promtool.RunProgram("amtool", ["config", "routes", "test", $"--config.file={config}", .. labels.Split(' ')]), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_replica_is_read_on_its_own_port_and_every_machine_once_by_each_exporter()
    {
        using var config = JsonDocument.Parse(PrometheusConfig.Of(Fleet));
        var jobs = config.RootElement.GetProperty("scrape_configs").EnumerateArray().ToDictionary(job => job.GetProperty("job_name").GetString()!);
        Assert.Equal(["alertmanager", "dcgm", "node", "prometheus", "vllm"], jobs.Keys.Order(StringComparer.Ordinal));

        var engines = Ports("vllm").ToList();
        Assert.Equal(Fleet.Provisioned.Sum(pool => Places(pool) * pool.Ladder.Max(rung => rung.ReplicasPerInstance)), engines.Count);
        Assert.Equal(8000, engines.Min());
        Assert.All(Ports("dcgm"), port => Assert.Equal(9400, port));
        Assert.All(Ports("node"), port => Assert.Equal(9100, port));

        static int Places(Pool pool) => pool.Cloud == CloudProvider.Aws ? 1 : Catalog.Embedded.Zones(pool.Cloud, pool.Region).Union(pool.Zones.Select(zone => zone.Zone)).Count();

        IEnumerable<int> Ports(string job) => jobs[job].EnumerateObject().Where(member => member.Name.EndsWith("_sd_configs", StringComparison.Ordinal))
            .SelectMany(member => member.Value.EnumerateArray()).Select(search => search.GetProperty("port").GetInt32());
    }

    [Fact]
    public void A_changed_demand_changes_nothing_of_how_machines_are_found()
    {
        var more = Fleet with { Pools = [.. Fleet.Pools.Select(pool => pool with { Replicas = pool.Replicas + 1, Instances = pool.Instances with { Max = pool.Instances.Max + 7 } })] };
        Assert.Equal(PrometheusConfig.Of(Fleet), PrometheusConfig.Of(more));
    }

    [Fact]
    public void A_machine_with_fewer_replicas_than_its_ladder_has_at_most_is_not_asked_for_the_others()
    {
        var pool = Fleet.Provisioned.First();
        var ladder = Fleet with { Pools = [pool with { Ladder = [new("g6.12xlarge", 4), new("g6.xlarge", 1)] }] };
        Assert.Contains($"\"regex\": \";?{pool.Id};+(.*/)?g6\\\\.xlarge;+.*:(8001|8002|8003)\"", PrometheusConfig.Of(ladder), StringComparison.Ordinal);
        Assert.DoesNotContain("\"drop\"", PrometheusConfig.Of(Fleet with { Pools = [pool with { Ladder = [new(pool.InstanceType, pool.ReplicasPerInstance)] }] }), StringComparison.Ordinal);
    }

    [Fact]
    public void No_secret_is_in_the_configuration_but_by_its_files_name()
    {
        var text = AlertmanagerConfig.Of(Plan);
        Assert.Contains("\"routing_key_file\": \"/etc/alertmanager/secrets/pager\"", text, StringComparison.Ordinal);
        Assert.Contains("\"credentials_file\": \"/etc/alertmanager/secrets/beat\"", text, StringComparison.Ordinal);
        Assert.All(new[] { "\"routing_key\"", "\"api_key\"", "\"api_url\"", "\"credentials\"" }, key => Assert.DoesNotContain(key, text, StringComparison.Ordinal));
    }
}
