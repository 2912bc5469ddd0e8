namespace GpuInfra.Planning.Replays.Arrivals;

/// <summary>Requests in the order in which they come.</summary>
internal interface IArrivals
{
    /// <summary>The next request; false when there is none.</summary>
    bool TryNext(out Arrival arrival);
}

/// <summary>A request as it comes.</summary>
/// <param name="Seconds">Seconds since the replay's start.</param>
/// <param name="InputTokens">Its input tokens, at least 1.</param>
/// <param name="OutputTokens">Its output tokens, zero for embeddings.</param>
internal readonly record struct Arrival(double Seconds, int InputTokens, int OutputTokens);
