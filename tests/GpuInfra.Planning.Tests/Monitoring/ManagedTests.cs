using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Monitoring;
using GpuInfra.Planning.Monitoring.Dashboards;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Tests.Monitoring;

/// <summary>What a cloud's own store of series is given: the same alerts, within its limits.</summary>
public class ManagedTests
{
    private static readonly FleetPlan Fleet = Planner.Plan(A.ProdPlan() with { Router = new RouterPlan { IsDeployed = true } }, "prod", A.Catalog);
    private static readonly AlertRules Rules = AlertRules.Of(Fleet, A.Catalog);
    private static readonly AlertRules OfCluster = AlertRules.Of(Fleet with { Plan = Fleet.Plan with { Platform = Platform.Kubernetes } }, A.Catalog, CloudProvider.Aws, "us-east-1");
    private static readonly ImmutableSortedDictionary<AlertUrgency, string> Topics = ImmutableSortedDictionary<AlertUrgency, string>.Empty
        .Add(AlertUrgency.Page, "arn:aws:sns:us-east-1:111122223333:page").Add(AlertUrgency.Ticket, "arn:aws:sns:us-east-1:111122223333:ticket");

    [Fact]
    public void Its_alerts_are_those_of_all_modes_but_what_asks_after_a_Prometheus_and_an_Alertmanager()
    {
        Assert.Equal(
            ["AlertsNotDelivered", "AlertsNotSent", "MonitorConfigurationRefused", "MonitorDown", "RulesFail"],
            Rules.Alerts.Except(Rules.Managed.Alerts).Select(rule => rule.Name).Order(StringComparer.Ordinal));
        Assert.Empty(Rules.Managed.Alerts.Except(Rules.Alerts));
        Assert.Equal(Rules.Figures, Rules.Managed.Figures);
    }

    [Fact]
    public void Of_a_cluster_it_is_asked_what_only_clusters_have_and_whether_both_that_send_run_and_records_nothing_that_comes_recorded()
    {
        Assert.Equal(
            ["GpuNotAllocatable", "GpuPodsPending", "MonitorDown", "NodeNotReady"],
            OfCluster.Managed.Alerts.Select(rule => rule.Name).Except(Rules.Managed.Alerts.Select(rule => rule.Name)).Order(StringComparer.Ordinal));
        Assert.Empty(OfCluster.Managed.Recorded);
        Assert.Equal(ClusterAlerts.Recorded, OfCluster.AtSender.Recorded);
        Assert.Empty(OfCluster.AtSender.Alerts);
        Assert.All(Groups(OfCluster.Managed), group => Assert.InRange(group.Rules.Length, 1, 20));
    }

    [Fact]
    public void What_a_cluster_sends_is_what_rules_and_dashboards_ask_for_and_nothing_that_nobody_does()
    {
        var asked = OfCluster.Managed.Alerts.Select(rule => rule.Expression).Concat(DashboardSet.All.Select(DashboardJson.ToText)).ToList();
        var names = Regex.Matches(string.Join('\n', asked), @"\b(up|(vllm:|DCGM_|gpuinfra_|haproxy_|kube_)\w+)\b").Select(match => match.Value).ToHashSet();
        var sent = Sent(OfCluster);

        Assert.Contains("haproxy_backend_http_responses_total", names);
        Assert.All(names, name => Assert.Matches(sent, name));
        Assert.All(new[] { "kube_pod_created", "prometheus_tsdb_head_series", "node_load1", "python_info", "vllm:unknown", "apiserver_request_total" }, name => Assert.DoesNotMatch(sent, name));
        Assert.All(ExporterMetric.All.Where(metric => metric.Exporter == "kube-state-metrics" && sent.IsMatch(metric.Name)), metric => Assert.Contains(asked, query => query.Contains(metric.Name, StringComparison.Ordinal)));
    }

    [Fact]
    public void What_the_plans_own_query_asks_for_is_sent_too()
    {
        var sent = Sent(AlertRules.Of([], [A.Serving("chat") with { Quality = new QualityCheck("sum(rate(eval_good{what=\"held out\"}[5m])) / sum(rate(eval_all[5m]))", 0.9, null) }]));

        Assert.All(new[] { "eval_good", "eval_all" }, name => Assert.Matches(sent, name));
        Assert.DoesNotMatch(sent, "held");
    }

    [Fact]
    public void No_group_has_more_than_twenty_rules_and_all_of_them_are_there_once()
    {
        var (plain, managed) = (Groups(Rules), Groups(Rules.Managed));

        Assert.Contains(plain, group => group.Rules.Length > 20);
        Assert.All(managed, group => Assert.InRange(group.Rules.Length, 1, 20));
        Assert.Equal(managed.Length, managed.Select(group => group.Name).Distinct().Count());
        Assert.Equal(Rules.Figures.Length + Rules.Managed.Alerts.Count(), managed.Sum(group => group.Rules.Length));
        Assert.InRange(managed.Length, 1, 100);
        Assert.InRange(Encoding.UTF8.GetByteCount(Rules.Managed.ToText("prod")), 1, 1_000_000);
    }

    [SkippableFact]
    public void Prometheus_accepts_the_rules_and_Alertmanager_the_definition()
    {
        Promtool.Require();
        using var folder = new TemporaryFolder();
        Assert.Contains("SUCCESS", Promtool.Run("check", "rules", folder.Write("rules.json", Rules.Managed.ToText("prod"))), StringComparison.Ordinal);
        foreach (var topics in new[] { Topics, Topics.Remove(AlertUrgency.Ticket), Topics.Clear() })
        {
            Assert.Contains("SUCCESS", Promtool.RunProgram("amtool", "check-config", folder.Write("alertmanager.json", ManagedAlertmanager.Config("us-east-1", topics))), StringComparison.Ordinal);
        }
    }

    [SkippableTheory]
    [InlineData("severity=page alertname=ServingDown", "page")]
    [InlineData("severity=ticket alertname=BudgetBurn", "ticket")]
    [InlineData("severity=info alertname=DeadMansSwitch", "nobody")]
    public void An_alert_goes_to_the_topic_of_its_urgency(string labels, string receiver)
    {
        Promtool.Require();
        using var folder = new TemporaryFolder();
        var config = folder.Write("alertmanager.json", ManagedAlertmanager.Config("us-east-1", Topics));
        Assert.StartsWith($"{receiver}\n", Promtool.RunProgram("amtool", ["config", "routes", "test", $"--config.file={config}", .. labels.Split(' ')]), StringComparison.Ordinal);
    }

    [Fact]
    public void The_definition_holds_the_configuration_as_text_and_nothing_that_AWS_refuses()
    {
        using var definition = JsonDocument.Parse(ManagedAlertmanager.Definition("us-east-1", Topics));
        var config = definition.RootElement.GetProperty("alertmanager_config").GetString()!;

        Assert.Equal(ManagedAlertmanager.Config("us-east-1", Topics), config);
        Assert.DoesNotContain("api_url", config, StringComparison.Ordinal);
        Assert.DoesNotContain("http_config", config, StringComparison.Ordinal);
        Assert.Contains("\"region\": \"us-east-1\"", config, StringComparison.Ordinal);
    }

    private static Regex Sent(AlertRules rules) => new($"^(?:{SentSeries.Names(rules)})$");

    private static (string Name, JsonElement[] Rules)[] Groups(AlertRules rules) =>
    [
        .. JsonDocument.Parse(rules.ToText("prod")).RootElement.GetProperty("groups").EnumerateArray()
            .Select(group => (group.GetProperty("name").GetString()!, group.GetProperty("rules").EnumerateArray().ToArray())),
    ];
}
