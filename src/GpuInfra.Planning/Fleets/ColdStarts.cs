using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Sizing.Starts;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// Chooses how servings' machines start. For every store s of a site the start takes t(s); with a target T, machines wait warm only where
/// t(s) &gt; T: then at least one, and as many as carry what the planned peak grows by during t(s) beyond the headroom. The choice is the least
/// cost of store and waiting machines among those that hold and whose store can be deployed; ties go to the plainer store. Nothing of it changes
/// a pool. Deployed are the bucket everywhere and EFS on AWS; warm pools are not.
/// </summary>
internal static class ColdStarts
{
    private static readonly ImmutableArray<WeightStore> Stores = [WeightStore.ObjectStore, WeightStore.SharedFileSystem, WeightStore.BakedImage];

    /// <summary>How a serving's machines start in the deployed month.</summary>
    public static ColdStart Of(CapacityPlan plan, Catalog catalog, ServingFleet fleet, ImmutableArray<Pool> pools)
    {
        var wish = fleet.Serving.ColdStart ?? ColdStartWish.Deployed;
        var own = pools.Where(pool => pool.Serving == fleet.Serving.Name && !pool.IsDraining && !pool.IsExternal).ToImmutableArray();
        var headroom = Math.Max(0, fleet.CapacityRequestsPerSecond - fleet.Demand.PeakRequestsPerSecond);
        var growth = LoadRise.OfPeak(plan, fleet.Serving);
        ImmutableArray<ColdStartSite> sites =
        [
            .. own.GroupBy(pool => (pool.Cloud, pool.Region))
                .OrderBy(site => site.Key.Cloud).ThenBy(site => site.Key.Region, StringComparer.Ordinal)
                .Select(site => Site(catalog, fleet, wish, [.. site], growth, headroom)),
        ];
        var slowest = sites.Select(site => site.Deployed.Start.Total).DefaultIfEmpty().Max();
        return new ColdStart(
            wish, growth * slowest.TotalSeconds, headroom, LoadRise.Measured(plan, fleet.Serving, plan.AsOf, slowest), sites);
    }

    /// <summary>
    /// True for what the program deploys. Google's file systems of a size that fits weights are slower than its buckets (Filestore: 260 MiB/s for a tebibyte), and a Hyperdisk ML must be filled by
    /// a machine before others may read it; images with weights in them have nobody who makes them. Machines that wait stopped have weights on
    /// their root disks, so a serving with such machines shares none.
    /// </summary>
    public static bool CanDeploy(CloudProvider cloud, WeightStore store) => store == WeightStore.ObjectStore || (store == WeightStore.SharedFileSystem && cloud == CloudProvider.Aws);

    private static ColdStartSite Site(
        Catalog catalog, ServingFleet fleet, ColdStartWish wish, ImmutableArray<Pool> pools, double growth, double headroom)
    {
        var share = pools.Sum(pool => pool.RequestsPerSecond) / fleet.CapacityRequestsPerSecond;

        // The machine that waits is of the pool that carries most for its price.
        var spare = pools.OrderBy(pool => pool.Hourly.Amount / (decimal)pool.RequestsPerSecond).ThenBy(pool => pool.Id, StringComparer.Ordinal).First();
        var options = Stores.Select(store => Option(store, wish.WarmPool)).ToImmutableArray();
        var allowed = options.Where(option => option.IsDeployable && (wish.Storage is null || option.Start.Store == wish.Storage)).ToList();
        var chosen = allowed.Where(option => option.Holds && option.Monthly is not null).MinBy(option => option.Monthly!.Value.Amount)
            ?? allowed.MinBy(option => option.Start.Total)!;
        return new ColdStartSite(
            pools[0].Cloud,
            pools[0].Region,
            [.. pools.Select(pool => pool.Id).Order(StringComparer.Ordinal)],
            options,
            chosen,
            Option(chosen.Start.Store, 0),
            Slowest(WeightStore.LocalCache));

        StartTime Slowest(WeightStore store) => pools.Select(pool => PoolStart.Of(catalog, fleet.Serving, pool, store)).MaxBy(start => start.Total)!;

        ColdStartOption Option(WeightStore store, int? given)
        {
            var start = Slowest(store);
            var isLate = wish.Target is { } target && start.Total > target;
            var lacking = Math.Max(0, ((growth * start.Total.TotalSeconds) - headroom) * share);
            var replicas = isLate ? Math.Max(1, (int)Math.Ceiling(lacking / (spare.RequestsPerSecond / Math.Max(1, spare.Instances.Desired)) / spare.NodesPerReplica)) : 0;
            var needed = replicas * spare.NodesPerReplica;
            var warm = given ?? needed;
            return new ColdStartOption(
                start,
                warm,
                WeightStorePrices.Monthly(catalog, store, pools, PoolStart.Weights(fleet.Serving, pools[0])),
                (new UsdPerHour(spare.Hourly.Amount / Math.Max(1, spare.Instances.Desired)) * warm * UsdPerHour.HoursPerMonth).ToCents(),
                warm >= needed,
                CanDeploy(pools[0].Cloud, store) && !(store == WeightStore.SharedFileSystem && fleet.Serving.Scaling is { Standby: not null }));
        }
    }
}
