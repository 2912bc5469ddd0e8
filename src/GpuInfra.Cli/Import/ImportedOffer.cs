using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Cli.Import;

/// <summary>A price of an instance type in a zone, whatever layout it was read from.</summary>
internal sealed record ImportedPrice(
    CloudProvider Cloud, string Region, string? Zone, string InstanceType, decimal? OnDemand, decimal? Spot, string Source, DateOnly AsOf);

/// <summary>An instance type in a region: what becomes a row of the catalog.</summary>
internal sealed record ImportedOffer(
    CloudProvider Cloud,
    string Region,
    string InstanceType,
    decimal? OnDemand,
    ImmutableArray<(string Zone, decimal? Spot)> Zones,
    ImmutableArray<string> LocalZones,
    string Source,
    DateOnly AsOf)
{
    /// <summary>The offer's identity, as the catalog writes it.</summary>
    public string Id => $"{Reports.Format.Cloud(Cloud)}/{Region}/{InstanceType}";

    /// <summary>The data file that it belongs to.</summary>
    public string File => $"offers/{Reports.Format.Cloud(Cloud)}-{Region}.json";

    /// <summary>Offers of prices, ordered by id: one for each instance type in a region.</summary>
    public static ImmutableArray<ImportedOffer> Of(IEnumerable<ImportedPrice> prices) =>
    [
        .. prices.GroupBy(price => (price.Cloud, price.Region, price.InstanceType))
            .Select(group => Of([.. group]))
            .OrderBy(offer => offer.Id, StringComparer.Ordinal),
    ];

    /// <summary>The row of the data file.</summary>
    public string ToRow() => JsonRows.Row(
    [
        ("instanceType", JsonRows.Text(InstanceType)),
        ("onDemandUsdPerHour", JsonRows.Number(OnDemand)),
        ("zones", $"[{string.Join(", ", Zones.Select(zone => JsonRows.Row(("zone", JsonRows.Text(zone.Zone)), ("spotUsdPerHour", JsonRows.Number(zone.Spot)))))}]"),
        .. LocalZones.IsEmpty ? Array.Empty<(string, string)>() : [("localZones", JsonRows.Texts(LocalZones))],
        ("source", JsonRows.Text(Source)),
        ("asOf", JsonRows.Day(AsOf)),
    ]);

    private static ImportedOffer Of(ImmutableArray<ImportedPrice> prices)
    {
        var first = prices[0];
        var zones = prices.Where(price => price.Zone is not null).OrderBy(price => price.Zone, StringComparer.Ordinal).ToList();
        return new ImportedOffer(
            first.Cloud,
            first.Region,
            first.InstanceType,
            prices.Max(price => price.OnDemand),
            [.. zones.Where(price => !IsLocal(price)).Select(price => (price.Zone!, price.Spot))],
            [.. zones.Where(IsLocal).Select(price => price.Zone!)],
            first.Source,
            first.AsOf);
    }

    /// <summary>AWS ids of zones in a region have one hyphen (<c>use1-az1</c>), those of local zones two (<c>use1-atl2-az1</c>).</summary>
    private static bool IsLocal(ImportedPrice price) => price.Cloud == CloudProvider.Aws && price.Zone!.Count(letter => letter == '-') > 1;
}
