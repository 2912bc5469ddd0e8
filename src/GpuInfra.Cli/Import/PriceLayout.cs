using System.Collections.Immutable;
using GpuInfra.Cli.Csv;
using GpuInfra.Cli.Reports;
using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Cli.Import;

/// <summary>Reads the layout of the price collection: <c>aws.csv</c>, <c>gcp.csv</c>, <c>instances.csv</c>, <c>gpus.csv</c>, <c>services.csv</c>.</summary>
internal static class PriceLayout
{
    public static ImportedData Read(string directory, Catalog catalog)
    {
        var notes = new List<string>();
        var gpus = GpuFigures.File(directory, catalog, notes);
        var prices = new[] { "aws.csv", "gcp.csv" }.SelectMany(file => Prices(Path.Combine(directory, file))).ToList();
        var newest = prices.Select(price => price.AsOf).DefaultIfEmpty().Max();
        var (machines, types) = MachineFacts.Read(directory, catalog, newest, notes);
        foreach (var type in prices.Where(price => !types.Contains((price.Cloud, price.InstanceType))).GroupBy(price => price.InstanceType))
        {
            notes.Add($"{type.Key}: {type.Count()} prices are left out, for instances.csv has no such type with whole GPUs");
        }

        var offers = ImportedOffer.Of(prices.Where(price => types.Contains((price.Cloud, price.InstanceType))));
        if (offers.Sum(offer => offer.LocalZones.Length) is > 0 and var local)
        {
            notes.Add($"{local} prices are of local zones, which are off in an account until someone opts in: named, not planned with");
        }

        var (services, unitPrices) = Services(directory);
        return new ImportedData(
            offers,
            unitPrices,
            ImmutableSortedDictionary<string, string>.Empty.Add("gpus.json", gpus).Add("machines.json", machines).Add("services.json", services),
            [.. notes]);
    }

    private static IEnumerable<ImportedPrice> Prices(string path) => CsvFile
        .ReadAll(path, "cloud", "instance_type", "region", "zone", "on_demand_usd_hour", "spot_usd_hour", "as_of", "source")
        .Select(row => new ImportedPrice(
            row.Cloud("cloud"),
            row["region"],
            row.Optional("zone"),
            row["instance_type"],
            row.Price("on_demand_usd_hour"),
            row.Price("spot_usd_hour"),
            row["source"],
            row.Day("as_of") ?? throw row.Wrong("as_of", "a date")));

    private static (string File, ImmutableSortedDictionary<string, decimal> Prices) Services(string directory)
    {
        var rows = CsvFile.ReadAll(
                Path.Combine(directory, "services.csv"), "cloud", "service", "sku", "unit", "region", "usd_per_unit", "as_of", "source", "grade")
            .OrderBy(row => row["cloud"], StringComparer.Ordinal)
            .ThenBy(row => row["region"], StringComparer.Ordinal)
            .ThenBy(row => row["service"], StringComparer.Ordinal)
            .ThenBy(row => row["sku"], StringComparer.Ordinal)
            .ToList();
        var file = JsonRows.File(rows.Select(row => JsonRows.Row(
            ("cloud", JsonRows.Text(Format.Cloud(row.Cloud("cloud")))),
            ("region", JsonRows.Text(row["region"])),
            ("service", JsonRows.Text(row["service"])),
            ("sku", JsonRows.Text(row["sku"])),
            ("unit", JsonRows.Text(row["unit"])),
            ("usdPerUnit", JsonRows.Number(Price(row))),
            ("source", JsonRows.Text(row["source"])),
            ("grade", JsonRows.Text(row["grade"])),
            ("asOf", JsonRows.Day(row.Day("as_of"))))));
        return (file, rows.ToImmutableSortedDictionary(
            row => string.Join('/', row["cloud"], row["region"], row["service"], row["sku"], row["unit"]), Price, StringComparer.Ordinal));
    }

    private static decimal Price(CsvRow row) => row.Price("usd_per_unit") ?? throw row.Wrong("usd_per_unit", "a price above zero");
}
