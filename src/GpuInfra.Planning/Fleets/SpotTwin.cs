using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// The group on demand beside a spot pool that is empty until spot is short, where the plan says <c>fallback: onDemand</c>. It may become as large as the pool, for
/// which quotas are planned (<see cref="QuotaNeed.Failover"/>). Its machines are in no cost: nobody knows how long spot will be short.
/// </summary>
public static class SpotTwin
{
    /// <summary>True for spot pools of such a plan.</summary>
    public static bool Of(CapacityPlan plan, Pool pool) =>
        pool is { Tier: Tier.Spot, IsDraining: false } && plan.Purchasing.SpotFallback == SpotFallback.OnDemand;

    /// <summary>Pools that a twin looks at: an alarm of AWS takes ten figures, two of each and two of the spot group.</summary>
    private const int MostBefore = 4;

    /// <summary>
    /// The online pools of its region that run on demand on a machine type of its ladder, the largest first, then by id: people wait for them, so while one has fewer machines than it
    /// wants, none are started to stand in for spot.
    /// </summary>
    public static ImmutableArray<string> Before(FleetPlan fleet, Pool spot)
    {
        var online = fleet.Servings.Where(serving => serving.Serving.Kind == ServingKind.Online).Select(serving => serving.Serving.Name).ToHashSet();
        return
        [
            .. fleet.Provisioned.Where(pool => pool is { Tier: Tier.OnDemand, IsDraining: false } && pool.Cloud == spot.Cloud && pool.Region == spot.Region && online.Contains(pool.Serving)
                    && spot.Ladder.Any(rung => rung.InstanceType == pool.InstanceType))
                .OrderByDescending(pool => pool.Instances.Max).ThenBy(pool => pool.Id, StringComparer.Ordinal)
                .Take(MostBefore).Select(pool => pool.Id).Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>What an hour costs in which it stands in for the whole pool on the first rung; null where the catalog has no price of that on demand.</summary>
    internal static UsdPerHour? MostHourly(Catalog catalog, Pool pool) => catalog.OffersIn(pool.Cloud, pool.Region)
        .First(offer => offer.InstanceType == pool.InstanceType).OnDemand * pool.Instances.Max;

    /// <summary>What a reader of the plan should know about spot machines that are not to be had.</summary>
    internal static string Warning(CapacityPlan plan, Catalog catalog, Pool pool) => Of(plan, pool)
        ? $"{pool.Id}: while spot is short, up to {pool.Instances.Max} machines on demand stand in, for {MostHourly(catalog, pool)?.ToString() ?? "a price that the catalog does not have"} in all; no cost counts them"
        : $"{pool.Id} waits while there is no spot capacity: nothing stands in for it while it drains";
}
