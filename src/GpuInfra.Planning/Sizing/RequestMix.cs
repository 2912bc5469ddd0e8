namespace GpuInfra.Planning.Sizing;

/// <summary>The lengths of a serving's requests.</summary>
/// <param name="InputTokens">Mean input tokens, above zero.</param>
/// <param name="OutputTokens">Mean output tokens; zero for embeddings.</param>
/// <param name="LongInputTokens">Input tokens of the request whose latency is promised.</param>
public sealed record RequestMix(double InputTokens, double OutputTokens, double LongInputTokens)
{
    private const int Digits = 6;

    /// <summary>
    /// The lengths to a millionth of a token: means of the same requests differ between months in their last digits, and months that ask for
    /// the same are sized once.
    /// </summary>
    public static RequestMix Of(double inputTokens, double outputTokens, double longInputTokens) =>
        new(Math.Round(inputTokens, Digits), Math.Round(outputTokens, Digits), Math.Round(longInputTokens, Digits));

    /// <summary>Share of input tokens that are in the cache already and need no reading.</summary>
    public double CachedShare { get; init; }

    /// <summary>Drafted tokens that a step accepts on average; 0 without speculative decoding.</summary>
    public double AcceptedTokens { get; init; }
}
