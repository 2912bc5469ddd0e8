using System.Collections.Immutable;
using GpuInfra.Cli.Csv;
using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Cli.Import;

/// <summary>
/// Reads <c>aws/vms.csv</c> and <c>gcp/vms.csv</c> in the layout of SkyPilot's catalog: offers of instance types that the catalog
/// knows. The layout has no dates, so the reader of the file says of which day it is.
/// </summary>
internal static class SkyPilotLayout
{
    private static readonly string[] Columns =
        ["InstanceType", "AcceleratorName", "AcceleratorCount", "vCPUs", "MemoryGiB", "Price", "SpotPrice", "Region", "AvailabilityZone"];

    public static ImportedData Read(string directory, Catalog catalog, string source, DateOnly asOf)
    {
        var notes = new List<string>();
        var prices = new List<ImportedPrice>();
        foreach (var cloud in Enum.GetValues<CloudProvider>())
        {
            var path = Path.Combine(directory, Reports.Format.Cloud(cloud), "vms.csv");
            if (File.Exists(path))
            {
                var rows = CsvFile.ReadAll(path, Columns);
                var machines = catalog.Machines.Where(machine => machine.Cloud == cloud).ToList();
                prices.AddRange(cloud == CloudProvider.Aws
                    ? AmazonPrices(rows, machines, source, asOf, notes)
                    : new SkyPilotGoogle(catalog, rows, notes).Prices(machines, source, asOf));
            }
        }

        return prices.Count > 0
            ? new ImportedData(
                ImportedOffer.Of(prices),
                ImmutableSortedDictionary<string, decimal>.Empty,
                ImmutableSortedDictionary<string, string>.Empty,
                [.. notes])
            : throw UserError.Because(directory, "has no aws/vms.csv or gcp/vms.csv with an instance type that the catalog knows.");
    }

    private static IEnumerable<ImportedPrice> AmazonPrices(
        List<CsvRow> rows, List<Machine> machines, string source, DateOnly asOf, List<string> notes)
    {
        var known = machines.Select(machine => machine.InstanceType).ToHashSet();
        var prices = rows.Where(row => known.Contains(row["InstanceType"]))
            .Select(row => new ImportedPrice(
                CloudProvider.Aws, row["Region"], row.Optional("AvailabilityZone"), row["InstanceType"], row.Price("Price"), row.Price("SpotPrice"), source, asOf))
            .ToList();

        // us-east-1a is another place in each account; an id such as use1-az1 is the same in all.
        var named = prices.Where(price => price.Zone?.StartsWith(price.Region, StringComparison.Ordinal) == true).ToHashSet();
        if (named.Count > 0)
        {
            notes.Add($"aws: {named.Count} prices name their zone ({named.First().Zone}), which is another place in each account; zone and spot price are left out");
        }

        return prices.Select(price => named.Contains(price) ? price with { Zone = null, Spot = null } : price).Distinct();
    }
}
