using System.Collections.Immutable;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Demands.Forecasting;

/// <summary>A plan whose workloads grow as their histories foretell, instead of as the plan says.</summary>
public static class FittedGrowth
{
    /// <summary>
    /// The plan with growth by month for each workload that has a trend. The plan's own figures stay those of its first month: a history says how
    /// demand moves, not how large it is. Events of the plan stay: no history foretells them.
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="trends">Trends by workload, up to the month after the horizon.</param>
    /// <param name="figure">Which figure of a month: its P10, P50 or P90. All are relative to the P50 of the first month.</param>
    public static CapacityPlan Apply(
        CapacityPlan plan, ImmutableSortedDictionary<string, TrendForecast> trends, Func<ForecastMonth, double> figure) => plan with
        {
            Workloads = [.. plan.Workloads.Select(workload => trends.TryGetValue(workload.Name, out var trend)
                ? workload with { Growth = Of(plan, trend, figure) with { Events = workload.Growth.Events } }
                : workload)],
        };

    private static Growth.Points Of(CapacityPlan plan, TrendForecast trend, Func<ForecastMonth, double> figure)
    {
        var start = trend.Of(plan.Start).P50;
        return new Growth.Points(Enumerable.Range(0, plan.HorizonMonths + 1)
            .ToImmutableSortedDictionary(plan.Start.Plus, month => figure(trend.Of(plan.Start.Plus(month))) / start));
    }
}
