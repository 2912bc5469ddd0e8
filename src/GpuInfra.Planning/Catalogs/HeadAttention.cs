using System.Globalization;

namespace GpuInfra.Planning.Catalogs;

/// <summary>
/// Softmax attention with a key and a value per key-value head: multi-head, grouped-query or multi-query attention, to all tokens
/// or to near ones only.
/// </summary>
/// <param name="Layers">Layers of this kind.</param>
/// <param name="QueryHeads">Query heads.</param>
/// <param name="KeyValueHeads">Key and value heads; fewer than the query heads under grouped-query attention.</param>
/// <param name="HeadSize">Width of a head.</param>
/// <param name="Window">Tokens that a token attends to at most, itself among them; null for all.</param>
/// <param name="Chunked">True when the window begins at a multiple of its size (Llama 4) rather than slides.</param>
/// <param name="OutputGate">True when a gate as wide as the queries is multiplied onto the output (Qwen3-Next).</param>
public sealed record HeadAttention(
    int Layers, int QueryHeads, int KeyValueHeads, int HeadSize, int? Window = null, bool Chunked = false, bool OutputGate = false)
    : AttentionLayers(Layers, QueryHeads)
{
    /// <inheritdoc/>
    public override string Name => string.Create(CultureInfo.InvariantCulture, $"{Family} {KeyValueHeads}{Reach}");

    /// <inheritdoc/>
    public override long CacheValuesPerToken => 2L * KeyValueHeads * HeadSize;

    /// <inheritdoc/>
    public override int CacheHeads => KeyValueHeads;

    /// <inheritdoc/>
    public override double PrefillOperationsPerPair => 4.0 * QueryHeads * HeadSize;

    /// <summary>Queries, keys, values and the output.</summary>
    public override long LiveValues => 2L * HeadSize * (QueryHeads + KeyValueHeads);

    private string Family => KeyValueHeads == QueryHeads ? "MHA" : KeyValueHeads == 1 ? "MQA" : "GQA";

    private string Reach => Window is not { } window ? ""
        : string.Create(CultureInfo.InvariantCulture, $" {(Chunked ? "chunk" : "window")} {window}");

    /// <inheritdoc/>
    public override long Parameters(int hiddenSize) =>
        (long)hiddenSize * HeadSize * (((OutputGate ? 3 : 2) * QueryHeads) + (2 * KeyValueHeads));

    /// <inheritdoc/>
    public override double CachedTokens(double tokens) => Window is { } window ? Math.Min(tokens, window) : tokens;

    /// <summary>Tokens attended to; where chunks begin anew, half a chunk on average.</summary>
    public override double AttendedTokens(double tokens) => Chunked && tokens > Window ? Window.Value / 2.0 : CachedTokens(tokens);

    /// <inheritdoc/>
    public override double MeanAttendedTokens(double tokens) =>
        Window is not { } window ? tokens / 2 : Chunked ? Math.Min(tokens, window) / 2 : MeanBelow(window, tokens);
}
