using System.Collections.Immutable;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Catalogs;

/// <summary>One accelerator, of NVIDIA or another maker, as its data sheet describes it. Rates are dense peak rates; kernels reach part of them.</summary>
/// <param name="Id">The canonical id, as <c>h100-80gb</c>.</param>
/// <param name="Aliases">Other names that people write for it.</param>
/// <param name="Memory">Device memory that programs see: less than the data sheet says where error correction takes its share.</param>
/// <param name="Bandwidth">Peak memory bandwidth.</param>
/// <param name="Fp16">Peak 16-bit rate with 32-bit accumulation.</param>
/// <param name="Fp8">Peak 8-bit floating-point rate; null where the hardware has none.</param>
/// <param name="Int8">Peak 8-bit integer rate; null where the hardware has none.</param>
/// <param name="Fp4">Peak 4-bit floating-point rate; null where the hardware has none.</param>
/// <param name="NvLink">Bidirectional total per GPU; null where GPUs talk over PCIe.</param>
/// <param name="Board">How it is powered, made and attached to its host.</param>
/// <param name="ComputeCapability">CUDA compute capability; null for accelerators that are not NVIDIA's.</param>
/// <param name="Formats">Formats that it multiplies in hardware.</param>
/// <param name="GoogleAcceleratorType">Google Cloud's name for it, as <c>nvidia-l4</c>; null where Google does not offer it.</param>
/// <param name="NotChosenBecause">Why no fleet is planned with it; null where fleets may be.</param>
/// <param name="Doubt">Which of the figures are uncertain, and why; null where they agree.</param>
/// <param name="DoubtfulFormats">Formats whose rate is among the uncertain figures.</param>
/// <param name="Source">Where the figures stand.</param>
/// <param name="AsOf">When they were read.</param>
public sealed record Gpu(
    string Id,
    ImmutableArray<string> Aliases,
    ByteSize Memory,
    ByteRate Bandwidth,
    FlopRate Fp16,
    FlopRate? Fp8,
    FlopRate? Int8,
    FlopRate? Fp4,
    ByteRate? NvLink,
    GpuBoard Board,
    decimal? ComputeCapability,
    ImmutableArray<Precision> Formats,
    string? GoogleAcceleratorType,
    string? NotChosenBecause,
    string? Doubt,
    ImmutableArray<Precision> DoubtfulFormats,
    string Source,
    DateOnly AsOf)
{
    /// <summary>The ways in which it can be cut into instances, ordered by name; none where it cannot.</summary>
    public ImmutableArray<MigProfile> Mig { get; init; } = [];

    private const decimal TensorFloatCapability = 8.0m;

    /// <summary>The variants nearest to each other are H100 with 80 and 94 GB; L4 shows 22.4 of its 24 GB.</summary>
    private const double MemoryTolerance = 0.08;

    /// <summary>Whether the rate at which it multiplies <paramref name="precision"/> is uncertain.</summary>
    public bool IsDoubtful(Precision precision) => DoubtfulFormats.Contains(Multiplied(precision));

    /// <summary>Whether its memory is <paramref name="gb"/> as people round it: GB or GiB, with or without what error correction takes.</summary>
    public bool HasAbout(double gb) => Math.Abs(Memory.TotalGb / gb - 1) < MemoryTolerance || Math.Abs(Memory.TotalGib / gb - 1) < MemoryTolerance;

    /// <summary>
    /// The peak rate at which this GPU multiplies weights of <paramref name="precision"/>. Four-bit integers, and MXFP4 where there is
    /// no 4-bit format, are unpacked to 16 bits before they are multiplied; TF32 runs at half the 16-bit rate on every GPU that has it.
    /// Null where the hardware lacks the format.
    /// </summary>
    public FlopRate? PeakRate(Precision precision) => Multiplied(precision) switch
    {
        Precision.Fp32 => ComputeCapability >= TensorFloatCapability ? FlopRate.FromTera(Fp16.Tera / 2) : null,
        var format when !Formats.Contains(format) => null,
        Precision.Fp16 or Precision.Bf16 => Fp16,
        Precision.Fp8 => Fp8,
        Precision.Int8 => Int8,
        Precision.Fp4 => Fp4,
        _ => null,
    };

    /// <summary>Bits of the numbers that it multiplies weights of <paramref name="precision"/> as.</summary>
    public int MultipliedBits(Precision precision) => Multiplied(precision) switch
    {
        Precision.Fp32 => 32,
        Precision.Fp8 or Precision.Int8 => 8,
        Precision.Fp4 => 4,
        _ => 16,
    };

    private Precision Multiplied(Precision precision) => precision switch
    {
        Precision.Int4 => Precision.Fp16,
        Precision.Mxfp4 => Fp4 is null ? Precision.Fp16 : Precision.Fp4,
        _ => precision,
    };
}
