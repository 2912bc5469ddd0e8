using System.Collections.Immutable;
using GpuInfra.Cli.Charts;
using GpuInfra.Planning;
using GpuInfra.Planning.Demands.Forecasting;
using GpuInfra.Planning.Fleets;

namespace GpuInfra.Cli.Reports;

/// <summary>The charts of a forecast: the same for the terminal, for SVG files and for reports that embed them.</summary>
internal static class ForecastCharts
{
    // Shares of time at which the load-duration curve is drawn, in percent.
    private const int Step = 2;
    private const int LabelEvery = 20;

    public static ImmutableArray<Chart> Of(Forecast forecast) =>
    [
        .. forecast.Months[0].Servings.Select((serving, index) => Demand(forecast, serving.Serving, index)),
        .. forecast.Trends.Select(pair => Trend(pair.Key, pair.Value)),
        Gpus(forecast),
        Cost(forecast),
        Split(forecast),
        .. forecast.Fleet.Servings.Select(serving => LoadDuration(forecast.Fleet, serving)),
    ];

    private static Chart Demand(Forecast forecast, string serving, int index)
    {
        var months = forecast.Months.Select(month => month.Servings[index]).ToList();
        return new Chart(
            $"Demand of {serving} (requests/s)",
            FormattableString.Invariant($"By month: the planned peak goes from {months[0].Demand.PeakRequestsPerSecond:N1} to {months[^1].Demand.PeakRequestsPerSecond:N1} requests a second; eight of ten minutes lie in the band."),
            Labels(forecast),
            [
                new ChartSeries("P10 to P90 minutes", ChartShape.Band, [.. months.Select(month => month.Demand.RequestsPerSecondAt(90))])
                {
                    Low = [.. months.Select(month => month.Demand.RequestsPerSecondAt(10))],
                },
                new ChartSeries("P50 minute", ChartShape.Line, [.. months.Select(month => month.Demand.RequestsPerSecondAt(50))]),
                new ChartSeries("planned peak", ChartShape.Line, [.. months.Select(month => month.Demand.PeakRequestsPerSecond)]),
                new ChartSeries("capacity", ChartShape.Line, [.. months.Select(month => month.Demand.PeakRequestsPerSecond * (1 + month.Headroom.Fraction))]),
            ]);
    }

    private static Chart Trend(string workload, TrendForecast trend) => new(
        $"Trend of {workload} (as in its history)",
        FormattableString.Invariant($"What its history foretells by month: P50 goes from {trend.Months[0].P50:N0} to {trend.Months[^1].P50:N0}; eight of ten futures lie in the band."),
        [.. trend.Months.Select(month => month.Month.ToString())],
        [
            new ChartSeries("P10 to P90", ChartShape.Band, [.. trend.Months.Select(month => month.P90)]) { Low = [.. trend.Months.Select(month => month.P10)] },
            new ChartSeries("P50", ChartShape.Line, [.. trend.Months.Select(month => month.P50)]),
        ]);

    private static Chart Gpus(Forecast forecast)
    {
        var gpus = forecast.Months.Select(month => (double)FleetTables.Machines(month.Step.Pools).Gpus).ToImmutableArray();
        return new Chart(
            "GPUs and replicas",
            FormattableString.Invariant($"By month: from {gpus[0]:N0} to {gpus[^1]:N0} GPUs."),
            Labels(forecast),
            [
                new ChartSeries("GPUs", ChartShape.Bars, gpus),
                new ChartSeries("replicas", ChartShape.Line, [.. forecast.Months.Select(month => (double)month.Servings.Sum(serving => serving.Replicas))]),
            ]);
    }

    private static Chart Cost(Forecast forecast)
    {
        var cost = forecast.Months.Select(month => (double)month.Step.Monthly.Amount).ToImmutableArray();
        return new Chart(
            "Cost ($ a month)",
            FormattableString.Invariant($"Machines by month: from ${cost[0]:N0} to ${cost[^1]:N0} as expected, with other growth beside it."),
            Labels(forecast),
            [
                new ChartSeries("expected", ChartShape.Bars, cost),
                .. forecast.Scenarios.Where(scenario => !scenario.Steps.IsEmpty).Select(scenario =>
                    new ChartSeries(scenario.Name, ChartShape.Line, [.. scenario.Steps.Select(step => (double)step.Monthly.Amount)])),
            ]);
    }

    private static Chart Split(Forecast forecast)
    {
        var reserve = forecast.Months.Select(month => (double)month.Ladders.Sum(ladder => ladder.Committed)).ToImmutableArray();
        ImmutableArray<double> all = [.. forecast.Months.Select(month => (double)month.Ladders.Sum(ladder => ladder.Uses.Length))];
        return new Chart(
            "Reserve and peak (machines)",
            FormattableString.Invariant($"By month: of {all[0]:N0} to {all[^1]:N0} machines that could be committed to, from {reserve[0]:N0} to {reserve[^1]:N0} should be."),
            Labels(forecast),
            [
                new ChartSeries("reserve", ChartShape.Band, reserve) { Low = [.. reserve.Select(_ => 0.0)] },
                new ChartSeries("peak", ChartShape.Band, all) { Low = reserve },
                new ChartSeries("of least regret", ChartShape.Line, [.. forecast.Months.Select(month => (double)month.Ladders.Sum(ladder => ladder.LeastRegret))]),
            ]);
    }

    /// <summary>Load by the share of time that it is exceeded, over what each tier carries.</summary>
    private static Chart LoadDuration(FleetPlan fleet, ServingFleet serving)
    {
        var places = Enumerable.Range(0, (100 / Step) + 1).Select(place => place * Step).ToList();
        var tiers = fleet.Pools.Where(pool => pool.Serving == serving.Serving.Name && !pool.IsDraining)
            .GroupBy(pool => pool.Tier).OrderBy(tier => tier.Key).Select(tier => (tier.Key, Rate: tier.Sum(pool => pool.RequestsPerSecond))).ToList();
        var below = 0.0;
        var bands = ImmutableArray.CreateBuilder<ChartSeries>();
        foreach (var (tier, rate) in tiers)
        {
            bands.Add(new ChartSeries(Format.Word(tier), ChartShape.Band, [.. places.Select(_ => below + rate)]) { Low = [.. places.Select(_ => below)] });
            below += rate;
        }

        return new Chart(
            $"Load duration of {serving.Serving.Name} (requests/s by % of minutes that exceed it)",
            FormattableString.Invariant($"Half of the minutes exceed {serving.Demand.RequestsPerSecondAt(50):N1} requests a second, one in ten {serving.Demand.RequestsPerSecondAt(90):N1}; {string.Join(", ", tiers.Select(tier => FormattableString.Invariant($"{Format.Word(tier.Key)} carries {tier.Rate:N1}")))}."),
            [.. places.Select(place => place % LabelEvery == 0 ? FormattableString.Invariant($"{place}%") : "")],
            [
                .. bands,
                new ChartSeries("load", ChartShape.Line, [.. places.Select(place => serving.Demand.RequestsPerSecondAt(Math.Min(99.9, 100 - place)))]),
            ]);
    }

    private static ImmutableArray<string> Labels(Forecast forecast) => [.. forecast.Months.Select(month => month.Step.Month.ToString())];
}
