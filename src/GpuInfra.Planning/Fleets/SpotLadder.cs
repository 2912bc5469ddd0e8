using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// The instance types that a spot pool falls back on. Losses are not planned for: interruptible work waits.
/// </summary>
internal static class SpotLadder
{
    /// <summary>Rungs of a ladder at most; more would only add types that are never reached.</summary>
    private const int MaxRungs = 6;

    /// <summary>
    /// The first rung and those that can stand in for it: same region, same split and cut, no slower, no smaller cache, cheapest per replica
    /// first. Google's groups do not weigh machine types against each other and cannot mix attached GPUs, so there every rung
    /// holds the same number of replicas on built-in GPUs.
    /// </summary>
    public static ImmutableArray<LadderRung> Of(Candidate first, IEnumerable<Candidate> candidates)
    {
        var others = candidates
            .Where(candidate => candidate.Offer.Id != first.Offer.Id && candidate.Offer.Cloud == first.Offer.Cloud && candidate.Offer.Region == first.Offer.Region)
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
            && rung.Cut == first.Cut
            && rung.Sizing.RequestsPerSecond >= first.Sizing.RequestsPerSecond
            && rung.Sizing.MaxConcurrency >= first.Sizing.MaxConcurrency;
    }
}
