using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Sizing;

namespace GpuInfra.Planning;

/// <summary>Plans a stack as it would be without a region, and how long it takes to get there.</summary>
public static class RecoveryDrill
{
    /// <summary>Regions that the plan has another one for, in order, with their clouds.</summary>
    public static IEnumerable<(CloudTarget Cloud, string Region)> Of(CapacityPlan plan) =>
        plan.Clouds.Where(cloud => cloud.Recovery is not null).SelectMany(cloud => cloud.Regions.Select(region => (cloud, region)));

    /// <summary>The plan in the days after the loss of a region: what a person would write, and nothing else.</summary>
    public static CapacityPlan Without(CapacityPlan plan, string region) => plan with
    {
        Incident = new Incident([new LostPlace(LostKind.Region, region)], new DateOnly(plan.AsOf.Year, plan.AsOf.Number, 1).AddMonths(1).AddDays(-1), $"drill: {region} is lost"),
    };

    /// <summary>What happens when a region is lost.</summary>
    /// <param name="plan">A checked plan.</param>
    /// <param name="stack">The stack.</param>
    /// <param name="catalog">Offers, times and rates.</param>
    /// <param name="running">The fleet that runs, by month; empty when nothing does.</param>
    /// <param name="cloud">The region's cloud, which has another one that stands by.</param>
    /// <param name="region">The region.</param>
    /// <exception cref="PlanException">What remains cannot carry the demand.</exception>
    public static RecoveryTime Run(CapacityPlan plan, string stack, Catalog catalog, ImmutableArray<FleetStep> running, CloudTarget cloud, string region)
    {
        try
        {
            return RecoveryTime.Of(cloud, region, Planner.Plan(Without(plan, region), stack, catalog, running, Calibration.Embedded, plan.AsOf), catalog);
        }
        catch (PlanException exception)
        {
            throw new PlanException([.. exception.Problems.Select(problem => problem with { Message = $"without {region} (dr): {problem.Message}" })]);
        }
    }

    /// <summary>What happens when each of a fleet's regions is lost that the plan has another for, in order; nothing while some place is lost already.</summary>
    /// <inheritdoc cref="Run"/>
    public static ImmutableArray<RecoveryTime> Of(FleetPlan fleet, CapacityPlan plan, Catalog catalog) => plan.Incident is not null ? [] :
    [
        .. Of(plan).Where(place => fleet.Pools.Any(pool => pool.Cloud == place.Cloud.Cloud && pool.Region == place.Region && !pool.IsDraining))
            .Select(place => Run(plan, fleet.Stack, catalog, fleet.IsLocked ? fleet.Steps : fleet.Running, place.Cloud, place.Region)),
    ];

    /// <summary>Refuses a plan that promises to be up again sooner than it can be.</summary>
    /// <exception cref="PlanException">It does, or what remains cannot carry the demand.</exception>
    public static FleetPlan Require(FleetPlan fleet, CapacityPlan plan, Catalog catalog)
    {
        var late = Of(fleet, plan, catalog).Where(time => !time.Holds).ToList();
        return late.Count == 0 ? fleet : throw new PlanException(late.Select(time => new PlanProblem("plan", 0, 0, "dr.rto", Lateness(time))));
    }

    private static string Lateness(RecoveryTime time)
    {
        var slowest = time.Pools[0];
        var text = $"is {Words(time.Wish.Rto)}, and without {time.Lost} it takes {Words(time.Total)} at best: {Words(time.Wish.React)} to react, {Words(slowest.Capacity)} until capacity is had, "
            + $"{Words(slowest.Start.Total)} until {slowest.Id} answers. Write rto: {Whole(time.Total)}";
        var held = time.Pools.Where(pool => pool.Capacity > TimeSpan.Zero).ToList();
        return held.Count == 0
            ? text
            : text + $", or hold {string.Join(", ", held.Select(pool => FormattableString.Invariant($"{pool.Machines} × {pool.InstanceType}")).Distinct())} in {string.Join(", ", held.Select(pool => pool.Region).Distinct())} (ledger: reservations), which leaves "
                + $"{Whole(time.Wish.React + time.Pools.Max(pool => pool.Start.Total))}";
    }

    private static string Words(TimeSpan time) => FormattableString.Invariant($"{Math.Ceiling(time.TotalMinutes):0} min");

    /// <summary>As plans write it, in whole minutes.</summary>
    private static string Whole(TimeSpan time) => FormattableString.Invariant($"{Math.Ceiling(time.TotalMinutes):0}m");
}
