using System.Collections.Immutable;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// The smallest sizes of a serving's pools that follow load. With the floor f, the pools then still carry f times the P95 demand, each cloud its share of it,
/// everything that is promised of so much demand after every loss, and the fewest replicas that the plan asks for. One machine stays in any case:
/// without it nothing publishes the figures by which machines are added again. Pools whose machines were hard to get keep theirs.
/// </summary>
internal static class ScalingFloor
{
    /// <summary>The pools with their smallest sizes; as they were where the serving does not scale, and in an incident.</summary>
    public static ImmutableArray<Pool> Apply(CapacityPlan plan, Serving serving, Demand demand, Month month, ImmutableArray<Pool> pools)
    {
        if (serving.Scaling is not { } scaling || plan.Incident is not null)
        {
            return pools;
        }

        var carrying = pools.Where(pool => !pool.IsDraining).ToImmutableArray();
        var seen = new Obtainability(plan, month);
        var shrinking = FewestMachines.Scalable(carrying).Where(pool => MayGiveBack(seen, pool)).ToImmutableArray();
        var load = demand.RequestsPerSecondAt(95) * scaling.Floor.Fraction;
        var smallest = FewestMachines.Of(carrying, shrinking, few => FewestMachines.Carry(plan, serving, few, load, load))
            .ToDictionary(pool => pool.Id, pool => Math.Max(1, pool.Instances.Desired), StringComparer.Ordinal);
        return [.. pools.Select(pool => shrinking.Any(other => other.Id == pool.Id)
            ? pool with { Instances = pool.Instances with { Min = smallest[pool.Id] }, AutoShutdown = false } // Two that resize one group fight.
            : pool)];
    }

    /// <summary>False where the availability book says that machines given back at night may not be had in the morning.</summary>
    internal static bool MayGiveBack(Obtainability seen, Pool pool) => seen.Of(pool).Share >= 1;
}
