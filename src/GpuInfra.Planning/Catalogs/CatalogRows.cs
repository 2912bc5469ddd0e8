using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Catalogs;

/// <summary>A row of <c>gpus.json</c>; the unit stands in each field's name.</summary>
internal sealed record GpuRow(
    string Id, string[] Aliases, double MemoryMib, double BandwidthGbPerSecond, double Fp16Tflops, double? Fp8Tflops,
    double? Int8Tops, double? Fp4Tflops, double? NvLinkGbPerSecond, BoardRow Board, decimal? ComputeCapability, Precision[] Formats,
    string? GoogleAcceleratorType, string? NotChosenBecause, string? Doubt, Precision[] DoubtfulFormats, string Source, DateOnly AsOf)
{
    public Gpu ToGpu() => new(
        Id,
        [.. Aliases],
        ByteSize.FromMib(MemoryMib),
        ByteRate.FromGbPerSecond(BandwidthGbPerSecond),
        FlopRate.FromTera(Fp16Tflops),
        Rate(Fp8Tflops),
        Rate(Int8Tops),
        Rate(Fp4Tflops),
        NvLinkGbPerSecond is { } link ? ByteRate.FromGbPerSecond(link) : null,
        Board.ToBoard(),
        ComputeCapability,
        [.. Formats],
        GoogleAcceleratorType,
        NotChosenBecause,
        Doubt,
        [.. DoubtfulFormats],
        Source,
        AsOf);

    private static FlopRate? Rate(double? tera) => tera is { } rate ? FlopRate.FromTera(rate) : null;
}

/// <summary>The board in a row of <c>gpus.json</c>.</summary>
internal sealed record BoardRow(double PowerWatts, double ProcessNm, double HostLinkGbPerSecond, int NvLinkGpus)
{
    public GpuBoard ToBoard() => new(PowerWatts, ProcessNm, ByteRate.FromGbPerSecond(HostLinkGbPerSecond), NvLinkGpus);
}

/// <summary>A row of <c>models.json</c>: counts and widths, whose names say what they count.</summary>
internal sealed record ModelRow(
    string Id, string[] Aliases, ModelTask Task, long Parameters, int Layers, int HiddenSize, int Vocabulary, bool TiedEmbeddings,
    int MaxContextTokens, Precision NativePrecision, AttentionLayers[] Attention, DenseFeedForward[] FeedForward, string Source, DateOnly AsOf,
    MixtureOfExperts? MixtureOfExperts = null, Encoder? Encoder = null, Encoder? ImageTower = null, string? Doubt = null, bool ParallelBlocks = false)
{
    public Model ToModel() => new(
        Id, [.. Aliases], Task, Parameters, Layers, HiddenSize, Vocabulary, TiedEmbeddings, MaxContextTokens, NativePrecision,
        [.. Attention], [.. FeedForward], MixtureOfExperts, Encoder, ImageTower, Doubt, Source, AsOf)
    {
        ParallelBlocks = ParallelBlocks,
    };
}

/// <summary>A row of <c>services.json</c>.</summary>
internal sealed record UnitPriceRow(
    CloudProvider Cloud, string Region, string Service, string Sku, string Unit, decimal UsdPerUnit, string Source, string Grade, DateOnly? AsOf)
{
    public UnitPrice ToUnitPrice() => new(Cloud, Region, Service, Sku, Unit, new Usd(UsdPerUnit), Source, Grade[0], AsOf);
}

/// <summary>A row of <c>commitments.json</c>.</summary>
internal sealed record CommitmentRow(
    CloudProvider Cloud, string Machines, CommitmentTerm Term, double PercentOff, string Grade, string Source, DateOnly AsOf)
{
    public CommitmentDiscount ToDiscount() => new(Cloud, Machines, Term, Share.FromPercent(PercentOff), Grade[0], Source, AsOf);
}

/// <summary>A row of <c>cpu-machines.json</c>.</summary>
internal sealed record CpuMachineRow(CloudProvider Cloud, string InstanceType, int VCpus, double MemoryGib, string Source, DateOnly AsOf);
