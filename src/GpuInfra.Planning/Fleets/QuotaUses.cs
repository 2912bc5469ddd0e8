using System.Collections.Immutable;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Fleets;

/// <summary>What a serving's instances take of the quotas that the ledger lists.</summary>
/// <param name="plan">The plan.</param>
/// <param name="reserved">Requests per second that reservations will carry, to be split off later: those are updated in place.</param>
internal sealed class QuotaUses(CapacityPlan plan, double reserved)
{
    /// <summary>What an instance takes while it runs and when spot is taken away.</summary>
    public ImmutableArray<LimitUse> UsesOf(Candidate candidate, Tier tier) => Of(candidate, tier, _ => true);

    /// <summary>
    /// What updates start beside instances; null where that takes of no quota. How many instances will be reserved is known where a cloud runs on one
    /// offer. Where it may run on several it depends on them, and none are counted on, which is never too few.
    /// </summary>
    public Surge? SurgeOf(Candidate candidate, Tier tier)
    {
        var uses = Of(candidate, tier, take => !take.IsFailover);
        if (uses.IsEmpty || QuotaRules.SurgeOf(candidate.Offer.Cloud, tier, candidate.Offer.Zones.Length) is not { } surge)
        {
            return null;
        }

        var share = plan.Clouds.Single(cloud => cloud.Cloud == candidate.Offer.Cloud).Share.Fraction;
        var spared = plan.OffersPerCloud == 1 ? Candidate.CeilingOf(share * reserved / candidate.InstanceRate) : 0;
        return surge with { Spared = spared, Uses = uses };
    }

    /// <summary>What so many instances take, updates with them.</summary>
    public IEnumerable<LimitUse> UsesOf(Candidate candidate, Tier tier, int instances)
    {
        var beside = QuotaRules.SurgeOf(candidate.Offer.Cloud, tier, candidate.Offer.Zones.Length)?.Beside(instances / candidate.Nodes) * candidate.Nodes ?? 0;
        return Of(candidate, tier, _ => true).Select(use => use with { Amount = use.Amount * instances })
            .Concat(Of(candidate, tier, take => !take.IsFailover).Select(use => use with { Amount = use.Amount * beside }));
    }

    private ImmutableArray<LimitUse> Of(Candidate candidate, Tier tier, Func<QuotaTake, bool> isMeant) => plan.Ledger.Quotas.IsEmpty ? [] :
    [
        .. QuotaRules.Of(plan, candidate.Offer, tier)
            .Where(take => isMeant(take) && QuotaRules.Listed(plan, take.Quota) is not null)
            .Select(take => new LimitUse(QuotaRules.LimitName(take.Quota.Region, take.Quota.Code), take.Units)),
    ];
}
