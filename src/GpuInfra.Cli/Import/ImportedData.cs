using System.Collections.Immutable;

namespace GpuInfra.Cli.Import;

/// <summary>What an importer made of its input.</summary>
/// <param name="Offers">Offers, ordered by id.</param>
/// <param name="UnitPrices">Unit prices by <c>cloud/region/service/sku/unit</c>; empty where the layout has none.</param>
/// <param name="Files">Data files other than those of offers, by their path below the data folder.</param>
/// <param name="Notes">What was left out or looks wrong.</param>
internal sealed record ImportedData(
    ImmutableArray<ImportedOffer> Offers,
    ImmutableSortedDictionary<string, decimal> UnitPrices,
    ImmutableSortedDictionary<string, string> Files,
    ImmutableArray<string> Notes)
{
    /// <summary>All data files, by their path below the data folder.</summary>
    public ImmutableSortedDictionary<string, string> AllFiles => Files.AddRange(Offers
        .GroupBy(offer => offer.File)
        .Select(file => KeyValuePair.Create(file.Key, JsonRows.File(file.Select(offer => offer.ToRow())))));
}
