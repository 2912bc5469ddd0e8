namespace GpuInfra.Planning.Sizing;

/// <summary>Finds how many requests a replica may run at a time.</summary>
internal static class LargestBatch
{
    /// <summary>How closely it is found, as a part of it.</summary>
    private const double Precision = 1e-3;

    /// <summary>A share that counts as none.</summary>
    private const double Negligible = 1e-6;

    /// <summary>The largest batch from <paramref name="low"/> to <paramref name="high"/> at which a share of requests is in time, which falls with it.</summary>
    /// <param name="figure">What is in time with a batch.</param>
    /// <param name="share">What must be.</param>
    /// <param name="low">The least batch.</param>
    /// <param name="kept">What is in time with the least: at least the share.</param>
    /// <param name="high">The largest batch.</param>
    public static (double Batch, InTime InTime) Keeping(Func<double, InTime> figure, double share, double low, InTime kept, double high)
    {
        var most = figure(high);
        if (most.Both >= share)
        {
            return (high, most);
        }

        // The logarithm of the share that is late grows about evenly, so a straight line finds where it crosses; an end that stays has its
        // height halved (the Illinois method), so that both close in.
        var (missedLow, missedHigh) = (Missed(kept), Missed(most));
        for (var moved = 0; high - low > Precision * high;)
        {
            var step = Precision * high / 2;
            var crossing = missedLow < missedHigh ? missedLow / (missedLow - missedHigh) : 0.5;
            var next = Math.Clamp(low + ((high - low) * crossing), low + step, high - step);
            var reached = figure(next);
            if (reached.Both >= share)
            {
                (low, missedLow, kept, missedHigh, moved) = (next, Missed(reached), reached, moved > 0 ? missedHigh / 2 : missedHigh, 1);
            }
            else
            {
                (high, missedHigh, missedLow, moved) = (next, Missed(reached), moved < 0 ? missedLow / 2 : missedLow, -1);
            }
        }

        return (low, kept);

        double Missed(InTime inTime) => Math.Log(Math.Max(Negligible, 1 - inTime.Both) / Math.Max(Negligible, 1 - share));
    }
}
