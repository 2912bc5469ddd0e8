using System.Collections.Immutable;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// Lowers the price of machines that held commitments cover. Which machines run is decided before, by their full price: a commitment is
/// paid either way, and a fleet that follows it would change on the day it ends.
/// </summary>
internal static class CommitmentLedger
{
    /// <summary>
    /// The servings of a month with the ledger in their pools' prices. Commitments of one instance type come before those of a family;
    /// pools that always run before those with hours, reserved ones first; ties go by name. Spot machines have no commitment.
    /// </summary>
    public static ImmutableArray<SolvedServing> Apply(CapacityPlan plan, ImmutableArray<SolvedServing> servings, Month month)
    {
        var held = plan.Commitments.Where(commitment => commitment.IsHeldIn(month))
            .OrderBy(commitment => commitment.InstanceType is null).ThenBy(commitment => commitment.Name, StringComparer.Ordinal)
            .ToList();
        if (held.Count == 0)
        {
            return servings;
        }

        var pools = servings.SelectMany(serving => serving.Pools).Where(pool => pool.Tier != Tier.Spot)
            .OrderBy(pool => pool.Window is not null).ThenBy(pool => pool.Tier).ThenBy(pool => pool.Id, StringComparer.Ordinal)
            .ToList();
        var uses = pools.ToDictionary(pool => pool.Id, _ => ImmutableArray<CommitmentUse>.Empty, StringComparer.Ordinal);
        foreach (var commitment in held)
        {
            Use(commitment, pools, uses);
        }

        return [.. servings.Select(serving => serving.At(
            [.. serving.Pools.Select(pool => Reprice(pool, uses.GetValueOrDefault(pool.Id, [])))]))];
    }

    /// <summary>Commitments that have ended, and those that are paid for and cover less than they could.</summary>
    public static IEnumerable<string> Warnings(CapacityPlan plan, ImmutableArray<Pool> pools)
    {
        foreach (var commitment in plan.Commitments)
        {
            var covering = pools.SelectMany(pool => pool.Commitments.Where(use => use.Commitment == commitment.Name)
                .Select(use => use.Instances * Weight(commitment, pool))).Sum();
            if (!commitment.IsHeldIn(plan.AsOf))
            {
                yield return $"commitment {commitment.Name} ended in {commitment.Until} and lowers no price";
            }
            else if (covering < commitment.Count)
            {
                var unit = commitment.InstanceType is null ? "GPUs" : "machines";
                yield return $"commitment {commitment.Name} covers {covering} of the {commitment.Count} {unit} of {commitment.Covers} "
                    + "that it is paid for; the rest is not in the total";
            }
        }
    }

    private static void Use(HeldCommitment commitment, List<Pool> pools, Dictionary<string, ImmutableArray<CommitmentUse>> uses)
    {
        var left = commitment.Count;
        foreach (var pool in pools.Where(pool => commitment.CoversType(pool.Cloud, pool.Region, pool.InstanceType)))
        {
            var bare = pool.Instances.Desired - uses[pool.Id].Sum(use => use.Instances);
            var covered = Math.Min(bare, left / Weight(commitment, pool));
            if (covered > 0)
            {
                var price = PriceOf(pool);
                var saving = new UsdPerHour(price.Amount - commitment.PriceOf(price).Amount);
                uses[pool.Id] = uses[pool.Id].Add(new CommitmentUse(commitment.Name, covered, saving));
                left -= covered * Weight(commitment, pool);
            }
        }
    }

    private static Pool Reprice(Pool pool, ImmutableArray<CommitmentUse> uses)
    {
        if (uses.IsEmpty)
        {
            return pool;
        }

        var hourly = new UsdPerHour(pool.Hourly.Amount - uses.Sum(use => use.Saving.Amount * use.Instances));
        return pool with { Commitments = uses, Hourly = hourly, Monthly = (hourly * pool.HoursPerMonth).ToCents() };
    }

    /// <summary>What a machine of a pool takes of a commitment: itself, or its GPUs.</summary>
    private static int Weight(HeldCommitment commitment, Pool pool) => commitment.InstanceType is null ? pool.GpusPerInstance : 1;

    private static UsdPerHour PriceOf(Pool pool) => new(pool.Hourly.Amount / pool.Instances.Desired);
}
