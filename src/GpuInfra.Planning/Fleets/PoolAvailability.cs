using System.Collections.Immutable;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Plans.Ledgers;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>What was seen of the capacity that a pool is to have.</summary>
/// <param name="Pool">The pool's id.</param>
/// <param name="MayStand">Part of its serving's peak in the cloud that may stand on such machines.</param>
/// <param name="Uptime">Part of its paid hours that become work.</param>
/// <param name="Rows">The rows of the book that say so; none when nothing is known.</param>
/// <param name="AgeDays">Days from the oldest of them to the month's first day; null when nothing is known.</param>
public sealed record PoolAvailability(string Pool, Share MayStand, Share Uptime, ImmutableArray<AvailabilityRow> Rows, int? AgeDays)
{
    /// <summary>The rows in words; that nothing is known where there are none.</summary>
    public string Words => Rows.IsEmpty ? "unknown, taken as to be had at once" : Obtainable.Say(Rows);

    /// <summary>Pools that are started without a reservation, in their order; none where the plan keeps no book.</summary>
    internal static ImmutableArray<PoolAvailability> Of(CapacityPlan plan, ImmutableArray<Pool> pools)
    {
        if (!plan.Availability.IsKept)
        {
            return [];
        }

        var seen = new Obtainability(plan, plan.AsOf);
        return
        [
            .. pools.Where(pool => pool.Tier is not (Tier.Reserved or Tier.External) && !pool.IsDraining).Select(pool => (pool.Id, Known: seen.Of(pool))).Select(item => new PoolAvailability(
                item.Id,
                Share.FromFraction(item.Known.Share),
                Share.FromFraction(item.Known.Uptime),
                item.Known.Rows,
                item.Known.Rows.IsEmpty ? null : item.Known.Rows.Max(row => row.AgeOn(Obtainability.FirstDay(plan.AsOf))))),
        ];
    }
}
