using System.Collections.Immutable;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// How busy a pool is planned to be: the part of the demand that it carries, without headroom, over what it could serve. Pools of a cloud carry the cloud's
/// share of it, each by its capacity; where requests are routed by size, each what it is sent.
/// </summary>
/// <param name="Pool">The pool's id.</param>
/// <param name="Mean">On average over the hours that it runs.</param>
/// <param name="Peak">In the planned peak minute.</param>
/// <param name="Band">What the plan asks for; null where it asks for nothing.</param>
/// <param name="Because">Why it is less busy than the band; null where it is not.</param>
public sealed record PoolUtilization(string Pool, Share Mean, Share Peak, UtilizationBand? Band, string? Because)
{
    /// <summary>Each pool that carries demand, ordered by id.</summary>
    internal static ImmutableArray<PoolUtilization> Of(CapacityPlan plan, ImmutableArray<ServingFleet> servings, ImmutableArray<Pool> pools) =>
        [.. servings.SelectMany(serving => Of(plan, serving, [.. pools.Where(pool => pool.Serving == serving.Serving.Name && !pool.IsDraining)])).OrderBy(pool => pool.Pool, StringComparer.Ordinal)];

    /// <summary>What to tell of pools that are less busy than their band.</summary>
    internal static IEnumerable<string> Warnings(CapacityPlan plan, ImmutableArray<ServingFleet> servings, ImmutableArray<Pool> pools) =>
        plan.Utilization.IsEmpty ? [] : Of(plan, servings, pools).Where(pool => pool.Because is not null).Select(pool =>
            $"{pool.Pool} is {pool.Peak} busy in the planned peak minute, below the {pool.Band!.AtLeast} of its band: {pool.Because}");

    private static IEnumerable<PoolUtilization> Of(CapacityPlan plan, ServingFleet serving, ImmutableArray<Pool> pools)
    {
        var (demand, band) = (serving.Demand, plan.BandOf(serving.Serving.Kind));
        foreach (var pool in pools)
        {
            var busy = Part(plan, serving, pool, pools) / pool.RequestsPerSecond;
            var peak = Share.FromFraction(demand.PeakRequestsPerSecond * busy);
            yield return new PoolUtilization(
                pool.Id, Share.FromFraction(demand.RequestsPerSecond * busy), peak, band,
                band is not null && peak.Fraction < band.AtLeast.Fraction - 1e-9 ? Cause(plan, serving, pool, pools) : null);
        }
    }

    /// <summary>The part of the serving's requests that a pool gets.</summary>
    private static double Part(CapacityPlan plan, ServingFleet serving, Pool pool, ImmutableArray<Pool> pools) => pool.Sizes.IsEmpty
        ? ShareOf(plan, serving, pool, pools) * pool.RequestsPerSecond / pools.Where(other => other.Cloud == pool.Cloud).Sum(other => other.RequestsPerSecond)
        : pool.Sizes.Sum(size => size.OfRequests.Fraction * size.Routed.Fraction);

    /// <summary>What is outside the clouds carries all that it can of the peak with headroom; the clouds share the rest.</summary>
    private static double ShareOf(CapacityPlan plan, ServingFleet serving, Pool pool, ImmutableArray<Pool> pools)
    {
        var outside = Math.Min(1, pools.Where(other => other.IsExternal).Sum(other => other.RequestsPerSecond)
            / (serving.Demand.PeakRequestsPerSecond * plan.CapacityOverPeak(serving.Serving)));
        return pool.IsExternal ? outside : (1 - outside) * ShareOf(plan, pool);
    }

    private static double ShareOf(CapacityPlan plan, Pool pool) => plan.Clouds.FirstOrDefault(cloud => cloud.Cloud == pool.Cloud)?.Share.Fraction ?? 1;

    /// <summary>The first thing that keeps a pool from being an instance smaller, and so busier.</summary>
    private static string Cause(CapacityPlan plan, ServingFleet serving, Pool pool, ImmutableArray<Pool> pools)
    {
        var over = plan.CapacityOverPeak(serving.Serving);
        if (1 / over < plan.BandOf(serving.Serving.Kind)!.AtLeast.Fraction)
        {
            return $"a headroom of {plan.HeadroomOf(serving.Serving)} alone leaves it at {Share.FromFraction(1 / over)}";
        }

        var (fewer, unit) = (pool.Instances.Desired - pool.NodesPerReplica, pool.NodesPerReplica > 1 ? "replica" : "instance");
        if (fewer == 0)
        {
            return $"it is one {unit}, and none is less than that";
        }

        var smaller = pools.Replace(pool, pool with
        {
            Instances = pool.Instances with { Desired = fewer },
            Replicas = pool.ReplicasOf(fewer),
            Zones = [.. pool.Zones.OrderByDescending(zone => zone.Instances).Select((zone, index) => index == 0 ? zone with { Instances = zone.Instances - pool.NodesPerReplica } : zone)],
        });
        if (smaller.Where(other => other.Cloud == pool.Cloud).Sum(other => other.RequestsPerSecond) < ShareOf(plan, serving, pool, pools) * serving.Demand.PeakRequestsPerSecond * over)
        {
            return $"{unit}s come whole, and one fewer would not carry the peak with its headroom";
        }

        var kept = Survivability.Checks(smaller, serving.Demand.RequestsPerSecondAt(95), serving.Serving.Survive);
        return kept.FirstOrDefault(check => !check.Holds) is { } lost
            ? $"the loss of {lost.Lost} is to be survived, and one {unit} fewer would leave {lost.Remaining} of the {lost.Required} promised"
            : "what it must hold beside the peak asks for it, as fewest replicas or capacity that is paid for anyway";
    }
}
