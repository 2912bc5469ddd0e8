using System.Collections.Immutable;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Fleets;

/// <summary>The pools that the plan keeps beside the fleet it chooses, while they drain.</summary>
internal static class DrainingPools
{
    /// <summary>Those of a serving.</summary>
    /// <param name="draining">The plan's.</param>
    /// <param name="candidates">The offers that can run the serving.</param>
    /// <param name="chosen">The pools that the plan chooses.</param>
    /// <param name="factory">Makes the serving's pools.</param>
    /// <param name="demand">The serving's demand.</param>
    /// <exception cref="PlanException">One of them is chosen: it serves, and cannot be drained.</exception>
    public static IEnumerable<Pool> Of(
        ImmutableArray<DrainingPool> draining,
        ImmutableArray<Candidate> candidates,
        ImmutableArray<Pool> chosen,
        PoolFactory factory,
        Demands.Demand demand)
    {
        foreach (var (pool, tier, candidate) in Named(draining, candidates, factory).DistinctBy(item => item.Draining.Pool))
        {
            if (chosen.Any(other => other.Id == pool.Pool))
            {
                throw new PlanException([pool.Problem(
                    "serves what this plan needs: take it out of draining, or change what makes the plan choose it")]);
            }

            if (candidate.Whole(pool.Instances) != pool.Instances)
            {
                throw new PlanException([pool.Problem(FormattableString.Invariant(
                    $"has {pool.Instances} instances, and a replica spans {candidate.Nodes} of them: write a multiple"))]);
            }

            var ladder = tier == Tier.Spot
                ? SpotLadder.Of(candidate, candidates.Where(other => other.HasPrice(tier)))
                : [];
            yield return factory.Draining(candidate, tier, pool.Instances, ladder, demand);
        }
    }

    /// <summary>Those of a serving, with what they run on.</summary>
    public static IEnumerable<(DrainingPool Draining, Tier Tier, Candidate Candidate)> Named(
        ImmutableArray<DrainingPool> draining, ImmutableArray<Candidate> candidates, PoolFactory factory) =>
        from pool in draining
        from tier in Enum.GetValues<Tier>()
        from candidate in candidates
        where candidate.Offer.InstanceType == pool.InstanceType && candidate.HasPrice(tier) && factory.IdOf(candidate.Offer, tier) == pool.Pool
        select (pool, tier, candidate);

    /// <summary>Refuses what names no pool that there can be.</summary>
    /// <exception cref="PlanException">There is such a one; all of them are told.</exception>
    public static void Require(CapacityPlan plan, ImmutableArray<Pool> pools)
    {
        var problems = plan.Draining.Where(pool => pools.All(other => other.Id != pool.Pool)).Select(pool => pool.Problem(
            $"cannot be on {pool.InstanceType}: a pool's id is serving-cloud-region-tier-gpu of this plan, on an offer that can run the serving")).ToList();
        if (problems.Count > 0)
        {
            throw new PlanException(problems);
        }
    }
}
