using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Planning.Fleets;

/// <summary>What a fleet says of time: how soon machines start, when to run how many, what to ask for by when. Told from the fleet; changes nothing of it.</summary>
/// <param name="ColdStarts">How soon new replicas answer, by serving.</param>
/// <param name="Schedules">How many machines are needed when, by pool, for pools whose workloads have an hourly shape.</param>
/// <param name="Orders">What the months after the deployed one add, by the last day to ask.</param>
public sealed record FleetTimes(
    ImmutableSortedDictionary<string, ColdStart> ColdStarts, ImmutableSortedDictionary<string, PoolSchedule> Schedules, ImmutableArray<PoolOrder> Orders)
{
    /// <summary>Nothing: of a fleet made by hand.</summary>
    internal static FleetTimes None { get; } = new(
        ImmutableSortedDictionary<string, ColdStart>.Empty, ImmutableSortedDictionary<string, PoolSchedule>.Empty, []);

    internal static FleetTimes Of(FleetPlan fleet, Catalog catalog)
    {
        var starts = fleet.Servings.ToImmutableSortedDictionary(
            serving => serving.Serving.Name, serving => Fleets.ColdStarts.Of(fleet.Plan, catalog, serving, fleet.Pools), StringComparer.Ordinal);
        return new FleetTimes(
            starts,
            fleet.Servings.SelectMany(serving => PoolSchedules.Of(fleet, serving, starts[serving.Serving.Name]))
                .ToImmutableSortedDictionary(schedule => schedule.Pool, schedule => schedule, StringComparer.Ordinal),
            PoolOrders.Of(fleet, catalog, fleet.Plan.LeadTimes));
    }
}
