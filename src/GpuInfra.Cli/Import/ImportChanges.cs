using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Cli.Import;

/// <summary>What an import moves against the catalog as it is.</summary>
/// <param name="Files">The data files that it writes, in order of name.</param>
/// <param name="Added">Offers and unit prices that the catalog lacks.</param>
/// <param name="Removed">Offers and unit prices of the catalog that the import lacks, in what the import covers.</param>
/// <param name="Moved">Prices that differ.</param>
/// <param name="Notes">What was left out or looks wrong.</param>
internal sealed record ImportChanges(
    ImmutableArray<string> Files,
    ImmutableArray<string> Added,
    ImmutableArray<string> Removed,
    ImmutableArray<PriceMove> Moved,
    ImmutableArray<string> Notes)
{
    public static ImportChanges Of(ImportedData data, Catalog catalog)
    {
        var covered = data.Offers.Select(offer => (offer.Cloud, offer.Region)).ToHashSet();
        var offers = catalog.Offers.Where(offer => covered.Contains((offer.Cloud, offer.Region))).ToList();
        var before = offers.SelectMany(Prices).Concat(data.UnitPrices.IsEmpty ? [] : catalog.UnitPrices.Select(Price))
            .ToDictionary(price => price.Name, price => price.Usd);
        var after = data.Offers.SelectMany(Prices).Concat(data.UnitPrices.Select(price => (Name: price.Key, Usd: (decimal?)price.Value)))
            .ToDictionary(price => price.Name, price => price.Usd);
        return new ImportChanges(
            [.. data.AllFiles.Keys],
            [.. after.Keys.Except(before.Keys).Order(StringComparer.Ordinal)],
            [.. before.Keys.Except(after.Keys).Order(StringComparer.Ordinal)],
            [
                .. before.Where(price => after.TryGetValue(price.Key, out var now) && now != price.Value)
                    .Select(price => new PriceMove(price.Key, price.Value, after[price.Key]))
                    .OrderBy(move => move.Name, StringComparer.Ordinal),
            ],
            data.Notes);
    }

    private static IEnumerable<(string Name, decimal? Usd)> Prices(Offer offer) =>
        offer.Zones.Select(zone => ($"{offer.Id} spot in {zone.Zone}", zone.Spot?.Amount)).Prepend(($"{offer.Id} on demand", offer.OnDemand?.Amount));

    private static IEnumerable<(string Name, decimal? Usd)> Prices(ImportedOffer offer) =>
        offer.Zones.Select(zone => ($"{offer.Id} spot in {zone.Zone}", zone.Spot)).Prepend(($"{offer.Id} on demand", offer.OnDemand));

    private static (string Name, decimal? Usd) Price(UnitPrice price) =>
        (string.Join('/', Reports.Format.Cloud(price.Cloud), price.Region, price.Service, price.Sku, price.Unit), price.Price.Amount);
}

/// <summary>A price that an import changes.</summary>
/// <param name="Name">What it is the price of.</param>
/// <param name="Before">What the catalog has; null when none was known.</param>
/// <param name="After">What the import has; null when none is known.</param>
internal sealed record PriceMove(string Name, decimal? Before, decimal? After)
{
    /// <summary>The change in percent of what it was; null where one of the two is not known.</summary>
    public decimal? Percent => Before is > 0 && After is not null ? (After / Before - 1) * 100 : null;
}
