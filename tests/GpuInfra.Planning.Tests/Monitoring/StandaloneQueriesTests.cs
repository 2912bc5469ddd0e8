using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Monitoring;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Tests.Monitoring;

/// <summary>Alerts of Google's store: each by itself, with the plan's figures in its query.</summary>
public partial class StandaloneQueriesTests
{
    private static readonly FleetPlan Fleet = Planner.Plan(A.ProdPlan(), "prod", A.Catalog);
    private static readonly AlertRules Rules = AlertRules.Of(Fleet, A.Catalog);
    private static readonly AlertRules OfClusters = AlertRules.Of(Fleet with { Plan = Fleet.Plan with { Platform = Platform.Kubernetes } }, A.Catalog, CloudProvider.Gcp, region: null);

    [Fact]
    public void Its_alerts_are_those_of_all_modes_but_what_asks_after_monitors_and_one_that_asks_after_machines()
    {
        var alone = Rules.Standalone("prod");
        Assert.Equal(
            ["AlertsNotDelivered", "AlertsNotSent", "DeadMansSwitch", "MonitorConfigurationRefused", "MonitorDown", "RulesFail"],
            Rules.Alerts.Select(rule => rule.Name).Except(alone.Alerts.Select(rule => rule.Name)).Order(StringComparer.Ordinal));
        Assert.Equal("MachinesSilent", Assert.Single(alone.Alerts.Select(rule => rule.Name).Except(Rules.Alerts.Select(rule => rule.Name))));
        Assert.Empty(alone.Figures);
        Assert.Equal(Rules.Alerts.Where(rule => rule.Name == "GpuHot").Select(rule => (rule.Severity, rule.For, rule.Summary)), alone.Alerts.Where(rule => rule.Name == "GpuHot").Select(rule => (rule.Severity, rule.For, rule.Summary)));
    }

    [Fact]
    public void In_clusters_what_only_they_have_is_asked_for_too_and_the_two_that_send()
    {
        Assert.Equal(
            ["GpuNotAllocatable", "GpuPodsPending", "MonitorDown", "NodeNotReady"],
            OfClusters.Standalone("prod").Alerts.Select(rule => rule.Name).Except(Rules.Standalone("prod").Alerts.Select(rule => rule.Name)).Order(StringComparer.Ordinal));
        Assert.Empty(OfClusters.Standalone("prod").Recorded);
    }

