using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>Instances of one candidate in one cloud, split into a reserved baseline and an on-demand peak.</summary>
/// <param name="Candidate">The offer and its replica.</param>
/// <param name="Reserved">Instances held by reservations.</param>
/// <param name="OnDemand">Instances bought by the hour.</param>
internal sealed record Placement(Candidate Candidate, int Reserved, int OnDemand)
{
    /// <summary>Those of the reserved instances that run on held reservations, ordered by zone and id.</summary>
    public ImmutableArray<HeldUse> Held { get; init; } = [];

    /// <summary>Instances under commitments, in the order that commitments are booked.</summary>
    public ImmutableArray<CoveredMachines> Covered { get; init; } = [];

    /// <summary>Reserved instances for which reservations are made.</summary>
    public int Made => Reserved - Held.Sum(use => use.Instances);

    /// <summary>Where the reserved instances are: held ones where they are held, the others spread evenly.</summary>
    public ImmutableArray<PoolZone> ReservedZones =>
    [
        .. Spread(Candidate.Offer.Zones, Made).Select(zone => zone with
        {
            Instances = zone.Instances + Held.Where(use => use.Zone == zone.Zone).Sum(use => use.Instances),
        }),
    ];

    /// <summary>What the reserved instances cost an hour.</summary>
    public UsdPerHour ReservedHourly => Held.Aggregate(
        Made > 0 ? Candidate.Price(Tier.Reserved) * Made : default, (sum, use) => sum + use.Hourly * use.Instances);

    /// <summary>True where they are outside the clouds.</summary>
    public bool IsExternal => Candidate.Offer.Cloud == CloudProvider.External;

    /// <summary>All instances.</summary>
    public int Instances => Reserved + OnDemand;

    /// <summary>Requests per second of all instances.</summary>
    public double Rate => Candidate.InstanceRate * Instances;

    /// <summary>An even spread over zones, the first zones by name taking the odd ones.</summary>
    public static ImmutableArray<PoolZone> Spread(ImmutableArray<OfferZone> zones, int instances) =>
        [.. zones.Select((zone, index) => new PoolZone(zone.Zone, (instances / zones.Length) + (index < instances % zones.Length ? 1 : 0)))];
}
