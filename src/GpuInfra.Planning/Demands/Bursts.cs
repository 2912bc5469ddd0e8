using System.Collections.Immutable;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Demands;

/// <summary>How a workload's requests bunch within a minute.</summary>
internal static class Bursts
{
    private const double SecondsPerMinute = 60;

    /// <summary>
    /// Requests of a burst on average. Bursts of b requests that come as a Poisson process have gaps with a mean square 2b times that of the
    /// rate's own gaps, so b is the measured mean square of gaps within a minute over that of Poisson processes at each minute's rate. Of the
    /// measured gaps those over idle minutes are left out: over z of them a gap lasts about z + 1 minutes. 1 where a trace does not tell.
    /// </summary>
    public static double Of(DemandSource source)
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
