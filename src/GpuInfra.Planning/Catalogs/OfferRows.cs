using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Catalogs;

/// <summary>A row of <c>machines.json</c>.</summary>
internal sealed record MachineRow(
    CloudProvider Cloud, string InstanceType, string Gpu, int GpusPerInstance, bool AttachedGpu, int? VCpus, double? MemoryGib,
    double? LocalNvmeGb, double? NetworkGbitPerSecond, string? Fabric, string? Interconnect, bool? CapacityBlocks, bool StartsOnDemand,
    string? QuotaOnDemand, string? QuotaSpot, string Source, DateOnly AsOf)
{
    public Machine ToMachine() => new(
        Cloud, InstanceType, Gpu, GpusPerInstance, AttachedGpu, VCpus,
        MemoryGib is { } memory ? ByteSize.FromGib(memory) : null,
        ByteSize.FromGb(LocalNvmeGb ?? 0),
        NetworkGbitPerSecond is { } network ? ByteRate.FromGbitPerSecond(network) : null,
        Fabric, Interconnect, CapacityBlocks, StartsOnDemand, QuotaOnDemand, QuotaSpot, Source, AsOf);
}

/// <summary>A row of <c>offers/CLOUD-REGION.json</c>.</summary>
internal sealed record OfferRow(
    string InstanceType, decimal? OnDemandUsdPerHour, OfferZoneRow[] Zones, string Source, DateOnly AsOf, string[]? LocalZones = null)
{
    public Offer ToOffer(string region, Machine machine) => new(
        region,
        machine,
        [.. Zones.Select(zone => new OfferZone(zone.Zone, Price(zone.SpotUsdPerHour))).OrderBy(zone => zone.Zone, StringComparer.Ordinal)],
        [.. (LocalZones ?? []).Order(StringComparer.Ordinal)],
        Price(OnDemandUsdPerHour),
        Source,
        AsOf);

    private static UsdPerHour? Price(decimal? amount) => amount is { } price ? new UsdPerHour(price) : null;
}

/// <summary>A zone of an <see cref="OfferRow"/>.</summary>
internal sealed record OfferZoneRow(string Zone, decimal? SpotUsdPerHour);
