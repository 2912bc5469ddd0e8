using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Monitoring;

namespace GpuInfra.Planning.Tests.Monitoring;

/// <summary>What monitors of one region compare with.</summary>
public class RegionSeriesTests
{
    private static readonly FleetPlan Fleet = Planner.Plan(A.ProdPlan() with { Budget = new(new(150_000), [Planning.Units.Share.FromPercent(80)], Planning.Units.Share.All) }, "prod", A.Catalog);

    private static readonly IReadOnlyList<(CloudProvider Cloud, string Region)> Regions = [.. Fleet.Provisioned.Select(pool => (pool.Cloud, pool.Region)).Distinct().Order()];

    [Theory]
    [InlineData("plan:peak_requests_per_second")]
    [InlineData("plan:capacity_requests_per_second")]
    [InlineData("plan:output_tokens_per_second")]
    [InlineData("plan:budget_alert_usd_per_month")]
    [InlineData("plan:instances")]
    public void The_regions_figures_add_up_to_the_plans(string name)
    {
        Assert.True(Regions.Count > 1);
        var all = PlanSeries.Of(Fleet, A.Catalog).Where(series => series.Name == name).Sum(series => series.Value);
        Assert.NotEqual(0, all);
        Assert.Equal(all, Regions.Sum(place => Of(place).Where(series => series.Name == name).Sum(series => series.Value)), 1e-6 * all);
    }

    [Fact]
    public void What_is_promised_is_the_same_everywhere_and_only_where_the_serving_has_a_pool()
    {
        foreach (var place in Regions)
        {
            var here = Fleet.Pools.Where(pool => (pool.Cloud, pool.Region) == place).Select(pool => pool.Serving).ToHashSet();
            Assert.All(Of(place).Where(series => series.Labels.ContainsKey("serving")), series => Assert.Contains(series.Labels["serving"], here));
            Assert.All(Of(place).Where(series => series.Name == "plan:ttft_seconds"), series => Assert.Contains(
                PlanSeries.Of(Fleet, A.Catalog), one => one.Name == series.Name && one.Value == series.Value && one.Labels.SequenceEqual(series.Labels)));
        }
    }

    [Fact]
    public void Headroom_that_a_region_sees_when_all_its_replicas_run_is_the_servings() => Assert.All(Regions, place =>
    {
        var series = Of(place).ToList();
        foreach (var peak in series.Where(one => one.Name == "plan:peak_requests_per_second" && Fleet.Pools.Any(pool => pool.Serving == one.Labels["serving"])))
        {
            var serving = Fleet.Servings.Single(one => one.Serving.Name == peak.Labels["serving"]);
            var capacity = Fleet.Pools.Where(pool => pool.Serving == peak.Labels["serving"] && (pool.Cloud, pool.Region) == place).Sum(pool => pool.RequestsPerSecond);
            var whole = Fleet.Pools.Where(pool => pool.Serving == peak.Labels["serving"]).Sum(pool => pool.RequestsPerSecond);
            Assert.Equal(whole / serving.Demand.PeakRequestsPerSecond, capacity / peak.Value, 1e-6);
        }
    });

    private static IEnumerable<PlanSeries> Of((CloudProvider Cloud, string Region) place) => RegionSeries.Of(Fleet, A.Catalog, place.Cloud, place.Region);
}
