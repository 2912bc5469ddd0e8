using System.Collections.Immutable;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// The pools of a serving with as few machines as keep something. The costliest pool per request shrinks first, each as far as it can: fewer
/// machines never keep more, so the least number is found by bisection.
/// </summary>
internal static class FewestMachines
{
    /// <summary>Pools that may shrink, in the order in which they do: those by the hour that run around the clock.</summary>
    public static ImmutableArray<Pool> Scalable(IEnumerable<Pool> pools) =>
    [
        .. pools.Where(pool => pool is { Tier: Tier.OnDemand, Window: null, IsDraining: false, Instances.Desired: > 0 })
            .OrderByDescending(pool => pool.Hourly.Amount / (decimal)pool.RequestsPerSecond).ThenBy(pool => pool.Id, StringComparer.Ordinal),
    ];

    /// <summary>The pools, shrunk.</summary>
    /// <param name="pools">All pools of the serving; as they are they keep it.</param>
    /// <param name="shrinking">Those that may shrink, in order.</param>
    /// <param name="keeps">Whether pools keep what must be kept.</param>
    public static ImmutableArray<Pool> Of(ImmutableArray<Pool> pools, IEnumerable<Pool> shrinking, Func<ImmutableArray<Pool>, bool> keeps)
    {
        foreach (var pool in shrinking)
        {
            var (few, enough) = (-1, pool.Instances.Desired / pool.NodesPerReplica);
            while (enough - few > 1)
            {
                var middle = (few + enough) / 2;
                (few, enough) = keeps(Resize(pools, pool.Id, middle * pool.NodesPerReplica)) ? (few, middle) : (middle, enough);
            }

            pools = Resize(pools, pool.Id, enough * pool.NodesPerReplica);
        }

        return pools;
    }

    /// <summary>Whether pools carry a load, each cloud its share of it, keep what is promised of another after every loss, and are as many replicas as there must be.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="serving">The serving of the pools.</param>
    /// <param name="pools">The pools.</param>
    /// <param name="load">Requests per second to carry.</param>
    /// <param name="promised">Requests per second of which what survives is promised.</param>
    public static bool Carry(CapacityPlan plan, Serving serving, ImmutableArray<Pool> pools, double load, double promised)
    {
        var need = load * (1 - 1e-9);
        return pools.Sum(pool => pool.Replicas) >= (serving.FewestReplicas ?? 0)
            && pools.Sum(pool => pool.RequestsPerSecond) >= need
            && plan.Clouds.All(cloud => pools.Where(pool => pool.Cloud == cloud.Cloud).Sum(pool => pool.RequestsPerSecond) >= need * cloud.Share.Fraction)
            && Survivability.Checks(pools, promised, serving.Survive).All(check => check.Holds);
    }

    private static ImmutableArray<Pool> Resize(ImmutableArray<Pool> pools, string id, int instances) =>
    [
        .. pools.Select(pool => pool.Id != id ? pool : pool with
        {
            Instances = new InstanceCounts(instances, instances, pool.Instances.Max),
            Replicas = pool.ReplicasOf(instances),
            Zones = [.. pool.Zones.Select((zone, index) => zone with { Instances = (instances / pool.Zones.Length) + (index < instances % pool.Zones.Length ? 1 : 0) })],
        }),
    ];
}
