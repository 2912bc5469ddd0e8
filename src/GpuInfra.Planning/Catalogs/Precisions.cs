namespace GpuInfra.Planning.Catalogs;

/// <summary>Facts of the precisions.</summary>
public static class Precisions
{
    /// <summary>
    /// Bytes that one weight takes with its share of the scales: 4-bit integers have a 16-bit scale and a 4-bit zero point per group
    /// of 128, MXFP4 an 8-bit scale per 32 (OCP Microscaling 1.0), NVFP4 one per 16. Scales per channel or tensor are left out.
    /// </summary>
    public static double BytesPerWeight(this Precision precision) => precision switch
    {
        Precision.Fp32 => 4,
        Precision.Fp16 or Precision.Bf16 => 2,
        Precision.Fp8 or Precision.Int8 => 1,
        Precision.Int4 => 0.5 + (2.5 / 128),
        Precision.Mxfp4 => 0.5 + (1.0 / 32),
        Precision.Fp4 => 0.5 + (1.0 / 16),
        _ => throw new ArgumentOutOfRangeException(nameof(precision), precision, "A precision of the list is needed."),
    };

    /// <summary>True for the formats of 4 bits.</summary>
    public static bool IsFourBits(this Precision precision) => precision is Precision.Int4 or Precision.Fp4 or Precision.Mxfp4;
}
