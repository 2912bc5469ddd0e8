using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Planning.Fleets;

/// <summary>Instances of one candidate in one cloud, split into a reserved baseline and an on-demand peak.</summary>
/// <param name="Candidate">The offer and its replica.</param>
/// <param name="Reserved">Instances held by reservations.</param>
/// <param name="OnDemand">Instances bought by the hour.</param>
internal sealed record Placement(Candidate Candidate, int Reserved, int OnDemand)
{
    /// <summary>All instances.</summary>
    public int Instances => Reserved + OnDemand;

    /// <summary>Requests per second of all instances.</summary>
    public double Rate => Candidate.InstanceRate * Instances;

    /// <summary>An even spread over zones, the first zones by name taking the odd ones.</summary>
    public static ImmutableArray<PoolZone> Spread(ImmutableArray<OfferZone> zones, int instances) =>
        [.. zones.Select((zone, index) => new PoolZone(zone.Zone, (instances / zones.Length) + (index < instances % zones.Length ? 1 : 0)))];
}
