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

    private readonly Derived _derived = new();

    private Offer(Offer other)
    {
        // What follows from prices and zones is worked out anew for a copy, which is made to have others.
        (Region, Machine, Zones, LocalZones) = (other.Region, other.Machine, other.Zones, other.LocalZones);
        (OnDemand, Source, AsOf) = (other.OnDemand, other.Source, other.AsOf);
        _derived = new Derived();
    }

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
    public string Id => _derived.Id ??= $"{JsonText.Word(Cloud)}/{Region}/{InstanceType}";

    /// <summary>Ways in which it is sold and can be started, in the order of the enumeration.</summary>
    public ImmutableArray<PurchaseMode> Modes => (_derived.Modes ??= new([.. ModesOf()])).Value;

    /// <summary>
    /// Zones where spot is worth planning with: sold there, and at less than 90 % of the on-demand price where that is known.
    /// Empty means that the offer has no spot for planning.
    /// </summary>
    public ImmutableArray<OfferZone> SpotZones => (_derived.SpotZones ??= new([.. Zones.Where(zone => zone.Spot is not null && !IsSpotTrap(zone))])).Value;

    /// <summary>The mean spot price over <see cref="SpotZones"/>; null when there are none.</summary>
    public UsdPerHour? MeanSpot => (_derived.MeanSpot ??= new(SpotZones.IsEmpty
        ? null
        : new UsdPerHour(decimal.Round(SpotZones.Average(zone => zone.Spot!.Value.Amount), 6)))).Value;

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

    /// <summary>What follows from an offer, kept once it was asked for: plans ask thousands of times. Offers are equal whether or not they were asked.</summary>
    private sealed class Derived
    {
        public string? Id;
        public Kept<ImmutableArray<PurchaseMode>>? Modes;
        public Kept<ImmutableArray<OfferZone>>? SpotZones;
        public Kept<UsdPerHour?>? MeanSpot;

        public override bool Equals(object? other) => other is Derived;

        public override int GetHashCode() => 0;
    }

    /// <summary>A value behind one reference, so that threads see all of it or nothing.</summary>
    private sealed class Kept<T>(T value)
    {
        public T Value => value;
    }
}
