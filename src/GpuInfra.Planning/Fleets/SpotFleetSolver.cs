using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// The cheapest spot instances for an interruptible serving in each cloud, and the ladder of instance types to fall back on. Losses
/// are not planned for: interruptible work waits.
/// </summary>
internal sealed class SpotFleetSolver(CapacityPlan plan, double peak)
{
    /// <summary>Rungs of a ladder at most; more would only add types that are never reached.</summary>
    private const int MaxRungs = 6;

    /// <summary>The candidate with the lowest price for a cloud's share; ties by fewer instances, then by offer id.</summary>
    public Placement Cheapest(ImmutableArray<Candidate> candidates, int cloud) =>
        candidates
            .Select(candidate => LeastPlacement(candidate, cloud))
            .OrderBy(Cost)
            .ThenBy(placement => placement.Instances)
            .ThenBy(placement => placement.Candidate.Offer.Id, StringComparer.Ordinal)
            .First();

    /// <summary>Fewest instances of the candidate that carry a cloud's share of the peak with headroom.</summary>
    public Placement LeastPlacement(Candidate candidate, int cloud) =>
        new(candidate, 0, candidate.InstancesFor(peak * plan.Clouds[cloud].Share.Fraction * (1 + plan.Headroom.Fraction)));

    /// <summary>Price per hour of a placement.</summary>
    public static decimal Cost(Placement placement) => placement.Candidate.Price(Tier.Spot).Amount * placement.Instances;

    /// <summary>
    /// The first rung and those that can stand in for it: same region, same split, no slower, no smaller cache, cheapest per replica
    /// first. Google's groups do not weigh machine types against each other and cannot mix attached GPUs, so there every rung
    /// holds the same number of replicas on built-in GPUs.
    /// </summary>
    public static ImmutableArray<LadderRung> Ladder(Candidate first, IEnumerable<Candidate> candidates)
    {
        var others = candidates
            .Where(candidate => candidate.Offer.Id != first.Offer.Id && candidate.Offer.Region == first.Offer.Region)
            .Where(candidate => StandsInFor(candidate, first))
            .OrderBy(candidate => candidate.Price(Tier.Spot).Amount / candidate.ReplicasPerInstance)
            .ThenBy(candidate => candidate.Offer.Id, StringComparer.Ordinal)
            .Take(MaxRungs - 1);
        return [.. others.Prepend(first).Select(candidate => new LadderRung(candidate.Offer.InstanceType, candidate.ReplicasPerInstance))];
    }

    private static bool StandsInFor(Candidate rung, Candidate first)
    {
        var sameShape = rung.Offer.Cloud == CloudProvider.Aws
            || (!rung.Offer.AttachedGpu && !first.Offer.AttachedGpu && rung.ReplicasPerInstance == first.ReplicasPerInstance);
        return sameShape
            && rung.Sizing.TensorParallel == first.Sizing.TensorParallel
            && rung.Sizing.RequestsPerSecond >= first.Sizing.RequestsPerSecond
            && rung.Sizing.MaxConcurrency >= first.Sizing.MaxConcurrency;
    }
}
