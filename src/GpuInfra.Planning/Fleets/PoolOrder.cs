using System.Collections.Immutable;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>Machines that a pool needs more of from a month on, and the last day to ask for them.</summary>
/// <param name="Pool">The pool as it is in that month.</param>
/// <param name="Month">The month; its first day needs them.</param>
/// <param name="Before">Instances in the month before.</param>
/// <param name="OrderBy">The last day to ask: the month's first day less the lead time.</param>
public sealed record PoolOrder(Pool Pool, Month Month, int Before, DateOnly OrderBy)
{
    /// <summary>Instances to ask for.</summary>
    public int Instances => Pool.Instances.Desired - Before;

    /// <summary>What the months after the deployed one add, by the day to ask and then by pool.</summary>
    public static ImmutableArray<PoolOrder> Of(FleetPlan fleet, LeadTimes leadTimes) =>
    [
        .. fleet.Steps.Zip(fleet.Steps.Skip(1))
            .Where(pair => pair.Second.Month.CompareTo(fleet.Plan.AsOf) > 0)
            .SelectMany(pair => Between(pair.First, pair.Second, leadTimes))
            .OrderBy(order => order.OrderBy).ThenBy(order => order.Pool.Id, StringComparer.Ordinal),
    ];

    private static IEnumerable<PoolOrder> Between(FleetStep before, FleetStep after, LeadTimes leadTimes) =>
        from pool in after.Pools
        let old = before.Pools.FirstOrDefault(other => other.Id == pool.Id)?.Instances.Desired ?? 0
        where pool.Instances.Desired > old
        select new PoolOrder(
            pool, after.Month, old, new DateOnly(after.Month.Year, after.Month.Number, 1).AddDays(-leadTimes.Days(pool.Tier)));
}

/// <summary>How long before their first day machines must be asked for, in days. The clouds promise neither: these are the organisation's own.</summary>
/// <param name="Quota">For capacity bought by the hour: a quota increase.</param>
/// <param name="Reservation">For reserved capacity: a reservation, or a Capacity Block in its place.</param>
public sealed record LeadTimes(int Quota, int Reservation)
{
    /// <summary>Two weeks for a quota, four for a reservation.</summary>
    public static LeadTimes Default { get; } = new(14, 28);

    /// <summary>The lead time of a tier.</summary>
    public int Days(Tier tier) => tier == Tier.Reserved ? Reservation : Quota;
}
