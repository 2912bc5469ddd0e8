namespace GpuInfra.Planning.Catalogs;

/// <summary>
/// Multi-head latent attention (DeepSeek-V2, arXiv 2405.04434, section 2.1): one compressed vector per token stands for the keys
/// and values of all heads, so the cache cannot be split by heads.
/// </summary>
/// <param name="Layers">Layers of this kind.</param>
/// <param name="QueryHeads">Query heads.</param>
/// <param name="HeadSize">Width of a head's key without its position part.</param>
/// <param name="PositionSize">Width of the position part (RoPE), which all heads share.</param>
/// <param name="ValueHeadSize">Width of a head's value.</param>
/// <param name="KeyValueRank">Width of the compressed key and value.</param>
/// <param name="QueryRank">Width of the compressed query; null when queries are not compressed.</param>
/// <param name="Indexer">Set when a small attention first picks the tokens to attend to (DeepSeek sparse attention).</param>
public sealed record LatentAttention(
    int Layers, int QueryHeads, int HeadSize, int PositionSize, int ValueHeadSize, int KeyValueRank, int? QueryRank = null,
    TokenIndexer? Indexer = null)
    : AttentionLayers(Layers, QueryHeads)
{
    /// <inheritdoc/>
    public override string Name => Indexer is null ? "MLA" : "MLA sparse";

    /// <inheritdoc/>
    public override long CacheValuesPerToken => KeyValueRank + PositionSize + (Indexer?.HeadSize ?? 0);

    /// <inheritdoc/>
    public override int CacheHeads => 1;

    /// <summary>Keys and values are unfolded while a prompt is read.</summary>
    public override double PrefillOperationsPerPair => 2.0 * QueryHeads * (HeadSize + PositionSize + ValueHeadSize);

    /// <summary>Queries are folded into the compressed space while tokens are generated, so that the cache is read as it is.</summary>
    public override double DecodeOperationsPerPair => 2.0 * QueryHeads * ((2 * KeyValueRank) + PositionSize);

    /// <summary>Queries, and the unfolded keys and values, and the output.</summary>
    public override long LiveValues => 2L * QueryHeads * (HeadSize + PositionSize + ValueHeadSize);

    /// <inheritdoc/>
    public override long Parameters(int hiddenSize)
    {
        long queryWidth = (long)QueryHeads * (HeadSize + PositionSize);
        var queries = QueryRank is { } rank ? (hiddenSize + queryWidth) * rank : hiddenSize * queryWidth;
        var keysAndValues = ((long)hiddenSize * (KeyValueRank + PositionSize)) + ((long)KeyValueRank * QueryHeads * (HeadSize + ValueHeadSize));
        var output = (long)QueryHeads * ValueHeadSize * hiddenSize;
        return queries + keysAndValues + output + (Indexer?.Parameters(hiddenSize, QueryRank ?? hiddenSize) ?? 0);
    }

    /// <inheritdoc/>
    public override double AttendedTokens(double tokens) => Indexer is { } indexer ? Math.Min(tokens, indexer.Tokens) : tokens;

    /// <inheritdoc/>
    public override double MeanAttendedTokens(double tokens) => Indexer is { } indexer ? MeanBelow(indexer.Tokens, tokens) : tokens / 2;
}

/// <summary>The attention that picks tokens for another one (DeepSeek-V3.2); its one key per token is cached too.</summary>
/// <param name="Heads">Query heads; there is one key head.</param>
/// <param name="HeadSize">Width of a head.</param>
/// <param name="Tokens">Tokens that it picks.</param>
public sealed record TokenIndexer(int Heads, int HeadSize, int Tokens)
{
    /// <summary>Operations per pair of query and token, all tokens before it.</summary>
    public double OperationsPerPair => 2.0 * Heads * HeadSize;

    /// <summary>Queries from <paramref name="queryWidth"/>, keys and head weights from the residual stream.</summary>
    public long Parameters(int hiddenSize, int queryWidth) => ((long)queryWidth * Heads * HeadSize) + ((long)hiddenSize * (HeadSize + Heads));
}
