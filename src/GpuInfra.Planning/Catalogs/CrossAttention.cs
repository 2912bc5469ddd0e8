namespace GpuInfra.Planning.Catalogs;

/// <summary>A decoder's attention to what the encoder made of the input; its keys and values are made once per sequence.</summary>
/// <param name="Layers">Layers of this kind.</param>
/// <param name="QueryHeads">Query heads, and as many key and value heads.</param>
/// <param name="HeadSize">Width of a head.</param>
/// <param name="Tokens">Vectors that the encoder gives per sequence.</param>
public sealed record CrossAttention(int Layers, int QueryHeads, int HeadSize, int Tokens) : AttentionLayers(Layers, QueryHeads)
{
    /// <inheritdoc/>
    public override string Name => "cross";

    /// <inheritdoc/>
    public override long CacheValuesPerToken => 0;

    /// <inheritdoc/>
    public override int CacheHeads => QueryHeads;

    /// <inheritdoc/>
    public override double PrefillOperationsPerPair => 4.0 * QueryHeads * HeadSize;

    /// <summary>Queries and the output.</summary>
    public override long LiveValues => 2L * QueryHeads * HeadSize;

    /// <summary>A key and a value for each of the encoder's vectors.</summary>
    public override double StateBytes(int bytesPerValue) => 2.0 * QueryHeads * HeadSize * Tokens * bytesPerValue;

    /// <inheritdoc/>
    public override long Parameters(int hiddenSize) => 4L * hiddenSize * QueryHeads * HeadSize;

    /// <inheritdoc/>
    public override double CachedTokens(double tokens) => 0;

    /// <inheritdoc/>
    public override double AttendedTokens(double tokens) => Tokens;

    /// <inheritdoc/>
    public override double MeanAttendedTokens(double tokens) => Tokens;
}
