using System.Runtime.CompilerServices;

namespace GpuInfra.Planning.Replays;

/// <summary>
/// Times by percentile in memory that does not grow: counts in buckets, each <see cref="Growth"/> times as long as the one before, so that a
/// percentile is off by at most half a bucket, 0.5 % (Masson, Rim and Lee, "DDSketch", VLDB 2019). What is below 0.1 ms counts as none.
/// </summary>
public sealed class LatencySketch
{
    /// <summary>Ratio of the bounds of a bucket: 1 %.</summary>
    public const double Growth = 1.01;

    private const double Least = 1e-4;
    private static readonly double LogGrowth = Math.Log(Growth);

    private readonly long[] _counts = new long[2_400];
    private double _sum;
    private double _largest;

    /// <summary>Times counted.</summary>
    public long Count { get; private set; }

    /// <summary>Their mean, exact; zero when there are none.</summary>
    public TimeSpan Mean => Count == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(_sum / Count);

    /// <summary>The longest, exact.</summary>
    public TimeSpan Longest => TimeSpan.FromSeconds(_largest);

    /// <summary>The time that a percentage does not exceed, to 0.5 %; zero when there are none.</summary>
    /// <param name="percentile">0 to 100.</param>
    public TimeSpan At(double percentile)
    {
        var rank = Math.Ceiling(percentile / 100 * Count);
        var below = 0L;
        for (var bucket = 0; bucket < _counts.Length; bucket++)
        {
            below += _counts[bucket];
            if (below > 0 && below >= rank)
            {
                return TimeSpan.FromSeconds(bucket == 0 ? 0 : Math.Min(_largest, Least * Math.Exp((bucket - 0.5) * LogGrowth)));
            }
        }

        return TimeSpan.Zero;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Add(double seconds)
    {
        var bucket = seconds < Least ? 0 : 1 + (int)(Math.Log(seconds / Least) / LogGrowth);
        _counts[Math.Min(bucket, _counts.Length - 1)]++;
        _sum += seconds;
        _largest = Math.Max(_largest, seconds);
        Count++;
    }
}
