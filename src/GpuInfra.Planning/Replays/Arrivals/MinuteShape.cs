using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Replays.Arrivals;

/// <summary>How a workload's load changes from minute to minute, relative to its mean.</summary>
internal static class MinuteShape
{
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
}
