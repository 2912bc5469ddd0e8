using System.Globalization;
using GpuInfra.Infra.Clusters.Resources;
using GpuInfra.Planning.Monitoring;
using Pulumi;

namespace GpuInfra.Infra.Clusters;

/// <summary>The plan's alerts and figures as the operator takes them: the same that monitors on machines evaluate.</summary>
internal static class ClusterRules
{
    /// <summary>The alerts, and what is recorded for them.</summary>
    public static PrometheusRuleSpecArgs Alerts(AlertRules rules, string stack, Uri? runbooks)
    {
        var recorded = rules.Scores.Select(score => Record("quality:score", $"min({score.Query})", new() { ["serving"] = score.Serving }))
            .Concat(rules.Recorded.Select(rule => Record(rule.Name, rule.Expression, []))).ToList();
        var groups = rules.Groups.Select(group => new RuleGroupArgs
        {
            Name = group.Name,
            Rules = group.Rules.Select(rule => Alert(rule, stack, runbooks)).ToList(),
        });
        return new()
        {
            Groups = (recorded.Count == 0 ? [] : new[] { new RuleGroupArgs { Name = "recorded", Rules = recorded } }).Concat(groups).ToList(),
        };
    }

    /// <summary>Figures of the plan.</summary>
    public static PrometheusRuleSpecArgs Figures(IEnumerable<PlanSeries> figures) => new()
    {
        Groups = new[]
        {
            new RuleGroupArgs
            {
                Name = "plan",
                Rules = figures.Select(figure => Record(
                    figure.Name, $"vector({figure.Value.ToString(CultureInfo.InvariantCulture)})", new(figure.Labels))).ToList(),
            },
        },
    };

    private static RuleArgs Record(string name, string expression, Dictionary<string, string> labels) =>
        new() { Record = name, Expr = expression, Labels = labels.Count == 0 ? null : (InputMap<string>)labels };

    private static RuleArgs Alert(AlertRule rule, string stack, Uri? runbooks) => new()
    {
        Alert = rule.Name,
        Expr = rule.Expression,
        For = rule.For > TimeSpan.Zero ? (Input<string>)FormattableString.Invariant($"{rule.For.TotalSeconds}s") : null,
        Labels = new() { ["severity"] = rule.Severity.ToString().ToLowerInvariant(), ["stack"] = stack },
        Annotations = new() { ["summary"] = rule.Summary, ["runbook_url"] = rule.RunbookAt(runbooks) },
    };
}
