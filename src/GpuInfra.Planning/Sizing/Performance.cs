namespace GpuInfra.Planning.Sizing;

/// <summary>What a replica does under a load.</summary>
public sealed record Performance
{
    /// <summary>Output tokens per second of the whole replica.</summary>
    public required double OutputTokensPerSecond { get; init; }

    /// <summary>Requests of this length that the cache holds together, at least 1.</summary>
    public required int MaxConcurrency { get; init; }

    /// <summary>From arrival to the first output token, on average; waiting for a place in the batch counts.</summary>
    public required TimeSpan TimeToFirstToken { get; init; }

    /// <summary>Between further output tokens, on average.</summary>
    public required TimeSpan TimePerOutputToken { get; init; }

    /// <summary>What bounds the rate.</summary>
    public required SizingLimit Limit { get; init; }

    /// <summary>The rate against measured ones of configurations that the model was not fitted to.</summary>
    public required ErrorBand Band { get; init; }
}
