using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Demands;

/// <summary>Requests of a serving whose inputs are about equally long: what a router that knows a request's length tells apart.</summary>
public sealed record RequestSize
{
    /// <summary>Input tokens of the shortest.</summary>
    public required int From { get; init; }

    /// <summary>Input tokens that all of them stay below; null for the longest.</summary>
    public required int? Below { get; init; }

    /// <summary>Their share of all requests, above zero.</summary>
    public required Share Share { get; init; }

    /// <summary>Mean input tokens.</summary>
    public required double InputTokens { get; init; }

    /// <summary>Mean output tokens.</summary>
    public required double OutputTokens { get; init; }

    /// <summary>
    /// Input tokens of the request whose latency is promised: the serving's (<see cref="Demand.LongInputTokens"/>), but of this size. Where
    /// every request up to that one keeps its latency, so does the promised share of all requests.
    /// </summary>
    public required double LongInputTokens { get; init; }

    /// <summary>Input and output tokens of the longest together, as far as the serving takes them: a replica for them must hold one such.</summary>
    public required int LongestTokens { get; init; }

    /// <summary>As <c>256 to 1023 tokens</c>.</summary>
    public override string ToString() => Below is { } below
        ? FormattableString.Invariant($"{From} to {below - 1} tokens")
        : FormattableString.Invariant($"{From} tokens and more");
}
