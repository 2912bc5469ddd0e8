using System.Collections.Immutable;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>What a serving still serves after a loss.</summary>
internal static class Survivability
{
    /// <summary>Every single loss of a zone or cloud, the one with the least left first.</summary>
    /// <param name="placements">The serving's instances.</param>
    /// <param name="p95">P95 demand, in requests per second.</param>
    /// <param name="required">What must be left.</param>
    public static ImmutableArray<SurvivalCheck> Checks(IReadOnlyCollection<Placement> placements, double p95, Survival required)
    {
        var total = placements.Sum(placement => placement.Rate);
        var zones = placements
            .SelectMany(placement => placement.Candidate.Offer.Zones)
            .Select(zone => zone.Zone)
            .Distinct()
            .Order(StringComparer.Ordinal)
            .Select(zone => Check($"zone {zone}", placements.Sum(placement => placement.RateIn(zone)), required.Zone));
        var clouds = placements
            .GroupBy(placement => placement.Candidate.Offer.Cloud)
            .OrderBy(cloud => cloud.Key)
            .Select(cloud => Check($"cloud {JsonText.Word(cloud.Key)}", cloud.Sum(placement => placement.Rate), required.Cloud));
        return [.. zones.Concat(clouds).OrderBy(check => check.Remaining)];

        SurvivalCheck Check(string lost, double rate, Share share) =>
            new(lost, Share.FromFraction(Math.Max(0, total - rate) / p95), share);
    }

    /// <summary>
    /// True when every check holds, without making them: a zone belongs to one cloud, so the worst zone is the worst of some
    /// placement, and the search asks this thousands of times.
    /// </summary>
    public static bool Holds(ImmutableArray<Placement> placements, double p95, Survival required)
    {
        var (total, worstZone, worstCloud) = (0.0, 0.0, 0.0);
        foreach (var placement in placements)
        {
            total += placement.Rate;
            worstZone = Math.Max(worstZone, placement.WorstZoneRate);
            worstCloud = Math.Max(worstCloud, placement.Rate);
        }

        return SurvivalCheck.IsEnough((total - worstZone) / p95, required.Zone) && SurvivalCheck.IsEnough((total - worstCloud) / p95, required.Cloud);
    }
}
