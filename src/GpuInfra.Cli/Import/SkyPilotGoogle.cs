using GpuInfra.Cli.Csv;
using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Cli.Import;

/// <summary>
/// Google's part of the SkyPilot layout, where the price of a machine stands in two rows: the host (vCPUs and memory) under its
/// machine type, and its accelerators under no machine type, already multiplied by their count. Total = host row + accelerator row.
/// <para>
/// The accelerators' figure is the first SKU whose text matched, which can be one of DWS Calendar Mode or of a commitment. Such figures
/// show by being below their own spot price, or far below the price that the catalog has; they are left out and told.
/// </para>
/// </summary>
internal sealed class SkyPilotGoogle
{
    /// <summary>Calendar Mode is about half of on-demand; list prices do not move by a quarter.</summary>
    private const decimal CalendarShare = 0.75m;

    /// <summary>SkyPilot's name for the H100 of a3-megagpu, which is a SKU of its own and the same GPU.</summary>
    private const string Mega = "H100-MEGA";

    private const string MegaFamily = "a3-megagpu";

    private readonly Dictionary<(string Zone, string Gpu, bool Mega, decimal Count), CsvRow> _accelerators = [];
    private readonly Dictionary<string, List<CsvRow>> _hosts;
    private readonly Dictionary<string, Offer> _offers;
    private readonly List<string> _notes;

    public SkyPilotGoogle(Catalog catalog, List<CsvRow> rows, List<string> notes)
    {
        _notes = notes;
        _offers = catalog.Offers.Where(offer => offer.Cloud == CloudProvider.Gcp).ToDictionary(offer => offer.Id);
        _hosts = rows.Where(row => row.Optional("InstanceType") is not null).GroupBy(row => row["InstanceType"]).ToDictionary(rows => rows.Key, rows => rows.ToList());
        foreach (var row in rows.Where(row => row.Optional("InstanceType") is null && row.Optional("AcceleratorName") is not null))
        {
            var name = row["AcceleratorName"];
            if (catalog.FindGpu(name == Mega ? "H100" : name) is { } gpu && row.Number("AcceleratorCount") is { } count)
            {
                _accelerators[(row["AvailabilityZone"], gpu.Id, name == Mega, count)] = row;
            }
        }
    }

    /// <summary>The prices of the machines that have both rows in a zone.</summary>
    public IEnumerable<ImportedPrice> Prices(IEnumerable<Machine> machines, string source, DateOnly asOf)
    {
        foreach (var machine in machines)
        {
            foreach (var host in _hosts.GetValueOrDefault(machine.InstanceType.Split('+')[0], []))
            {
                var key = (host["AvailabilityZone"], machine.Gpu, machine.Family == MegaFamily, (decimal)machine.Gpus);
                if (_accelerators.GetValueOrDefault(key) is { } accelerator)
                {
                    var price = new ImportedPrice(
                        machine.Cloud, host["Region"], host["AvailabilityZone"], machine.InstanceType,
                        host.Price("Price") + accelerator.Price("Price"),
                        host.Price("SpotPrice") + accelerator.Price("SpotPrice"),
                        source, asOf);
                    yield return IsOnDemand(price, accelerator) ? price : price with { OnDemand = null };
                }
            }
        }
    }

    private bool IsOnDemand(ImportedPrice price, CsvRow accelerator)
    {
        if (price.OnDemand is not { } total)
        {
            return true;
        }

        if (accelerator.Price("SpotPrice") is { } spot && accelerator.Price("Price") < spot)
        {
            _notes.Add($"gcp/{price.Region}/{price.InstanceType} in {price.Zone}: {accelerator["Price"]} for its GPUs is below their spot price {accelerator["SpotPrice"]}, a Calendar Mode or commitment SKU; left out");
            return false;
        }

        if (_offers.GetValueOrDefault($"gcp/{price.Region}/{price.InstanceType}")?.OnDemand is { } known && total < known.Amount * CalendarShare)
        {
            _notes.Add(FormattableString.Invariant(
                $"gcp/{price.Region}/{price.InstanceType} in {price.Zone}: {total} is {(1 - total / known.Amount) * 100:0} % below the known {known.Amount}, as Calendar Mode prices are; left out"));
            return false;
        }

        return true;
    }
}
