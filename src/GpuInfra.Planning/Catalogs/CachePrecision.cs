using System.Collections.Immutable;

namespace GpuInfra.Planning.Catalogs;

/// <summary>The number format that keys and values are cached in (vLLM: <c>--kv-cache-dtype</c>); it need not be the weights'.</summary>
public enum CachePrecision
{
    /// <summary>The 16-bit format that the model computes in.</summary>
    Bits16,

    /// <summary>8-bit floating point.</summary>
    Fp8,
}

/// <summary>Facts of the cache's precisions.</summary>
public static class CachePrecisions
{
    private const string EngineDefault = "native";

    /// <summary>The words that people write for them; null is what the engine does unless told.</summary>
    public static ImmutableArray<(string Word, CachePrecision? Precision)> Words { get; } =
        [(EngineDefault, null), ("fp16", CachePrecision.Bits16), ("fp8", CachePrecision.Fp8)];

    /// <summary>The word for a precision; null is the engine's default.</summary>
    public static string WordOf(CachePrecision? precision) => Words.First(word => word.Precision == precision).Word;

    /// <summary>Bytes of one key or value; scales per tensor are left out.</summary>
    public static int BytesPerValue(this CachePrecision precision) => precision == CachePrecision.Fp8 ? 1 : 2;

    /// <summary>
    /// Why a GPU has no cache in this precision; null where it has. Engines convert to 8 bits in software too, but then every step pays
    /// for it and no published rate is of that: only GPUs with the format in hardware are planned with it.
    /// </summary>
    public static string? Refusal(this CachePrecision? precision, Gpu gpu) => precision == CachePrecision.Fp8 && gpu.Fp8 is null
        ? $"{gpu.Id} has no fp8 arithmetic, which a key-value cache in fp8 needs"
        : null;
}
