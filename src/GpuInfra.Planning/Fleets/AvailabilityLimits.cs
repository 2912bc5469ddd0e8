using System.Collections.Immutable;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// What availability means for the optimiser: of a serving's peak in a cloud, an offer carries no more than the share that may stand on it,
/// beside what reservations carry. Capacity that is kept for losses counts too: it must be there like any other.
/// </summary>
/// <param name="plan">The plan.</param>
/// <param name="serving">The serving.</param>
/// <param name="peak">Requests per second to be held, with headroom.</param>
/// <param name="reserved">Requests per second that reservations will carry, to be split off later.</param>
internal sealed class AvailabilityLimits(CapacityPlan plan, string serving, double peak, double reserved)
{
    /// <summary>The limit of an offer in a tier; null when all may stand on it.</summary>
    public SharedLimit? Of(Candidate candidate, Tier tier, Obtainable seen) => seen.Share >= 1 ? null : new SharedLimit(
        Name(candidate, tier),
        FormattableString.Invariant($"the part of {serving} in {JsonText.Word(candidate.Offer.Cloud)} that may stand on {candidate.Offer.Id} {Wording(tier)} ({seen.Words})"),
        seen.Share + reserved / peak);

    /// <summary>What an instance takes of it: its part of the cloud's peak.</summary>
    public ImmutableArray<LimitUse> UseOf(Candidate candidate, Tier tier, Obtainable seen)
    {
        var share = plan.Clouds.Single(cloud => cloud.Cloud == candidate.Offer.Cloud).Share.Fraction;
        return seen.Share >= 1 ? [] : [new LimitUse(Name(candidate, tier), candidate.CountedRate / (peak * (share > 0 ? share : 1)))];
    }

    private string Name(Candidate candidate, Tier tier) => $"available {serving} {candidate.Offer.Id} {JsonText.Word(tier)}";

    private static string Wording(Tier tier) => tier == Tier.Spot ? "on spot" : "on demand";
}
