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

    /// <summary>4-bit integers in groups of 128 (AWQ, GPTQ), multiplied in 16 bits.</summary>
    Int4,

    /// <summary>4-bit floating point in blocks of 16, NVIDIA's NVFP4; needs CUDA compute capability 10.0.</summary>
    Fp4,

    /// <summary>4-bit floating point in blocks of 32 (OCP MX); multiplied in 16 bits where the hardware has no 4-bit format.</summary>
    Mxfp4,

    /// <summary>IEEE single precision, 32 bits; multiplied as TF32, which needs CUDA compute capability 8.0.</summary>
    Fp32,
}
