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
    /// <summary>Bytes of one key or value; scales per tensor are left out.</summary>
    public static int BytesPerValue(this CachePrecision precision) => precision == CachePrecision.Fp8 ? 1 : 2;
}
