namespace GpuInfra.Planning.Sizing;

/// <summary>A replica at a steady load with a mean batch of running sequences; the formulas stand above <see cref="ReplicaSizer"/>.</summary>
internal sealed class OperatingPoint(Roofline roofline, RequestMix mix)
{
    /// <summary>
    /// Drafted tokens per accepted one, and the time that drafting takes beside a step: a draft model of a thirtieth of the size, as
    /// EAGLE's or an MTP layer, four steps of it. Assumptions; acceptance itself is the plan's figure.
    /// </summary>
    private const double DraftedPerAccepted = 2, DraftShare = 0.1;

    private readonly double _longPrefillSeconds = roofline.PrefillSecondsPerToken(mix.LongInputTokens) * mix.LongInputTokens;

    /// <summary>Prefill time of a mean request.</summary>
    public double PrefillSeconds { get; } = roofline.PrefillSecondsPerToken(mix.InputTokens) * mix.InputTokens * (1 - mix.CachedShare);

    /// <summary>Tokens that a running sequence holds on average: its input and half its output.</summary>
    public double ContextTokens { get; } = mix.InputTokens + mix.OutputTokens / 2;

    /// <summary>Seconds of one decode step, drafting counted.</summary>
    public double StepSeconds(double batch) => mix.AcceptedTokens == 0
        ? roofline.DecodeStepSeconds(batch, ContextTokens)
        : roofline.DecodeStepSeconds(batch, ContextTokens, 1 + (DraftedPerAccepted * mix.AcceptedTokens)) * (1 + DraftShare);

    /// <summary>Seconds of a decode step for each token that it gives a sequence.</summary>
    public double SecondsPerToken(double batch) => StepSeconds(batch) / (1 + mix.AcceptedTokens);

    /// <summary>λ(B), requests per second.</summary>
    public double RequestsPerSecond(double batch) => 1 / (PrefillSeconds + mix.OutputTokens * SecondsPerToken(batch) / batch);

    /// <summary>Seconds between output tokens.</summary>
    public double TimePerOutputToken(double batch) => SecondsPerToken(batch) / DecodingShare(batch);

    /// <summary>Seconds to the first token of a long request.</summary>
    public double TimeToFirstToken(double batch) => _longPrefillSeconds / DecodingShare(batch) + StepSeconds(batch);

    /// <summary>1 − φ, the share of time that is left for decoding.</summary>
    private double DecodingShare(double batch) => 1 - RequestsPerSecond(batch) * PrefillSeconds;
}
