using System.Text.Json;
using System.Text.RegularExpressions;
using GpuInfra.Planning.Drift;
using GpuInfra.Planning.Monitoring;
using GpuInfra.Planning.Monitoring.Dashboards;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Tests.Monitoring;

public partial class AlertRulesTests
{
    private static readonly AlertRules Rules = AlertRules.Of([], [A.Serving("chat") with { Quality = new QualityCheck("eval_score", 0.9, null) }]).InCluster(stopsCanaries: true).OfRouters(hasBridge: true);

    private static readonly AlertRules Planned = AlertRules.Of(Planner.Plan(A.Plan(), "prod", A.Catalog), A.Catalog);

    [SkippableFact]
    public void Prometheus_accepts_the_rules_of_a_planned_fleet()
    {
        Promtool.Require();
        using var folder = new TemporaryFolder();
        var said = Promtool.Run("check", "rules", folder.Write("rules.json", Planned.ToText("prod")));
        Assert.Contains($"{Planned.Alerts.Count() + Planned.Figures.Length} rules found", said, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Every_alert_fires_when_it_should_and_only_then()
    {
        Promtool.Require();
        using var folder = new TemporaryFolder();
        folder.Write("rules.json", Rules.ToText("prod"));
        Promtool.Run("test", "rules", folder.Write("tests.json", JsonSerializer.Serialize(new
        {
            rule_files = new[] { "rules.json" },
            evaluation_interval = "5m",
            tests = AlertCase.All.Append(AlertCase.Unlooked).SelectMany(item => new[] { Test(item, item.Fires, fires: true), Test(item, item.Quiet, fires: item.Alert == "DeadMansSwitch") }),
        })));
    }

    [SkippableFact]
    public void A_replicas_start_in_a_cluster_is_from_asking_for_it_to_its_first_token()
    {
        Promtool.Require();
        using var folder = new TemporaryFolder();
        folder.Write("rules.json", Rules.ToText("prod"));
        Promtool.Run("test", "rules", folder.Write("tests.json", JsonSerializer.Serialize(new
        {
            rule_files = new[] { "rules.json" },
            tests = new[]
            {
                new
                {
                    interval = "1m",
                    input_series = new[]
                    {
                        new { series = """kube_pod_labels{namespace="serving",pod="a",pool="p"}""", values = "1x200" },
                        new { series = """kube_pod_created{namespace="serving",pod="a"}""", values = "60x200" },
                        new { series = """kube_pod_status_ready_time{namespace="serving",pod="a"}""", values = "660x200" },
                    },
                    promql_expr_test = new[]
                    {
                        new { expr = "gpuinfra_start_seconds", eval_time = "20m", exp_samples = new[] { new { labels = """gpuinfra_start_seconds{pod="a",pool="p"}""", value = 600 } } },
                        new { expr = "gpuinfra_start_seconds", eval_time = "190m", exp_samples = new[] { new { labels = "", value = 0 } }[..0] },
                    },
                },
            },
        })));
    }

    [Fact]
    public void Every_alert_has_series_that_make_it_fire() =>
        Assert.Equal(Rules.Alerts.Select(alert => alert.Name).Order(), AlertCase.All.Select(item => item.Alert).Order());

    [Fact]
    public void Every_alert_has_a_runbook_that_says_what_to_look_at_and_what_to_do() => Assert.All(Rules.Alerts, alert =>
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, alert.Runbook));
        Assert.StartsWith($"# Runbook: {alert.Name}\n", page, StringComparison.Ordinal);
        Assert.Contains("\n## Look\n", page, StringComparison.Ordinal);
        Assert.Contains("\n## Do\n", page, StringComparison.Ordinal);
    });

    [Fact]
    public void Rules_dashboards_and_commands_use_only_what_is_known_to_be_exported()
    {
        var known = ExporterMetric.All.SelectMany(metric => metric.Kind == "histogram" ? [$"{metric.Name}_bucket", $"{metric.Name}_count", $"{metric.Name}_sum"] : new[] { metric.Name }).ToHashSet();
        var planned = PlannedNames();
        Assert.All(Expressions(), expression => Assert.All(
            Names(expression), name => Assert.True(name.StartsWith("plan:", StringComparison.Ordinal) ? planned.Contains(name) : known.Contains(name), $"{name} in {expression}")));
    }

    [Fact]
    public void Every_exported_series_that_is_listed_is_used()
    {
        var used = Expressions().SelectMany(Names).ToHashSet();
        Assert.All(ExporterMetric.All, metric => Assert.True(used.Contains(metric.Name) || used.Contains($"{metric.Name}_bucket") || used.Contains($"{metric.Name}_sum"), metric.Name));
    }

    [SkippableFact]
    public void Prometheus_can_read_every_query_of_dashboards_and_commands()
    {
        Promtool.Require();
        using var folder = new TemporaryFolder();
        Promtool.Run("check", "rules", folder.Write("queries.json", JsonSerializer.Serialize(new
        {
            groups = new[] { new { name = "queries", rules = Queries().Select((query, index) => new { record = $"query:{index}", expr = query.Replace("$serving", "chat", StringComparison.Ordinal).Replace("$pool", "p", StringComparison.Ordinal) }) } },
        })));
    }

    [Fact]
    public void A_change_of_demand_changes_figures_and_no_alert()
    {
        var more = AlertRules.Of(Planner.Plan(A.Plan() with { Workloads = [A.Workload(scale: 8)] }, "prod", A.Catalog), A.Catalog);
        Assert.Equal(Planned.Alerts, more.Alerts);
        Assert.NotEqual(Planned.Figures.Select(figure => figure.Value), more.Figures.Select(figure => figure.Value));
    }

    internal static object Test(AlertCase item, IEnumerable<(string Series, string Values)> series, bool fires) => new
    {
        name = $"{item.Alert} {(fires ? "fires" : "is quiet")}",
        interval = "1m",
        input_series = series.Select(one => new { series = one.Series, values = one.Values }),
        promql_expr_test = new[]
        {
            new
            {
                expr = $$"""count(ALERTS{alertname="{{item.Alert}}",alertstate="firing"})""",
                eval_time = $"{item.Minutes}m",
                exp_samples = fires ? new[] { new { labels = "{}", value = 1 } } : [],
            },
        },
    };

    /// <summary>Figures that some fleet has.</summary>
    private static HashSet<string> PlannedNames() =>
        [.. Regex.Matches(File.ReadAllText(Path.Combine(Repository.Root, "src", "GpuInfra.Planning", "Monitoring", "PlanSeries.cs")), "\"(plan:[a-z_]+)\"").Select(match => match.Groups[1].Value)];

    private static IEnumerable<string> Expressions() => Rules.Alerts.Select(alert => alert.Expression).Concat(Rules.Recorded.Select(rule => rule.Expression)).Concat(Queries());

    private static IEnumerable<string> Queries() => DashboardSet.All.SelectMany(board => board.Panels).SelectMany(panel => panel.Queries).Select(query => query.Expression)
        .Concat(new ObservedQueries(TimeSpan.FromDays(7)).All);

    /// <summary>Names of series in an expression: without texts, labels, durations, functions and words of the language.</summary>
    private static IEnumerable<string> Names(string expression)
    {
        var bare = Labels().Replace(Braces().Replace(expression, ""), "");
        return Series().Matches(bare).Select(match => match.Value);
    }

    [GeneratedRegex(@"\{[^}]*\}|\[[^\]]*\]|offset \w+")]
    private static partial Regex Braces();

    [GeneratedRegex(@"\b(by|on|group_left)\s*\([^)]*\)")]
    private static partial Regex Labels();

    [GeneratedRegex(@"\b(?!(?:and|or|unless|bool|offset|on|by)\b)[A-Za-z_][A-Za-z0-9_:]*\b(?!\s*\()(?<!\b(sum|count|avg|max|min))")]
    private static partial Regex Series();
}
