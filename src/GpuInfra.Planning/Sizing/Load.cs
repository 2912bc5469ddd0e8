namespace GpuInfra.Planning.Sizing;

/// <summary>How requests come in.</summary>
public enum LoadKind
{
    /// <summary>All at once, more than fit; the engine fills its batch again whenever a request ends.</summary>
    OfflineMax,

    /// <summary>A fixed number in flight: each one that ends is followed by the next (closed loop).</summary>
    Concurrency,

    /// <summary>A fixed number that begin and end together.</summary>
    StaticBatch,
}

/// <summary>Requests of one length and how they come in.</summary>
/// <param name="Kind">How they come in.</param>
/// <param name="InputTokens">Input tokens of each, at least 1.</param>
/// <param name="OutputTokens">Output tokens of each, at least 1.</param>
/// <param name="Requests">How many are in flight, at least 1; without meaning for <see cref="LoadKind.OfflineMax"/>.</param>
public readonly record struct Load(LoadKind Kind, int InputTokens, int OutputTokens, int Requests);
