using System.Collections.Immutable;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Demands;

/// <summary>How fast demand rises: what a fleet must have in hand while new machines start.</summary>
public static class LoadRise
{
    private const double SecondsPerMonth = 730 * 3_600;

    /// <summary>
    /// What the planned peak grows by in a second, at its steepest: the largest rise from a month of the horizon to the next, spread over the
    /// month. Times a start, it is what a fleet that stands for its peak must have in hand beyond it.
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="serving">A serving of it.</param>
    /// <returns>Requests per second, in a second.</returns>
    public static double OfPeak(CapacityPlan plan, Serving serving)
    {
        var forecast = new DemandForecast(plan);
        var peaks = Enumerable.Range(0, plan.HorizonMonths).Select(month => forecast.OfServing(serving, plan.Start.Plus(month)).PeakRequestsPerSecond).ToList();
        return peaks.Zip(peaks.Skip(1)).Select(pair => pair.Second - pair.First).Append(0).Max() / SecondsPerMonth;
    }

    /// <summary>
    /// What load rises by within a stretch of time, at its steepest, as the profiles of its workloads measured it minute by minute; null where
    /// none of them has minutes. Rises of several workloads are added as if they came together, which is never too little.
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="serving">A serving of it.</param>
    /// <param name="month">The month whose demand is meant.</param>
    /// <param name="time">The time that a start takes.</param>
    /// <returns>Requests per second.</returns>
    public static double? Measured(CapacityPlan plan, Serving serving, Month month, TimeSpan time)
    {
        var forecast = new DemandForecast(plan);
        var rises = forecast.WorkloadsOf(serving)
            .Where(workload => workload.Demand is DemandSource.Profiled { Profile.Arrivals.Minutes.IsEmpty: false })
            .Select(workload =>
            {
                var minutes = ((DemandSource.Profiled)workload.Demand).Profile.Arrivals.Minutes;
                return forecast.OfWorkload(workload, month).RequestsPerSecond * Steepest(minutes, time) / Math.Max(double.Epsilon, minutes.Average());
            })
            .ToList();
        return rises.Count == 0 ? null : rises.Sum();
    }

    /// <summary>The largest rise from a minute to one of those within <paramref name="time"/> after it.</summary>
    private static double Steepest(ImmutableArray<int> minutes, TimeSpan time)
    {
        var reach = Math.Max(1, (int)Math.Ceiling(time.TotalMinutes));
        var steepest = 0;
        for (var later = 1; later < minutes.Length; later++)
        {
            for (var earlier = Math.Max(0, later - reach); earlier < later; earlier++)
            {
                steepest = Math.Max(steepest, minutes[later] - minutes[earlier]);
            }
        }

        return steepest;
    }
}
