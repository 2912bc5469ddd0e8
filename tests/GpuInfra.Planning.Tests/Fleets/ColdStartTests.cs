using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Fleets;

public class ColdStartTests
{
    private static readonly CapacityPlan Plan = A.Plan() with
    {
        HorizonMonths = 3,
        Workloads = [A.Workload() with { Growth = Growth.Aggressive }],
    };

    private static readonly FleetPlan Fleet = Planner.Plan(Plan, "prod", A.Catalog);

    [Fact]
    public void Without_a_wish_the_deployed_way_is_told_with_what_it_takes()
    {
        var site = Assert.Single(Start(null).Sites);
        Assert.Equal((WeightStore.ObjectStore, 0, true), (site.Chosen.Start.Store, site.Chosen.WarmPool, site.Chosen.Holds));
        Assert.Equal(Fleet.Pools.Max(pool => PoolStart.Of(A.Catalog, Plan.Servings[0], pool).Total), site.Deployed.Start.Total);
        Assert.True(site.Restart.Total < site.Deployed.Start.Total);
    }

    [Fact]
    public void The_choice_is_the_cheapest_of_all_that_meet_the_target()
    {
        foreach (var minutes in new[] { 1, 3, 6, 8, 12, 30 })
        {
            var site = Assert.Single(Start(new ColdStartWish(TimeSpan.FromMinutes(minutes), null, null)).Sites);
            var best = site.Options.Where(option => option.Holds && option.IsDeployable).Min(option => option.Monthly!.Value.Amount);
            Assert.Equal(best, site.Chosen.Monthly!.Value.Amount);
            Assert.All(site.Options, option => Assert.Equal(option.Start.Total > TimeSpan.FromMinutes(minutes), option.WarmPool > 0));
        }
    }

    [Fact]
    public void A_generous_target_takes_the_bucket_alone_and_a_hard_one_a_machine_that_waits()
    {
        var easy = Start(new ColdStartWish(TimeSpan.FromHours(1), null, null)).Sites[0].Chosen;
        Assert.Equal((WeightStore.ObjectStore, 0), (easy.Start.Store, easy.WarmPool));
        Assert.Equal(default, easy.Warm);

        var hard = Start(new ColdStartWish(TimeSpan.FromSeconds(5), null, null)).Sites[0].Chosen;
        Assert.Equal(1, hard.WarmPool);
        var machine = Fleet.Pools.Min(pool => pool.Hourly.Amount / pool.Instances.Desired);
        Assert.Equal(decimal.Round(machine * 730, 2), hard.Warm.Amount);
    }

    [Fact]
    public void A_store_that_the_plan_names_is_kept_and_its_lateness_told()
    {
        var start = Start(new ColdStartWish(TimeSpan.FromSeconds(5), WeightStore.SharedFileSystem, 0));
        Assert.Equal((WeightStore.SharedFileSystem, 0, false), (start.Sites[0].Chosen.Start.Store, start.Sites[0].Chosen.WarmPool, start.Sites[0].Chosen.Holds));
        Assert.False(start.Holds);
    }

    [Fact]
    public void Headroom_is_held_against_what_the_planned_peak_grows_by_during_a_start()
    {
        // Three times as much at the end of three months: two thirds of the first month's figures more each month.
        var start = Start(null);
        var first = A.Profile("azure-conv-2023").RequestsPerSecond * 4 * Fleet.Servings[0].Demand.Load.Peak;
        Assert.Equal(first * 2 / 3 / (730 * 3600) * start.Sites[0].Deployed.Start.Total.TotalSeconds, start.GrowthRequestsPerSecond, 6);
        Assert.Equal(Fleet.Servings[0].CapacityRequestsPerSecond - Fleet.Servings[0].Demand.PeakRequestsPerSecond, start.HeadroomRequestsPerSecond, 6);
    }

    [Fact]
    public void Stores_cost_what_their_unit_prices_say()
    {
        var options = Start(null).Sites[0].Options;
        var weights = WeightBytes.Of(Plan.Servings[0].Model, Fleet.Pools[0].Engine.Precision).Total;
        var (gb, machines) = ((decimal)(weights / 1e9), Fleet.Pools.Sum(pool => pool.Instances.Desired));
        Assert.Equal(decimal.Round(0.023m * gb, 2), options[0].Storage!.Value.Amount);
        Assert.Equal((double)((0.023m + 0.30m + 0.03m * machines * 30) * gb), (double)options[1].Storage!.Value.Amount, 0.01);
    }

    [Fact]
    public void A_region_without_a_price_leaves_the_option_out_of_the_choice()
    {
        var plan = Plan with { Clouds = [A.Aws(region: "eu-central-1")] };
        var fleet = Planner.Plan(plan with { Servings = [plan.Servings[0] with { ColdStart = new ColdStartWish(null, null, null) }] }, "prod", A.Catalog);
        var site = fleet.Times.ColdStarts["assistant"].Sites[0];
        Assert.Contains(site.Options, option => option.Monthly is null);
        Assert.NotNull(site.Chosen.Monthly);
    }

    [Fact]
    public void The_wish_changes_no_pool()
    {
        var wished = Planner.Plan(Wishing(new ColdStartWish(TimeSpan.FromMinutes(1), null, null)), "prod", A.Catalog);
        Assert.Equal(Fleet.Pools.Select(pool => (pool.Id, pool.Instances)), wished.Pools.Select(pool => (pool.Id, pool.Instances)));
        Assert.Equal(Fleet.Cost.Monthly, wished.Cost.Monthly);
    }

    private static ColdStart Start(ColdStartWish? wish) => Planner.Plan(Wishing(wish), "prod", A.Catalog).Times.ColdStarts["assistant"];

    private static CapacityPlan Wishing(ColdStartWish? wish) => Plan with { Servings = [Plan.Servings[0] with { ColdStart = wish }] };
}