    [SkippableFact]
    public void A_store_that_sees_several_regions_knows_which_has_too_few_routers()
    {
        Promtool.Require();
        using var folder = new TemporaryFolder();
        var planned = new[] { "a", "b" }.Select(region => new PlanSeries("plan:routers", ImmutableSortedDictionary<string, string>.Empty.Add("cloud", "gcp").Add("region", region), 2));
        var rule = AlertRules.Of([.. planned], []).OfRouters(hasBridge: false).Standalone("s").Alerts.Single(alert => alert.Name == "RouterShort");
        folder.Write("rules.json", JsonSerializer.Serialize(new { groups = new[] { new { name = "all", rules = new[] { new { record = "short", expr = rule.Expression } } } } }));
        var two = new[] { "x", "y" }.Select(instance => new { series = $$"""up{cluster="s",job="router",cloud="gcp",region="a",instance="{{instance}}"}""", values = "1x90" });
        Promtool.Run("test", "rules", folder.Write("tests.json", JsonSerializer.Serialize(new
        {
            rule_files = new[] { "rules.json" },
            tests = new[]
            {
                new
                {
                    interval = "1m",
                    input_series = two.Append(new { series = """up{cluster="other",job="router",cloud="gcp",region="b",instance="x"}""", values = "1x90" }),
                    promql_expr_test = new[] { new { expr = "short", eval_time = "10m", exp_samples = new[] { new { labels = """short{cloud="gcp",region="b"}""", value = 2 } } } },
                },
            },
        })));
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Prometheus_accepts_them_and_none_asks_for_what_nobody_records_or_for_another_stacks_series(bool inClusters)
    {
        Promtool.Require();
        using var folder = new TemporaryFolder();
        var alone = (inClusters ? OfClusters : Rules).Standalone("prod");
        Assert.Contains($"{alone.Alerts.Count()} rules found", Promtool.Run("check", "rules", folder.Write("rules.json", alone.ToText("prod"))), StringComparison.Ordinal);
        Assert.All(alone.Alerts, rule =>
        {
            Assert.DoesNotContain("plan:", rule.Expression, StringComparison.Ordinal);
            Assert.DoesNotContain("quality:", rule.Expression, StringComparison.Ordinal);
            Assert.All(Measured().Matches(rule.Expression), match => Assert.StartsWith("{cluster=\"prod\"", match.Groups["matchers"].Value, StringComparison.Ordinal));

            // A guard against growth: no limit of a query's length is documented.
            Assert.InRange(rule.Expression.Length, 1, 6000);
        });
    }

    [SkippableFact]
    public void Every_alert_fires_when_it_should_and_only_then_as_in_the_other_modes()
    {
        Promtool.Require();
        using var folder = new TemporaryFolder();
        var names = AlertRules.Of([], []).OfRouters(hasBridge: true).InCluster(stopsCanaries: false).Standalone("s").Alerts.Concat(Alone([]).Alerts).Select(alert => alert.Name).ToHashSet();
        var cases = AlertCase.All.Append(AlertCase.Silent).Where(item => names.Contains(item.Alert))
            .SelectMany(item => new[] { (Case: Named(item, "Fires"), Series: item.Fires, item.Alert, Fires: true), (Case: Named(item, "Quiet"), Series: item.Quiet, item.Alert, Fires: false) }).ToList();
        Assert.Equal(2 * names.Count, cases.Count);
        folder.Write("rules.json", JsonSerializer.Serialize(new
        {
            groups = new[]
            {
                new
                {
                    name = "all",
                    rules = cases.Select(item => (item.Case, Rule: Alone(item.Series).Alerts.Single(alert => alert.Name == item.Alert)))
                        .Select(item => new { alert = item.Case.Alert, expr = item.Rule.Expression, @for = $"{item.Rule.For.TotalSeconds}s" }),
                },
            },
        }));
        Promtool.Run("test", "rules", folder.Write("tests.json", JsonSerializer.Serialize(new
        {
            rule_files = new[] { "rules.json" },
            evaluation_interval = "5m",
            tests = cases.Select(item => AlertRulesTests.Test(item.Case, item.Series.Where(one => !IsFigure(one.Series)).Select(Sent), item.Fires)),
        })));
    }

    [Fact]
    public void A_query_holds_what_tells_figures_apart_and_what_it_speaks_of_and_no_more()
    {
        var figures = PlanSeries.Of(Fleet, A.Catalog).Where(figure => figure.Name == "plan:instances").ToList();
        var query = Rules.Standalone("prod").Alerts.Single(rule => rule.Name == "PoolBelowPlan").Expression;

        Assert.All(figures, figure => Assert.Contains(
            FormattableString.Invariant($"label_replace(vector({figure.Value}), \"pool\", \"{figure.Labels["pool"]}\", \"\", \"\")"), query, StringComparison.Ordinal));
        Assert.DoesNotContain("\"tier\"", query, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cloud_of_several_regions_compares_with_its_part_of_the_plan()
    {
        var (aws, gcp) = (RegionSeries.Of(Fleet, A.Catalog, CloudProvider.Aws, null), RegionSeries.Of(Fleet, A.Catalog, CloudProvider.Gcp, null));
        foreach (var name in new[] { "plan:peak_requests_per_second", "plan:instances" })
        {
            Assert.Equal(Sum(PlanSeries.Of(Fleet, A.Catalog)), Sum(aws) + Sum(gcp), 1e-6);

            double Sum(IEnumerable<PlanSeries> series) => series.Where(one => one.Name == name).Sum(one => one.Value);
        }
    }

    [Fact]
    public void The_alert_of_its_own_has_a_runbook()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, Rules.Standalone("prod").Alerts.Single(rule => rule.Name == "MachinesSilent").Runbook));
        Assert.StartsWith("# Runbook: MachinesSilent\n", page, StringComparison.Ordinal);
        Assert.Contains("\n## Look\n", page, StringComparison.Ordinal);
        Assert.Contains("\n## Do\n", page, StringComparison.Ordinal);
    }

    private static AlertCase Named(AlertCase item, string suffix) => item with { Alert = item.Alert + suffix };

    private static bool IsFigure(string series) => series.StartsWith("plan:", StringComparison.Ordinal);

    /// <summary>Series as machines of the stack send them; what a plan's own query asks for is not theirs.</summary>
    private static (string Series, string Values) Sent((string Series, string Values) one) =>
        one.Series.StartsWith("eval_", StringComparison.Ordinal) ? one : (one.Series.Replace("{", "{cluster=\"s\",", StringComparison.Ordinal), one.Values);

    /// <summary>The alerts whose figures are those of a case.</summary>
    private static AlertRules Alone(ImmutableArray<(string Series, string Values)> series) => AlertRules.Of(
        [.. series.Where(one => IsFigure(one.Series)).Select(one => new PlanSeries(
            one.Series[..one.Series.IndexOf('{', StringComparison.Ordinal)],
            Labels().Matches(one.Series).ToImmutableSortedDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value, StringComparer.Ordinal),
            double.Parse(one.Values[..one.Values.IndexOf('x', StringComparison.Ordinal)], CultureInfo.InvariantCulture)))],
        [A.Serving("chat") with { Quality = new QualityCheck("eval_score", 0.9, null) }]).OfRouters(hasBridge: true).InCluster(stopsCanaries: false).Standalone("s");

    [GeneratedRegex("(\\w+)=\"([^\"]*)\"")]
    private static partial Regex Labels();

    [GeneratedRegex(@"\b(up|vllm:\w+|DCGM_\w+|gpuinfra_\w+|haproxy_\w+|kube_\w+)(?<matchers>\{[^}]*\}|)")]
    private static partial Regex Measured();
}
