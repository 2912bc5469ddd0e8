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

    /// <summary>The least CUDA compute capability whose hardware multiplies this format (int4 is unpacked to 16 bits).</summary>
    public static decimal RequiredComputeCapability(this Precision precision) => precision switch
    {
        Precision.Bf16 => 8.0m,
        Precision.Fp8 => 8.9m,
        Precision.Fp4 => 10.0m,
        _ => 7.0m,
    };
}
