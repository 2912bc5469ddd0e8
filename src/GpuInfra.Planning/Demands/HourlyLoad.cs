using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Demands;

/// <summary>How a serving's peak is spread over the hours of a week, as its profiles measured it.</summary>
public static class HourlyLoad
{
    /// <summary>Hours of a week.</summary>
    public const int Hours = 7 * 24;

    /// <summary>
    /// Load of each hour of the week (UTC, from Monday) as a share of the planned peak: 1 is the busiest hour, which the whole fleet is for. How
    /// far a minute lies above its hour is taken to be the same in all hours. Workloads without a measured shape are at their peak in every hour.
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="serving">A serving of it.</param>
    /// <param name="month">The month whose demand weighs the workloads.</param>
    /// <returns>168 shares above zero, at most 1; null where no workload has a shape.</returns>
    public static ImmutableArray<double>? Of(CapacityPlan plan, Serving serving, Month month)
    {
        var forecast = new DemandForecast(plan);
        var parts = forecast.WorkloadsOf(serving)
            .Select(workload => (Peak: forecast.OfWorkload(workload, month).PeakRequestsPerSecond, Shape: ShapeOf(workload.Demand)))
            .ToList();
        return parts.TrueForAll(part => part.Shape is null)
            ? null
            : [.. Enumerable.Range(0, Hours).Select(hour => parts.Sum(part => part.Peak * (part.Shape?[hour] ?? 1)) / parts.Sum(part => part.Peak))];
    }

    private static double[]? ShapeOf(DemandSource source)
    {
        if (source is not DemandSource.Profiled { Profile.Arrivals: { Clock: TraceClock.Utc, HourOfDay.IsEmpty: false } shape })
        {
            return null;
        }

        var load = Enumerable.Range(0, Hours).Select(hour => shape.HourOfDay[hour % 24] * (shape.DayOfWeek.IsEmpty ? 1 : shape.DayOfWeek[hour / 24])).ToArray();
        return [.. load.Select(value => value / load.Max())];
    }
}
