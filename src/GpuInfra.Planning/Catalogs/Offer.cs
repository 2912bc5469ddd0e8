using System.Collections.Immutable;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Catalogs;

/// <summary>An instance type in a region at a price.</summary>
/// <param name="Region">The region, as <c>us-east-1</c>.</param>
/// <param name="Machine">The instance type.</param>
/// <param name="Zones">Zones where it is listed, ordered by name. A listing is not capacity.</param>
/// <param name="LocalZones">AWS Local Zones where it is listed too, ordered by name; never planned with.</param>
/// <param name="OnDemand">Price of one instance, Linux, before discounts; also what a reservation costs. Null when there is none.</param>
/// <param name="Source">Where the price stands.</param>
/// <param name="AsOf">The price's date.</param>
public sealed record Offer(
    string Region,
    Machine Machine,
    ImmutableArray<OfferZone> Zones,
    ImmutableArray<string> LocalZones,
    UsdPerHour? OnDemand,
    string Source,
    DateOnly AsOf)
{
    /// <summary>From this share of the on-demand price on, spot is not worth its interruptions.</summary>
    private const decimal SpotTrapShare = 0.9m;

    /// <summary>The cloud.</summary>
    public CloudProvider Cloud => Machine.Cloud;

    /// <summary>The instance type or machine type.</summary>
    public string InstanceType => Machine.InstanceType;

    /// <summary>Id of its GPUs in the catalog.</summary>
    public string Gpu => Machine.Gpu;

    /// <summary>GPUs in one instance, at least 1.</summary>
    public int GpusPerInstance => Machine.Gpus;

    /// <summary>True when the GPU is attached to a general machine (Google's N1) rather than built in.</summary>
    public bool AttachedGpu => Machine.AttachedGpu;

    /// <summary>Local disk that goes with the instance; zero when there is none or none is known.</summary>
    public ByteSize LocalNvme => Machine.LocalNvme;

    /// <summary>Network bandwidth of the instance; null when the source has none.</summary>
    public ByteRate? Network => Machine.Network;

    /// <summary>The offer's identity in tables and rejections, as <c>aws/us-east-1/p5.48xlarge</c>.</summary>
    public string Id => $"{JsonText.Word(Cloud)}/{Region}/{InstanceType}";

    /// <summary>Ways in which it is sold and can be started, in the order of the enumeration.</summary>
    public ImmutableArray<PurchaseMode> Modes => [.. ModesOf()];

    /// <summary>
    /// Zones where spot is worth planning with: sold there, and at less than 90 % of the on-demand price where that is known.
    /// Empty means that the offer has no spot for planning.
    /// </summary>
    public ImmutableArray<OfferZone> SpotZones => [.. Zones.Where(zone => zone.Spot is not null && !IsSpotTrap(zone))];

    /// <summary>The mean spot price over <see cref="SpotZones"/>; null when there are none.</summary>
    public UsdPerHour? MeanSpot
    {
        get
        {
            var prices = SpotZones.Select(zone => zone.Spot!.Value.Amount).ToList();
            return prices.Count == 0 ? null : new UsdPerHour(decimal.Round(prices.Average(), 6));
        }
    }

    /// <summary>What the prices do not show at first sight, in the order of the enumeration.</summary>
    public ImmutableArray<OfferTrap> Traps => [.. TrapsOf()];

    private bool IsSpotTrap(OfferZone zone) =>
        zone.Spot is { } spot && OnDemand is { } onDemand && spot.Amount >= onDemand.Amount * SpotTrapShare;

    private IEnumerable<PurchaseMode> ModesOf()
    {
        if (OnDemand is not null && Machine.StartsOnDemand)
        {
            yield return PurchaseMode.OnDemand;
            yield return PurchaseMode.Reserved;
        }

        if (Zones.Any(zone => zone.Spot is not null))
        {
            yield return PurchaseMode.Spot;
        }

        if (Machine.CapacityBlocks == true)
        {
            yield return PurchaseMode.CapacityBlock;
        }
    }

    private IEnumerable<OfferTrap> TrapsOf()
    {
        if (Zones.Where(IsSpotTrap).Select(zone => zone.Zone).ToList() is { Count: > 0 } dear)
        {
            yield return new OfferTrap(
                OfferTrapKind.SpotWithoutDiscount, $"spot costs 90 % of on-demand or more in {string.Join(", ", dear)}: not planned with");
        }

        if (OnDemand is not null && !Machine.StartsOnDemand)
        {
            yield return new OfferTrap(
                OfferTrapKind.ListPriceOnly, "has a list price and cannot be started on demand; only as spot, flex-start or a reservation made with the cloud");
        }

        if (OnDemand is null && Zones.All(zone => zone.Spot is null))
        {
            yield return new OfferTrap(OfferTrapKind.NoPrice, "no price is known");
        }

        if (Zones.IsEmpty)
        {
            yield return new OfferTrap(OfferTrapKind.NoZone, "no zone of it is known: not placed");
        }

        if (!LocalZones.IsEmpty)
        {
            yield return new OfferTrap(OfferTrapKind.LocalZone, $"also in local zone {string.Join(", ", LocalZones)}, which is off: not planned with");
        }
    }
}
