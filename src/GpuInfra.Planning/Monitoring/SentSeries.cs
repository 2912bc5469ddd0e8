using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace GpuInfra.Planning.Monitoring;

/// <summary>
/// Which series monitors in a cluster send to a cloud's own store, which is paid by what it takes: those that rules and dashboards use, of what each job shows, and what the plan's own
/// queries ask for. Monitors read many times as much.
/// </summary>
public static partial class SentSeries
{
    /// <summary>What tells of monitors, and what the store records itself: it stays where it is. All else that is listed is listed since rules, dashboards or commands use it.</summary>
    private static readonly ImmutableHashSet<string> Kept = ["prometheus", "alertmanager", "rules", OfCluster];

    /// <summary>What tells of a cluster; some of it is there for what is recorded alone.</summary>
    private const string OfCluster = "kube-state-metrics";

    /// <summary>Tells whether a target answers.</summary>
    private const string Up = "up";

    /// <summary>The names as Prometheus matches them, whole.</summary>
    /// <param name="rules">The alerts that are evaluated of them.</param>
    public static string Names(AlertRules rules) => string.Join('|', ExporterMetric.All
        .Where(metric => metric.Name == Up || !Kept.Contains(metric.Exporter) || (metric.Exporter == OfCluster && rules.Alerts.Any(alert => alert.Expression.Contains(metric.Name, StringComparison.Ordinal))))
        .Select(metric => metric.Kind == "histogram" ? $"{metric.Name}_(bucket|count|sum)" : metric.Name)
        .Concat(rules.Scores.SelectMany(score => Word().Matches(Quoted().Replace(score.Query, "")).Select(match => match.Value)))
        .Distinct().Order(StringComparer.Ordinal));

    /// <summary>Words of a query: what is no series matches none.</summary>
    [GeneratedRegex(@"[A-Za-z_:][\w:]*")]
    private static partial Regex Word();

    [GeneratedRegex("\"[^\"]*\"|'[^']*'")]
    private static partial Regex Quoted();
}
