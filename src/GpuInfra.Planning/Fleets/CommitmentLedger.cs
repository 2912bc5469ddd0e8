using System.Collections.Immutable;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// Books held commitments on pools. A covered machine costs what it is committed to; which machines are covered the optimiser has decided,
/// by offer, and of an offer's pools the reserved one comes first.
/// </summary>
internal static class CommitmentLedger
{
    /// <summary>A pool with commitments on its machines, as far as it has bare ones, and what is left of them.</summary>
    public static (Pool Pool, ImmutableArray<CoveredMachines> Left) Cover(Pool pool, ImmutableArray<CoveredMachines> covered)
    {
        var (uses, left) = (ImmutableArray.CreateBuilder<CommitmentUse>(), ImmutableArray.CreateBuilder<CoveredMachines>());
        var bare = pool.Instances.Desired - pool.Held.Sum(use => use.Instances);
        foreach (var (price, instances) in covered)
        {
            var taken = Math.Min(bare, instances);
            bare -= taken;
            left.Add(new(price, instances - taken));
            if (taken > 0)
            {
                var full = PriceOf(pool);
                uses.Add(new CommitmentUse(price.Commitment.Name, taken, new UsdPerHour(full.Amount - price.Commitment.PriceOf(full).Amount)));
            }
        }

        return (Reprice(pool, uses.ToImmutable()), left.ToImmutable());
    }

    /// <summary>Commitments that have ended, and those that are paid for and cover less than they could.</summary>
    public static IEnumerable<string> Warnings(CapacityPlan plan, ImmutableArray<Pool> pools)
    {
        foreach (var commitment in plan.Commitments)
        {
            var covering = pools.SelectMany(pool => pool.Commitments.Where(use => use.Commitment == commitment.Name)
                .Select(use => use.Instances * (commitment.InstanceType is null ? pool.GpusPerInstance : 1))).Sum();
            if (!commitment.IsHeldIn(plan.AsOf))
            {
                yield return $"commitment {commitment.Name} ended in {commitment.Until} and lowers no price";
            }
            else if (covering < commitment.Count)
            {
                var unit = commitment.InstanceType is null ? "GPUs" : "machines";
                yield return $"commitment {commitment.Name} covers {covering} of the {commitment.Count} {unit} of {commitment.Covers} "
                    + "that it is paid for; the rest is paid and not used";
            }
        }
    }

    /// <summary>What a machine of a pool costs that is neither held nor covered.</summary>
    internal static UsdPerHour PriceOf(Pool pool)
    {
        var bought = pool.Instances.Desired - pool.Held.Sum(use => use.Instances);
        var paid = pool.Hourly.Amount - pool.Held.Sum(use => use.Hourly.Amount * use.Instances) + pool.Commitments.Sum(use => use.Saving.Amount * use.Instances);
        return bought == 0 ? default : new(paid / bought);
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
}

/// <summary>Machines that a commitment covers.</summary>
internal sealed record CoveredMachines(CommitmentPrice Price, int Instances);
