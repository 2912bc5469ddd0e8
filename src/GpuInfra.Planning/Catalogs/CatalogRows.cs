using System.Collections.Immutable;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Catalogs;

/// <summary>A row of <c>gpus.json</c>; the unit stands in each field's name.</summary>
internal sealed record GpuRow(
    string Id, string[] Aliases, double MemoryMib, double BandwidthGbPerSecond, double Fp16Tflops, double? Fp8Tflops,
    double? Int8Tops, double? NvLinkGbPerSecond, decimal ComputeCapability, string? GoogleAcceleratorType, string Source, DateOnly AsOf)
{
    public Gpu ToGpu() => new(
        Id,
        [.. Aliases],
        ByteSize.FromMib(MemoryMib),
        ByteRate.FromGbPerSecond(BandwidthGbPerSecond),
        FlopRate.FromTera(Fp16Tflops),
        Fp8Tflops is { } fp8 ? FlopRate.FromTera(fp8) : null,
        Int8Tops is { } int8 ? FlopRate.FromTera(int8) : null,
        NvLinkGbPerSecond is { } link ? ByteRate.FromGbPerSecond(link) : null,
        ComputeCapability,
        GoogleAcceleratorType,
        Source,
        AsOf);
}

/// <summary>A row of <c>models.json</c>.</summary>
internal sealed record ModelRow(
    string Id, string[] Aliases, ModelTask Task, long Parameters, long ActiveParameters, int Layers, int HiddenSize, int AttentionHeads,
    int KeyValueHeads, int HeadSize, int Vocabulary, int MaxContextTokens, Precision NativePrecision,
    int? Experts, int? ExpertsPerToken, string Source, DateOnly AsOf)
{
    /// <summary>
    /// An expert's size follows from the two totals: every token skips (experts − experts per token) of them, so
    /// (parameters − active parameters) / (experts − experts per token) is one expert over all layers.
    /// </summary>
    public Model ToModel() => new(
        Id, [.. Aliases], Task, Parameters, ActiveParameters, Layers, HiddenSize, AttentionHeads, KeyValueHeads, HeadSize, Vocabulary,
        MaxContextTokens, NativePrecision,
        (Experts, ExpertsPerToken) is ({ } experts, { } perToken)
            ? new MixtureOfExperts(experts, perToken, (Parameters - ActiveParameters) / (experts - perToken))
            : null,
        Source, AsOf);
}

/// <summary>A row of <c>offers.json</c>.</summary>
internal sealed record OfferRow(
    CloudProvider Cloud, string Region, string InstanceType, string Gpu, int GpusPerInstance, bool AttachedGpu, double LocalNvmeGb,
    double? NetworkGbitPerSecond, decimal? OnDemandUsdPerHour, PurchaseMode[] Modes, OfferZoneRow[] Zones, string Source, DateOnly AsOf)
{
    public Offer ToOffer() => new(
        Cloud, Region, InstanceType, Gpu, GpusPerInstance, AttachedGpu,
        ByteSize.FromGb(LocalNvmeGb),
        NetworkGbitPerSecond is { } network ? ByteRate.FromGbitPerSecond(network) : null,
        [.. Zones.Select(zone => new OfferZone(zone.Zone, Price(zone.SpotUsdPerHour))).OrderBy(zone => zone.Zone, StringComparer.Ordinal)],
        [.. Modes],
        Price(OnDemandUsdPerHour),
        Source, AsOf);

    private static UsdPerHour? Price(decimal? amount) => amount is { } price ? new UsdPerHour(price) : null;
}

/// <summary>A zone of an <see cref="OfferRow"/>.</summary>
internal sealed record OfferZoneRow(string Zone, decimal? SpotUsdPerHour);

/// <summary>A row of <c>profiles.json</c>; quantiles are pairs of percentile and value.</summary>
internal sealed record ProfileRow(
    string Id, int Requests, double RequestsPerSecond, double InputTokens, double OutputTokens, double[][] InputQuantiles,
    double[][] OutputQuantiles, double[][] MinuteLoad, string Source, DateOnly AsOf)
{
    public DemandProfile ToProfile() => new(
        Id, Requests, RequestsPerSecond, InputTokens, OutputTokens, Pairs(InputQuantiles), Pairs(OutputQuantiles), Pairs(MinuteLoad), Source, AsOf);

    private static ImmutableArray<Quantile> Pairs(double[][] pairs) => [.. pairs.Select(pair => new Quantile(pair[0], pair[1]))];
}

/// <summary>A row of <c>services.json</c>.</summary>
internal sealed record UnitPriceRow(
    CloudProvider Cloud, string Region, string Service, string Sku, string Unit, decimal UsdPerUnit, string Source, string Grade, DateOnly? AsOf)
{
    public UnitPrice ToUnitPrice() => new(Cloud, Region, Service, Sku, Unit, new Usd(UsdPerUnit), Source, Grade[0], AsOf);
}
