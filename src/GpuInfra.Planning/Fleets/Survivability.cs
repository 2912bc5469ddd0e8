using System.Collections.Immutable;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>What a serving still serves after a loss.</summary>
internal static class Survivability
{
    /// <summary>Every single loss of a zone, a site outside the clouds or a cloud, the one with the least left first. Nothing is promised of what runs on spot.</summary>
    /// <param name="pools">The serving's pools.</param>
    /// <param name="p95">P95 demand, in requests per second.</param>
    /// <param name="required">What must be left.</param>
    public static ImmutableArray<SurvivalCheck> Checks(ImmutableArray<Pool> pools, double p95, Survival required)
    {
        if (pools.Any(pool => pool.Tier == Tier.Spot))
        {
            return [];
        }

        pools = [.. pools.Select(pool => pool.Carrying())];
        var zones = pools.SelectMany(pool => pool.Zones).Select(zone => zone.Zone).Distinct().Order(StringComparer.Ordinal)
            .Select(zone => Check($"zone {zone}", pool => InstancesIn(pool, zone), required.Zone));
        var clouds = pools.Where(pool => !pool.IsExternal).Select(pool => pool.Cloud).Distinct().Order()
            .Select(cloud => Check($"cloud {JsonText.Word(cloud)}", pool => pool.Cloud == cloud ? pool.Instances.Desired : 0, required.Cloud));
        return [.. zones.Concat(clouds).OrderBy(check => check.Remaining)];

        SurvivalCheck Check(string lost, Func<Pool, int> taken, Share share) => new(lost, Share.FromFraction(Left(pools, p95, taken)), share);
    }

    /// <summary>What is left of a demand after a loss, as a share of it. Where requests are routed by size, what is left is routed anew.</summary>
    /// <param name="pools">The serving's pools.</param>
    /// <param name="requestsPerSecond">The demand.</param>
    /// <param name="taken">Instances that the loss takes of a pool.</param>
    public static double Left(ImmutableArray<Pool> pools, double requestsPerSecond, Func<Pool, int> taken) => pools.Any(pool => !pool.Sizes.IsEmpty)
        ? SizeRouting.Served(pools, requestsPerSecond, taken)
        : Math.Max(0, pools.Sum(pool => pool.RequestsPerSecond) - pools.Sum(pool => LostReplicas(pool, taken(pool)) * pool.ReplicaCapacity.RequestsPerSecond)) / requestsPerSecond;

    /// <summary>Replicas that end with some of a pool's instances: a replica that spans several ends with the first of them.</summary>
    private static int LostReplicas(Pool pool, int instances) => pool.ReplicasOf(pool.Instances.Desired) - pool.ReplicasOf(pool.Instances.Desired - instances);

    /// <summary>
    /// Instances that the loss of a zone can take of a pool. Reservations say where their instances are; an instance group
    /// spreads the others evenly and does not say which zone gets the odd one, so any zone may.
    /// </summary>
    public static int InstancesIn(Pool pool, string zone) => pool.Zones.FirstOrDefault(place => place.Zone == zone) is not { } here
        ? 0
        : pool.Tier == Tier.Reserved ? here.Instances : (pool.Instances.Desired + pool.Zones.Length - 1) / pool.Zones.Length;
}
