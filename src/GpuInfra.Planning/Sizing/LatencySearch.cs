namespace GpuInfra.Planning.Sizing;

/// <summary>Latencies that a replica is to keep, as means over its requests.</summary>
/// <param name="TimeToFirstToken">At most; null for any.</param>
/// <param name="TimePerOutputToken">At most; null for any.</param>
public readonly record struct LatencyBounds(TimeSpan? TimeToFirstToken, TimeSpan? TimePerOutputToken)
{
    /// <summary>The bound that a performance misses, with the figure and what it may be; null when it keeps both.</summary>
    public (SizingLimit Limit, TimeSpan Actual, TimeSpan Allowed)? MissedBy(Performance performance) =>
        performance.TimePerOutputToken > TimePerOutputToken
            ? (SizingLimit.TimePerOutputToken, performance.TimePerOutputToken, TimePerOutputToken.Value)
            : performance.TimeToFirstToken > TimeToFirstToken
                ? (SizingLimit.TimeToFirstToken, performance.TimeToFirstToken, TimeToFirstToken.Value)
                : null;
}

/// <summary>The most requests in flight that keep latencies. Both grow with the requests, so the number is found by bisection.</summary>
public static class LatencySearch
{
    /// <summary>
    /// The most requests in flight, up to what the cache holds, and what the replica does with them; its limit is the latency where one
    /// more would miss it. Otherwise why not even one request keeps the bounds.
    /// </summary>
    public static (int Requests, Performance? Performance, Unfit? Unfit) Largest(ReplicaSetup setup, int inputTokens, int outputTokens, LatencyBounds bounds)
    {
        var (best, unfit) = At(1);
        if (best is null)
        {
            return (0, null, unfit);
        }

        if (bounds.MissedBy(best) is { } missed)
        {
            return (0, null, new Unfit(JsonText.Word(missed.Limit), FormattableString.Invariant(
                $"{setup.Parallelism.Gpus} × {setup.Gpu.Id}: {missed.Actual.TotalMilliseconds:F0} ms with one request running, {missed.Allowed.TotalMilliseconds:F0} ms asked for")));
        }

        // Requests keep the bounds, beyond are too many: more than the cache holds would only wait.
        var (requests, beyond) = (1, best.MaxConcurrency + 1);
        SizingLimit? limit = null;
        while (beyond - requests > 1)
        {
            var middle = requests + ((beyond - requests) / 2);
            var performance = At(middle).Performance;
            if (performance is not null && bounds.MissedBy(performance) is null)
            {
                (requests, best) = (middle, performance);
            }
            else
            {
                (beyond, limit) = (middle, performance is null ? limit : bounds.MissedBy(performance)!.Value.Limit);
            }
        }

        return (requests, best with { Limit = limit ?? best.Limit }, null);

        (Performance? Performance, Unfit? Unfit) At(int inFlight) =>
            PerformanceModel.Predict(setup, new Load(LoadKind.Concurrency, inputTokens, outputTokens, inFlight));
    }
}
