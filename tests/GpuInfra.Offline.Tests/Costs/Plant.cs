using GpuInfra.Offline.Costs;
using GpuInfra.Planning.Catalogs;
using Pulumi.Offline;

namespace GpuInfra.Offline.Tests.Costs;

/// <summary>Prices production with something changed in what it registers.</summary>
internal static class Plant
{
    public static PropertyValue Number(double value) => new PropertyValue.Number(value);

    /// <summary>The cost of the first resource of a type and name, priced from the record as it is now.</summary>
    public static ResourceCost CostOf(this PreviewRecord record, string type, string name) =>
        CostEstimate.Of(record.Fleet, record.Resolved, Catalog.Embedded).Resources.First(resource =>
            resource.Type == type && resource.Urn.Split("::")[^1].Contains(name, StringComparison.Ordinal));

    /// <summary>The only line of a kind.</summary>
    public static CostLine Line(this ResourceCost cost, CostKind kind) => Assert.Single(cost.Lines, line => line.Kind == kind);

    public static decimal OnDemand(string offer) => Find(offer).OnDemand!.Value.Amount;

    public static decimal Spot(string offer) => Find(offer).MeanSpot!.Value.Amount;

    public static decimal Unit(CloudProvider cloud, string region, string service, string sku) =>
        Catalog.Embedded.FindUnitPrice(cloud, region, service, sku)!.Price.Amount;

    /// <summary>Money and hours that differ by rounding only.</summary>
    public static void Near(decimal expected, decimal actual, decimal tolerance) =>
        Assert.InRange(actual, expected - tolerance, expected + tolerance);

    private static Offer Find(string id) => Catalog.Embedded.Offers.Single(offer => offer.Id == id);
}
