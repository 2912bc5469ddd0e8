using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Replays.Arrivals;

namespace GpuInfra.Planning.Replays;

/// <summary>Plays a load through a planned fleet: the whole replay on one page. The same fleet, load and seed give the same result.</summary>
public static class Replayer
{
    /// <summary>Plays a load through a fleet, each serving by itself.</summary>
    /// <exception cref="PlanException">The load or a loss names what the plan does not have, or a pool holds a replica that Sizing cannot run.</exception>
    public static ReplayResult Replay(FleetPlan fleet, Catalog catalog, ReplayLoad load, ReplayOptions options)
    {
        ReplayNames.Require(fleet, load, options);
        var ready = ReplayFleet.Of(fleet, catalog, options.Confidence);
        return new ReplayResult(
            fleet.Stack, fleet.PlanHash, options,
            OnAllCores.Select([.. fleet.Servings.Where(serving => serving.Serving.FineTuning is null)], serving => Replay(ready, serving, load, options)))
        {
            Incident = fleet.Plan.Incident,
            Standing = fleet.Pools.Where(pool => pool.Incident is not null).Sum(pool => pool.Instances.Desired - pool.Carrying().Instances.Desired),
        };
    }

    /// <summary>Plays a load through the pools of one serving.</summary>
    internal static ServingReplay Replay(ReplayFleet fleet, ServingFleet serving, ReplayLoad load, ReplayOptions options) =>
        Replay(fleet, serving, ArrivalsOf(fleet, serving, load, options), options);

    /// <summary>Plays requests through the pools of one serving.</summary>
    internal static ServingReplay Replay(ReplayFleet fleet, ServingFleet serving, IArrivals arrivals, ReplayOptions options) => new ServingSimulation(
        serving.Serving.Name,
        serving.Serving.Latency,
        ApiOverflow.Of(serving.Serving, fleet.Plan.Plan.Router, options),
        fleet.PoolsOf(serving),
        arrivals,
        options).Run();

    /// <summary>The requests that a load brings to a serving; its losses and times of measuring do not matter.</summary>
    internal static IArrivals ArrivalsOf(ReplayFleet fleet, ServingFleet serving, ReplayLoad load, ReplayOptions options) =>
        new MergedArrivals([.. fleet.Forecast.WorkloadsOf(serving.Serving).Select(workload => WorkloadArrivals.Of(fleet, serving.Serving, workload, load, options))]);
}
