namespace GpuInfra.Planning.Catalogs;

/// <summary>The number format that a model's weights are held and multiplied in.</summary>
public enum Precision
{
    /// <summary>IEEE half precision, 16 bits.</summary>
    Fp16,

    /// <summary>Brain floating point, 16 bits; needs CUDA compute capability 8.0.</summary>
    Bf16,

    /// <summary>8-bit floating point; needs CUDA compute capability 8.9.</summary>
    Fp8,

    /// <summary>8-bit integers.</summary>
    Int8,

    /// <summary>4-bit integer weights, multiplied in 16 bits.</summary>
    Int4,

    /// <summary>4-bit floating point; needs CUDA compute capability 10.0.</summary>
    Fp4,
}
