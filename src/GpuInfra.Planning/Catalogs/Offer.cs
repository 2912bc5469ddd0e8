using System.Collections.Immutable;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Catalogs;

/// <summary>A zone where an offer is listed.</summary>
/// <param name="Zone">The zone: an id that means the same place in every account on AWS (<c>use1-az1</c>), a name on Google Cloud.</param>
/// <param name="Spot">The spot price there on the offer's date; null when the source has none.</param>
public sealed record OfferZone(string Zone, UsdPerHour? Spot);

/// <summary>An instance type in a region at a price.</summary>
/// <param name="Cloud">The cloud.</param>
/// <param name="Region">The region, as <c>us-east-1</c>.</param>
/// <param name="InstanceType">The instance type or machine type.</param>
/// <param name="Gpu">Id of its GPUs in the catalog.</param>
/// <param name="GpusPerInstance">GPUs in one instance, at least 1.</param>
/// <param name="AttachedGpu">True when the GPU is attached to a general machine (Google's N1) rather than built in.</param>
/// <param name="LocalNvme">Local disk that goes with the instance; zero when there is none.</param>
/// <param name="Network">Network bandwidth of the instance; null when the source has none.</param>
/// <param name="Zones">Zones where it is listed, ordered by name. A listing is not capacity.</param>
/// <param name="Modes">Ways to start it.</param>
/// <param name="OnDemand">Price of one instance, Linux, before discounts; also what a reservation costs. Null when there is none.</param>
/// <param name="Source">Where the price stands.</param>
/// <param name="AsOf">The price's date.</param>
public sealed record Offer(
    CloudProvider Cloud,
    string Region,
    string InstanceType,
    string Gpu,
    int GpusPerInstance,
    bool AttachedGpu,
    ByteSize LocalNvme,
    ByteRate? Network,
    ImmutableArray<OfferZone> Zones,
    ImmutableArray<PurchaseMode> Modes,
    UsdPerHour? OnDemand,
    string Source,
    DateOnly AsOf)
{
    /// <summary>The offer's identity in tables and rejections, as <c>aws/us-east-1/p5.48xlarge</c>.</summary>
    public string Id => $"{Cloud.ToString().ToLowerInvariant()}/{Region}/{InstanceType}";

    /// <summary>The mean spot price over the zones that have one; null when none has.</summary>
    public UsdPerHour? MeanSpot
    {
        get
        {
            var prices = Zones.Where(zone => zone.Spot is not null).Select(zone => zone.Spot!.Value.Amount).ToList();
            return prices.Count == 0 ? null : new UsdPerHour(decimal.Round(prices.Average(), 6));
        }
    }
}
