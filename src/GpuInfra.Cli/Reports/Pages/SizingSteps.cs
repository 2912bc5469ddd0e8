using System.Collections.Immutable;
using GpuInfra.Cli.Charts;
using GpuInfra.Planning.Fleets;

namespace GpuInfra.Cli.Reports.Pages;

/// <summary>From a serving's mean load to what is deployed for it, step by step, in requests a second.</summary>
internal static class SizingSteps
{
    /// <summary>The steps as a chart and as a table that says what each adds.</summary>
    public static IEnumerable<Block> Of(FleetPlan fleet, ServingFleet serving)
    {
        var (demand, plan) = (serving.Demand, fleet.Plan);
        var held = demand.PeakRequestsPerSecond * plan.CapacityOverPeak(serving.Serving);
        var steps = new List<(string Name, double Rate, string Why)>
        {
            ("mean", demand.RequestsPerSecond, "requests of the mean minute, from the plan's demand and growth"),
            ("P95", demand.RequestsPerSecondAt(95), "what one minute in twenty exceeds: survival is promised for shares of it"),
            ("peak", demand.PeakRequestsPerSecond, "the planned peak: the 99.9th percentile of minutes"),
            ("with headroom", held, FormattableString.Invariant($"{plan.CapacityOverPeak(serving.Serving):0.##} times the peak, by its headroom and utilisation")),
            ("planned", serving.CapacityRequestsPerSecond, "whole machines, in the clouds' shares, with enough left after every loss to be survived"),
        };
        if (serving.Survival.MinBy(check => check.Remaining.Fraction) is { } worst)
        {
            steps.Add(("after the worst loss", demand.RequestsPerSecondAt(95) * worst.Remaining.Fraction, $"what is left without {worst.Lost}"));
        }

        yield return new Block.Figure(new Chart(
            $"Sizing of {serving.Serving.Name} (requests/s)",
            FormattableString.Invariant($"From {demand.RequestsPerSecond:N1} in the mean minute over a peak of {demand.PeakRequestsPerSecond:N1} to {serving.CapacityRequestsPerSecond:N1} planned."),
            [.. steps.Select(step => step.Name)],
            [new ChartSeries("requests/s", ChartShape.Bars, [.. steps.Select(step => step.Rate)])]));
        yield return new Block.Grid(
            [new("Step"), new("Requests/s", Right: true), new("Of the peak", Right: true), new("What it is", Wrap: true)],
            [
                .. steps.Select(step => ImmutableArray.Create<Cell>(
                    step.Name, Format.Number(step.Rate), FormattableString.Invariant($"{step.Rate / demand.PeakRequestsPerSecond * 100:0} %"), step.Why)),
            ]);
    }
}
