namespace GpuInfra.Planning.Sizing;

/// <summary>The lengths of a serving's requests.</summary>
/// <param name="InputTokens">Mean input tokens, above zero.</param>
/// <param name="OutputTokens">Mean output tokens; zero for embeddings.</param>
/// <param name="LongInputTokens">Input tokens of the request whose latency is promised.</param>
public sealed record RequestMix(double InputTokens, double OutputTokens, double LongInputTokens);
