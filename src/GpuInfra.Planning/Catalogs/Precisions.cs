namespace GpuInfra.Planning.Catalogs;

/// <summary>Facts of the precisions.</summary>
public static class Precisions
{
    /// <summary>Bytes that one weight takes, scales of the quantised formats left out.</summary>
    public static double BytesPerWeight(this Precision precision) => precision switch
    {
        Precision.Fp16 or Precision.Bf16 => 2,
        Precision.Fp8 or Precision.Int8 => 1,
        _ => 0.5,
    };

    /// <summary>
    /// Bytes of one key or value in the cache. Engines keep the cache in 16 bits unless told otherwise
    /// (vLLM: <c>--kv-cache-dtype auto</c>), whatever the weights are in.
    /// </summary>
    public static double BytesPerCacheEntry(this Precision precision) => 2;
}
