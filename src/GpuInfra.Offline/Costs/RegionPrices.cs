using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Offline.Costs;

/// <summary>The catalog's prices less what the plan has negotiated, by what registrations say.</summary>
internal sealed class RegionPrices(Catalog catalog, CapacityPlan plan)
{
    private readonly Dictionary<(CloudProvider, string), ILookup<string, Offer>> _offers = [];
    private readonly Dictionary<(CloudProvider, string, string, string), UnitPrice?> _found = [];

    /// <summary>The price of a SKU in a region; null when there is none.</summary>
    public UnitPrice? Find(CloudProvider cloud, string region, string service, string sku)
    {
        var key = (cloud, region, service, sku);
        if (!_found.TryGetValue(key, out var price))
        {
            _found[key] = price = catalog.FindUnitPrice(cloud, region, service, sku);
        }

        return price;
    }

    /// <summary>The offer of an instance type; null when the catalog has none in the region.</summary>
    /// <param name="cloud">The cloud.</param>
    /// <param name="region">The region.</param>
    /// <param name="machineType">The instance type or machine type.</param>
    /// <param name="accelerator">Google's name of the GPUs attached to it; null when it brings them.</param>
    /// <param name="accelerators">How many are attached.</param>
    public Offer? Offer(CloudProvider cloud, string region, string machineType, string? accelerator = null, int accelerators = 0) =>
        OffersOf(cloud, region)[machineType].FirstOrDefault(offer => accelerator is null
            ? !offer.AttachedGpu
            : offer.AttachedGpu
                && offer.GpusPerInstance == accelerators
                && catalog.FindGpu(offer.Gpu)?.GoogleAcceleratorType == accelerator);

    /// <summary>A region's offers by machine type, that is without the GPUs attached to it.</summary>
    private ILookup<string, Offer> OffersOf(CloudProvider cloud, string region)
    {
        if (!_offers.TryGetValue((cloud, region), out var offers))
        {
            _offers[(cloud, region)] = offers = catalog.OffersIn(cloud, region)
                .Select(offer => NegotiatedPrices.Of(offer, plan, plan.AsOf))
                .ToLookup(offer => offer.InstanceType.Split('+')[0]);
        }

        return offers;
    }
}
