namespace GpuInfra.Planning.Catalogs;

/// <summary>
/// Bytes of a model's parts at a precision. Quantised checkpoints keep in 16 bits what is small and sensitive: embeddings, norms, the
/// router, towers for images or sound, and
/// <list type="bullet">
/// <item>under MXFP4 all but the experts, where there are any (OpenAI's gpt-oss);</item>
/// <item>under other 4-bit formats latent attention (hf_quant_config.json of nvidia/DeepSeek-V3-0324-NVFP4, and Kimi-K2.5's own int4).</item>
/// </list>
/// </summary>
/// <param name="Embedding">The input embedding, of which a step reads a row per token.</param>
/// <param name="Head">The output embedding; 0 where it is the input's.</param>
/// <param name="Attention">The attention layers.</param>
/// <param name="FeedForward">Feed-forward layers that every token passes through, shared experts among them.</param>
/// <param name="Experts">All experts.</param>
/// <param name="Encoder">The encoder and the image tower.</param>
/// <param name="Rest">Norms, biases and the router: every GPU has them whole.</param>
public sealed record WeightBytes(
    double Embedding, double Head, double Attention, double FeedForward, double Experts, double Encoder, double Rest)
{
    /// <summary>All of them.</summary>
    public double Total => Embedding + Head + Attention + FeedForward + Experts + Encoder + Rest;

    /// <summary>The bytes of <paramref name="model"/> at <paramref name="precision"/>.</summary>
    public static WeightBytes Of(Model model, Precision precision)
    {
        var parts = model.Parts;
        var bytes = precision.BytesPerWeight();
        var kept = Math.Max(bytes, Precision.Bf16.BytesPerWeight());
        var onlyExperts = precision == Precision.Mxfp4 && parts.Experts > 0;
        var keepsAttention = onlyExperts || (precision.IsFourBits() && model.Attention.Any(group => group is LatentAttention));
        return new WeightBytes(
            parts.Embedding * kept,
            parts.IsTied ? 0 : parts.Head * kept,
            parts.Attention * (keepsAttention ? kept : bytes),
            parts.FeedForward * (onlyExperts ? kept : bytes),
            parts.Experts * bytes,
            parts.Encoder * kept,
            (parts.Router + parts.Other) * kept);
    }
}
