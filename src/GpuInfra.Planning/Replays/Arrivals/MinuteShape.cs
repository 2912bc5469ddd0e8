using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Replays.Arrivals;

/// <summary>How a workload's load changes from minute to minute, relative to its mean, and how its requests bunch within one.</summary>
internal static class MinuteShape
{
    private const double SecondsPerMinute = 60;

    /// <summary>
    /// The load of each minute. A measured trace's minutes come in its own order, again and again. Where only percentiles are known, minutes
    /// are spread evenly over them and put in the order of a day, up to the peak and down again: all the high ones in a row, which is the
    /// hardest order for a queue. The highest is then the planned peak.
    /// </summary>
    public static ImmutableArray<double> Of(DemandSource source, LoadCurve load, int minutes)
    {
        if (source is DemandSource.Profiled { PeakToMean: null, Profile.Arrivals.Minutes: { Length: > 0 } measured } && measured.Any(requests => requests > 0))
        {
            var mean = measured.Average();
            return [.. Enumerable.Range(0, minutes).Select(minute => measured[minute % measured.Length] / mean)];
        }

        var ascending = Enumerable.Range(0, minutes).Select(minute => minute == minutes - 1 ? load.Peak : load.At(100 * (minute + 0.5) / minutes)).ToList();
        return [.. ascending.Where((_, minute) => minute % 2 == 0), .. ascending.Where((_, minute) => minute % 2 == 1).Reverse()];
    }

    /// <summary>
    /// Requests of a burst on average. Bursts of b requests that come as a Poisson process have gaps with a mean square 2b times that of the
    /// rate's own gaps, so b is the measured mean square of gaps within a minute over that of Poisson processes at each minute's rate. Of the
    /// measured gaps those over idle minutes are left out: over z of them a gap lasts about z + 1 minutes. 1 where a trace does not tell.
    /// </summary>
    public static double BurstOf(DemandSource source)
    {
        if (source is not DemandSource.Profiled { Profile: { Arrivals: { GapVariation: { } variation, Minutes: { Length: > 0 } minutes } } profile })
        {
            return 1;
        }

        var meanGap = 1 / profile.RequestsPerSecond;
        var measured = meanGap * meanGap * (1 + (variation * variation)) * profile.Requests;
        var poisson = minutes.Where(requests => requests > 0).Sum(requests => 2 * SecondsPerMinute * SecondsPerMinute / requests);
        return poisson > 0 ? Math.Max(1, (measured - IdleSquares(minutes)) / poisson) : 1;
    }

    private static double IdleSquares(ImmutableArray<int> minutes)
    {
        var (sum, idle) = (0.0, 0);
        foreach (var requests in minutes)
        {
            if (requests == 0)
            {
                idle++;
            }
            else
            {
                sum += idle > 0 ? Math.Pow((idle + 1) * SecondsPerMinute, 2) : 0;
                idle = 0;
            }
        }

        return sum;
    }
}
