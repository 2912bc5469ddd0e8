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

    /// <summary>
    /// Requests per second that the loss of a zone can take. Reservations say where their instances are; an instance group spreads
    /// the others evenly and does not say which zone gets the odd one, so any zone may.
    /// </summary>
    public double RateIn(string zone)
    {
        var zones = Candidate.Offer.Zones;
        var reserved = Spread(zones, Reserved).Where(place => place.Zone == zone).Sum(place => place.Instances);
        var onDemand = zones.Any(place => place.Zone == zone) ? (OnDemand + zones.Length - 1) / zones.Length : 0;
        return Candidate.InstanceRate * (reserved + onDemand);
    }

    /// <summary>The largest of <see cref="RateIn"/> over all zones: the zones that take the odd instances come first.</summary>
    public double WorstZoneRate
    {
        get
        {
            var zones = Candidate.Offer.Zones.Length;
            return Candidate.InstanceRate * (((Reserved + zones - 1) / zones) + ((OnDemand + zones - 1) / zones));
        }
    }

    /// <summary>An even spread over zones, the first zones by name taking the odd ones.</summary>
    public static ImmutableArray<PoolZone> Spread(ImmutableArray<OfferZone> zones, int instances) =>
        [.. zones.Select((zone, index) => new PoolZone(zone.Zone, (instances / zones.Length) + (index < instances % zones.Length ? 1 : 0)))];
}
