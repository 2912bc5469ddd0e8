using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;

namespace GpuInfra.Planning.Monitoring;

/// <summary>
/// The plan's figures as monitors that see one region or cloud alone compare with: what is of a serving as a whole is taken by the region's part of the serving's
/// capacity, what is of the stack's budget by its part of the cost. Where all regions are well, each gets that part of the requests; one that has to stand in for
/// another is told so (<c>DemandAbovePlan</c>).
/// </summary>
public static class RegionSeries
{
    /// <summary>Figures of a serving that add up over its regions.</summary>
    private static readonly ImmutableHashSet<string> OfAll =
        ["plan:peak_requests_per_second", "plan:capacity_requests_per_second", "plan:output_tokens_per_second", "plan:queue_most"];

    /// <summary>The figures of a region, ordered as the plan's are.</summary>
    /// <param name="fleet">The fleet.</param>
    /// <param name="catalog">Start times of its machines.</param>
    /// <param name="cloud">The cloud.</param>
    /// <param name="region">The region; null for all of the cloud's.</param>
    public static ImmutableArray<PlanSeries> Of(FleetPlan fleet, Catalog catalog, CloudProvider cloud, string? region)
    {
        var pools = fleet.Pools.Where(pool => !pool.IsDraining).ToLookup(pool => pool.Serving, StringComparer.Ordinal);
        var isFirst = fleet.Provisioned.MinBy(pool => (pool.Cloud, pool.Region)) is not { } first || IsHere(first.Cloud, first.Region);
        var cost = Part(fleet.Provisioned, pool => (double)pool.Hourly.Amount);
        return [.. PlanSeries.Of(fleet, catalog).Select(InRegion).OfType<PlanSeries>()];

        PlanSeries? InRegion(PlanSeries series)
        {
            if (series.Labels.TryGetValue("region", out var where))
            {
                return series.Labels["cloud"] == JsonText.Word(cloud) && (region is null || where == region) ? series : null;
            }

            if (series.Labels.TryGetValue("serving", out var serving))
            {
                var part = Part(pools[serving], pool => pool.RequestsPerSecond);
                return part <= 0 ? null : !OfAll.Contains(series.Name) ? series
                    : series with { Value = series.Name == "plan:queue_most" ? Math.Max(1, part * series.Value) : part * series.Value };
            }

            // One monitor is enough to tell that a reservation ends.
            return series.Labels.ContainsKey("held") ? isFirst ? series : null : series with { Value = cost * series.Value };
        }

        double Part(IEnumerable<Pool> all, Func<Pool, double> of)
        {
            var list = all.ToList();
            var whole = list.Sum(of);
            return whole <= 0 ? 0 : list.Where(pool => IsHere(pool.Cloud, pool.Region)).Sum(of) / whole;
        }

        bool IsHere(CloudProvider inCloud, string inRegion) => inCloud == cloud && (region is null || inRegion == region);
    }
}
