using System.Collections.Immutable;
using System.Globalization;
using GpuInfra.Planning;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Monitoring;

namespace GpuInfra.Cli.Reports;

/// <summary>What <c>gpuinfra monitoring</c> shows.</summary>
internal static class MonitoringReport
{
    public static IEnumerable<Block> Of(FleetPlan fleet, AlertRules rules)
    {
        var alerts = rules.Alerts.ToList();
        yield return new Block.Paragraph(
            $"{fleet.Stack}, {fleet.Plan.AsOf}: {Format.Count(alerts.Count, "alert")}, {alerts.Count(alert => alert.Severity == AlertSeverity.Page)} of which page, "
            + $"and {Format.Count(rules.Figures.Length, "figure")} of plan {fleet.PlanHash[..12]} to compare with.");
        foreach (var group in rules.Groups)
        {
            yield return new Block.Heading($"Alerts: {group.Name}");
            yield return new Block.Grid(
                [new("Alert"), new("Tells"), new("After", Right: true), new("Runbook")],
                [
                    .. group.Rules.Select<AlertRule, ImmutableArray<Cell>>(alert =>
                        [alert.Name, new Cell(JsonText.Word(alert.Severity), ToneOf(alert.Severity)), alert.For == TimeSpan.Zero ? "at once" : Format.Duration(alert.For), alert.Runbook]),
                ]);
        }

        yield return new Block.Heading("Figures of the plan");
        yield return new Block.Grid(
            [new("Series"), new("Of"), new("Value", Right: true)],
            [
                .. rules.Figures.Select<PlanSeries, ImmutableArray<Cell>>(figure =>
                    [figure.Name, figure.Labels.GetValueOrDefault("pool") ?? figure.Labels.Values.Last(), figure.Value.ToString("#,0.###", CultureInfo.InvariantCulture)]),
            ]);
    }

    private static Tone ToneOf(AlertSeverity severity) => severity switch
    {
        AlertSeverity.Page => Tone.Bad,
        AlertSeverity.Ticket => Tone.Warning,
        _ => Tone.Muted,
    };
}
