using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace GpuInfra.Planning.Monitoring;

/// <summary>
/// Alerts for a store that evaluates each query by itself, records nothing and holds other stacks' series too: the plan's figures stand in the query as constants, and all that is
/// measured is asked for with the label that tells this stack's.
/// </summary>
/// <param name="rules">The figures, and what else is recorded for alerts.</param>
/// <param name="cluster">The value of <see cref="Label"/>.</param>
internal sealed partial class StandaloneQueries(AlertRules rules, string cluster)
{
    /// <summary>A label that Google's store keeps beside the place and the job of every series.</summary>
    public const string Label = "cluster";

    /// <summary>No series: a figure that the plan does not have.</summary>
    private const string None = "(vector(0) > 1)";

    /// <summary>Each figure has one of these, which tells it from the others of its name.</summary>
    private static readonly ImmutableArray<string> Identities = ["pool", "serving", "held", "at", "region"];

    private static readonly Lazy<ImmutableHashSet<string>> Exported = new(() =>
    [
        .. ExporterMetric.All.SelectMany(metric => metric.Kind == "histogram" ? [$"{metric.Name}_bucket", $"{metric.Name}_count", $"{metric.Name}_sum"] : new[] { metric.Name }),
    ]);

    /// <summary>The alert by itself.</summary>
    public AlertRule Of(AlertRule rule) => rule with { Expression = Selector().Replace(rule.Expression, match => Of(rule, match.Groups["name"].Value, match.Groups["matchers"].Value) ?? match.Value) };

    private string? Of(AlertRule rule, string name, string matchers)
    {
        if (name == AlertRules.Score)
        {
            return Any(rules.Scores.Select(score => Labelled($"min({score.Query})", [("serving", score.Serving)])));
        }

        if (name.StartsWith("plan:", StringComparison.Ordinal))
        {
            var wanted = Equal().Matches(matchers).Select(match => (Label: match.Groups["label"].Value, Value: match.Groups["value"].Value)).ToList();
            return Any(rules.Figures.Where(figure => figure.Name == name && wanted.All(one => figure.Labels.GetValueOrDefault(one.Label) == one.Value))
                .Select(figure => Labelled($"vector({figure.Value.ToString(CultureInfo.InvariantCulture)})", Used(rule, figure))));
        }

        return !Exported.Value.Contains(name) ? null : matchers is "" ? $"{name}{{{Label}=\"{cluster}\"}}" : $"{name}{{{Label}=\"{cluster}\",{matchers}}}";
    }

    /// <summary>What tells the figure from others, and labels that the alert speaks of. All of them would make a query several times as long.</summary>
    private static IEnumerable<(string Label, string Value)> Used(AlertRule rule, PlanSeries figure)
    {
        var identity = Identities.First(figure.Labels.ContainsKey);
        return figure.Labels.Where(label => label.Key == identity || Has(rule.Expression, $@"\b{label.Key}\b") || Has(rule.Summary, $@"\$labels\.{label.Key}\b")).Select(label => (label.Key, label.Value));
    }

    private static bool Has(string text, string pattern) => Regex.IsMatch(text, pattern, RegexOptions.None, TimeSpan.FromSeconds(1));

    private static string Labelled(string vector, IEnumerable<(string Label, string Value)> labels) =>
        labels.Aggregate(vector, (inner, label) => $"label_replace({inner}, \"{label.Label}\", \"{label.Value}\", \"\", \"\")");

    private static string Any(IEnumerable<string> vectors)
    {
        var text = string.Join(" or ", vectors);
        return text is "" ? None : $"({text})";
    }

    [GeneratedRegex(@"(?<![\w:])(?<name>[A-Za-z_:][\w:]*)(?:\{(?<matchers>[^}]*)\})?")]
    private static partial Regex Selector();

    [GeneratedRegex("""(?<label>\w+)="(?<value>[^"]*)""")]
    private static partial Regex Equal();
}
