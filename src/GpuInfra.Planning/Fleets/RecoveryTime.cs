using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Plans.Ledgers;
using GpuInfra.Planning.Sizing.Starts;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// How long it takes to serve again when a region is lost: people react, machines are had, machines start. What stands by already takes no time: networks, keys, buckets
/// with their data, and identities.
/// </summary>
/// <param name="Cloud">The cloud.</param>
/// <param name="Lost">The region that is lost.</param>
/// <param name="Wish">What the plan asks for.</param>
/// <param name="Pools">Pools that are made or grow, the slowest first.</param>
/// <param name="Fleet">The fleet without the region.</param>
public sealed record RecoveryTime(CloudProvider Cloud, string Lost, DisasterRecovery Wish, ImmutableArray<RecoveryPool> Pools, FleetPlan Fleet)
{
    /// <summary>Until all of it serves.</summary>
    public TimeSpan Total => Wish.React + (Pools.IsEmpty ? TimeSpan.Zero : Pools[0].Total);

    /// <summary>Quotas of the region that stands by, ordered: they must be had before.</summary>
    public ImmutableArray<QuotaNeed> Quotas => [.. Fleet.Quotas.Where(need => need.Cloud == Cloud && need.Region == Wish.Region)];

    /// <summary>True when that is within what the plan asks for.</summary>
    public bool Holds => Total <= Wish.Rto;

    /// <summary>What machines cost a month while the region is lost, beyond those that are paid for there.</summary>
    public Usd Monthly => new(Pools.Sum(pool => pool.Monthly.Amount));

    /// <summary>The times of a fleet that was planned without a region.</summary>
    internal static RecoveryTime Of(CloudTarget cloud, string lost, FleetPlan fleet, Catalog catalog)
    {
        var servings = fleet.Servings.ToDictionary(serving => serving.Serving.Name, serving => serving.Serving, StringComparer.Ordinal);
        var seen = new Obtainability(fleet.Plan, fleet.Plan.AsOf);
        return new RecoveryTime(
            cloud.Cloud,
            lost,
            cloud.Recovery!,
            [
                .. fleet.Provisioned.Where(pool => !pool.IsDraining && Added(pool) > 0)
                    .Select(pool => new RecoveryPool(pool.Id, pool.InstanceType, pool.Region, Added(pool), Capacity(pool, fleet.Plan, seen), PoolStart.Of(catalog, servings[pool.Serving], pool), CostOf(pool)))
                    .OrderByDescending(pool => pool.Total).ThenBy(pool => pool.Id, StringComparer.Ordinal),
            ],
            fleet);
    }

    private static int Added(Pool pool) => pool.Incident is { } incident ? Math.Max(0, pool.Instances.Desired - incident.Normally) : 0;

    private static Usd CostOf(Pool pool) => new Usd(pool.Monthly.Amount * Added(pool) / Math.Max(1, pool.Instances.Desired)).ToCents();

    /// <summary>Until machines are had: nothing where all that are added are held.</summary>
    private static TimeSpan Capacity(Pool pool, CapacityPlan plan, Obtainability seen) =>
        pool.Held.Sum(use => use.Instances) >= pool.Instances.Desired ? TimeSpan.Zero : UntilHad(pool, plan, seen);

    /// <summary>
    /// Until machines are had that nobody holds: as long as launches are reckoned to fail after a loss, since all who lost machines ask for the same ones, or as long as
    /// it took when somebody measured.
    /// </summary>
    internal static TimeSpan UntilHad(Pool pool, CapacityPlan plan, Obtainability seen)
    {
        var measured = seen.Of(pool).Rows.Select(row => row.FulfilledIn ?? TimeSpan.Zero).DefaultIfEmpty().Max();
        var hold = plan.Availability.IsKept ? plan.Availability.HoldAfterLoss : AvailabilityBook.DefaultHoldAfterLoss;
        return measured > hold ? measured : hold;
    }
}

/// <summary>A pool that is made or grows when a region is lost.</summary>
/// <param name="Id">The pool.</param>
/// <param name="InstanceType">Its machines.</param>
/// <param name="Region">Where.</param>
/// <param name="Machines">Machines that it gets, at least 1.</param>
/// <param name="Capacity">Until they are had.</param>
/// <param name="Start">From then to their replicas' first token.</param>
/// <param name="Monthly">What they cost a month.</param>
public sealed record RecoveryPool(string Id, string InstanceType, string Region, int Machines, TimeSpan Capacity, StartTime Start, Usd Monthly)
{
    /// <summary>From asking to serving.</summary>
    public TimeSpan Total => Capacity + Start.Total;
}
