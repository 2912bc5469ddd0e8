using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Planning.Demands.Traces;

/// <summary>How many requests have each length: quantiles are exact, and memory grows with the longest length alone.</summary>
internal sealed class LengthCounts
{
    private long[] _counts = new long[1 << 14];
    private long _requests;
    private long _tokens;

    /// <summary>Counts a request.</summary>
    public void Add(int tokens)
    {
        if (tokens >= _counts.Length)
        {
            Array.Resize(ref _counts, Math.Max(tokens + 1, 2 * _counts.Length));
        }

        _counts[tokens]++;
        _requests++;
        _tokens += tokens;
    }

    /// <summary>Mean and quantiles of what was counted.</summary>
    public Distribution ToDistribution() => new(Figures.Round((double)_tokens / _requests), Figures.Quantiles(_requests, LengthAt));

    /// <summary>The length of the request of a rank, shortest first.</summary>
    private double LengthAt(long rank)
    {
        var length = 0;
        for (var seen = _counts[0]; seen <= rank; seen += _counts[length])
        {
            length++;
        }

        return length;
    }
}
