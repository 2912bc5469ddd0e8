using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Replays;

/// <summary>A planned fleet, ready to be replayed any number of times.</summary>
internal sealed class ReplayFleet
{
    private readonly ImmutableDictionary<string, ImmutableArray<ReplayPool>> _pools;

    private ReplayFleet(FleetPlan plan, ImmutableDictionary<string, ImmutableArray<ReplayPool>> pools) =>
        (Plan, Forecast, _pools) = (plan, new DemandForecast(plan.Plan), pools);

    /// <summary>The fleet.</summary>
    public FleetPlan Plan { get; }

    /// <summary>What is asked of it.</summary>
    public DemandForecast Forecast { get; }

    /// <summary>
    /// Reads speeds and start times of a fleet. Draining pools carry nothing, so they are left out; what an incident has taken carries nothing and is lost
    /// from the start, and what is reserved there is still paid for. Servings that train answer nobody, so they are left out too.
    /// </summary>
    /// <exception cref="PlanException">A pool holds a replica that Sizing cannot run.</exception>
    public static ReplayFleet Of(FleetPlan plan, Catalog catalog, Share? confidence = null)
    {
        var wholes = plan.Pools.Where(pool => !pool.IsDraining || pool.Incident is not null).ToImmutableArray();
        var forecast = new DemandForecast(plan.Plan);
        ImmutableArray<Pool> carrying = [.. wholes.Select(pool => pool.Carrying())];
        return new ReplayFleet(plan, OnAllCores.Select([.. plan.Servings.Where(serving => serving.Serving.FineTuning is null)], serving => (
            serving.Serving.Name,
            Pools: carrying.Zip(wholes).Where(pool => pool.First.Serving == serving.Serving.Name)
                .Select(pool => new ReplayPool(
                    pool.First, EngineSpeed.Of(pool.First, serving, pool.First.Sizes.IsEmpty ? [] : forecast.SizesOf(serving.Serving, plan.Plan.AsOf), catalog, confidence),
                    pool.First.IsExternal ? TimeSpan.Zero : PoolStart.Of(catalog, serving.Serving, pool.First).Total, [.. carrying.Where(other => IsAlike(pool.First, other))])
                {
                    InUse = plan.ScalingOf(pool.First)?.InUse,
                    Whole = pool.Second,
                })
                .ToImmutableArray())).ToImmutableDictionary(serving => serving.Name, serving => serving.Pools, StringComparer.Ordinal));
    }

    /// <summary>The pools of a serving.</summary>
    public ImmutableArray<ReplayPool> PoolsOf(ServingFleet serving) => _pools[serving.Serving.Name];

    /// <summary>The same fleet within its run windows, whatever the time of day.</summary>
    public ReplayFleet AlwaysOpen => new(Plan, _pools.ToImmutableDictionary(
        serving => serving.Key, serving => serving.Value.Select(pool => pool with { Pool = pool.Pool with { Window = null } }).ToImmutableArray(), StringComparer.Ordinal));

    private static bool IsAlike(Pool one, Pool other) => one.Cloud == other.Cloud && one.Region == other.Region && FamilyOf(one) == FamilyOf(other);

    /// <summary>The part of a machine type before its size: <c>p5en</c>, <c>a2-megagpu</c>.</summary>
    private static string FamilyOf(Pool pool) => pool.MachineType[..(pool.MachineType.LastIndexOfAny(['.', '-']) is > 0 and var end ? end : pool.MachineType.Length)];
}
