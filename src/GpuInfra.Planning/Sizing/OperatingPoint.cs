namespace GpuInfra.Planning.Sizing;

/// <summary>A replica at a steady load with a mean batch of running sequences; the formulas stand above <see cref="ReplicaSizer"/>.</summary>
internal sealed class OperatingPoint(Roofline roofline, RequestMix mix)
{
    private readonly double _longPrefillSeconds = roofline.PrefillSecondsPerToken(mix.LongInputTokens) * mix.LongInputTokens;

    /// <summary>Prefill time of a mean request.</summary>
    public double PrefillSeconds { get; } = roofline.PrefillSecondsPerToken(mix.InputTokens) * mix.InputTokens;

    /// <summary>Tokens that a running sequence holds on average: its input and half its output.</summary>
    public double ContextTokens { get; } = mix.InputTokens + mix.OutputTokens / 2;

    /// <summary>Seconds of one decode step.</summary>
    public double StepSeconds(double batch) => roofline.DecodeStepSeconds(batch, ContextTokens);

    /// <summary>λ(B), requests per second.</summary>
    public double RequestsPerSecond(double batch) => 1 / (PrefillSeconds + mix.OutputTokens * StepSeconds(batch) / batch);

    /// <summary>Seconds between output tokens.</summary>
    public double TimePerOutputToken(double batch) => StepSeconds(batch) / DecodingShare(batch);

    /// <summary>Seconds to the first token of a long request.</summary>
    public double TimeToFirstToken(double batch) => _longPrefillSeconds / DecodingShare(batch) + StepSeconds(batch);

    /// <summary>1 − φ, the share of time that is left for decoding.</summary>
    private double DecodingShare(double batch) => 1 - RequestsPerSecond(batch) * PrefillSeconds;
}
