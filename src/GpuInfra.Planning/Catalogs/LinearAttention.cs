namespace GpuInfra.Planning.Catalogs;

/// <summary>
/// Linear attention by the gated delta rule (arXiv 2412.06464), as Qwen3-Next and Qwen3.5 have it: a matrix per value head stands
/// for all tokens before, so a sequence takes the same memory whatever its length.
/// </summary>
/// <param name="Layers">Layers of this kind.</param>
/// <param name="QueryHeads">Query and key heads.</param>
/// <param name="ValueHeads">Value heads, a multiple of the query heads.</param>
/// <param name="KeyHeadSize">Width of a query's or key's head.</param>
/// <param name="ValueHeadSize">Width of a value's head.</param>
/// <param name="Convolution">Tokens that the convolution before it spans.</param>
public sealed record LinearAttention(int Layers, int QueryHeads, int ValueHeads, int KeyHeadSize, int ValueHeadSize, int Convolution)
    : AttentionLayers(Layers, QueryHeads)
{
    /// <inheritdoc/>
    public override string Name => "linear";

    /// <inheritdoc/>
    public override long CacheValuesPerToken => 0;

    /// <summary>Queries, keys, values, the gate and the output.</summary>
    public override long LiveValues => (2L * KeyWidth) + (3L * ValueWidth);

    /// <inheritdoc/>
    public override int CacheHeads => QueryHeads;

    /// <inheritdoc/>
    public override double PrefillOperationsPerPair => 0;

    /// <summary>Decay, read, correct and write the state: four passes over it, 2 operations each.</summary>
    public override double OperationsPerToken => 8.0 * ValueHeads * KeyHeadSize * ValueHeadSize;

    private int KeyWidth => QueryHeads * KeyHeadSize;

    private int ValueWidth => ValueHeads * ValueHeadSize;

    /// <summary>
    /// A matrix of key size by value size per value head in 32 bits (vLLM's default for these models), and the tokens that the
    /// convolution still needs in 16.
    /// </summary>
    public override double StateBytes(int bytesPerValue) =>
        (4.0 * ValueHeads * KeyHeadSize * ValueHeadSize) + (2.0 * (Convolution - 1) * ((2 * KeyWidth) + ValueWidth));

    /// <summary>Queries, keys, values, the output's gate and the output; two gates per value head; the convolution.</summary>
    public override long Parameters(int hiddenSize) =>
        ((long)hiddenSize * ((2 * KeyWidth) + (3 * ValueWidth) + (2 * ValueHeads))) + ((long)Convolution * ((2 * KeyWidth) + ValueWidth));

    /// <inheritdoc/>
    public override double CachedTokens(double tokens) => 0;

    /// <inheritdoc/>
    public override double MeanAttendedTokens(double tokens) => 0;
}
