using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests;

public class PlannerTests
{
    private static readonly FleetPlan Prod = Planner.Plan(A.ProdPlan(), "prod", A.Catalog);

    [Fact]
    public void Doubling_a_workload_changes_the_pools_of_its_serving_and_the_totals_and_nothing_else()
    {
        var plan = A.ProdPlan();
        var doubled = Planner.Plan(plan with { Workloads = plan.Workloads.SetItem(1, A.Workload("copilot", "coder", 8, "azure-code-2023")) }, "prod", A.Catalog);

        Assert.NotEqual(Describe(Prod.Pools.Where(pool => pool.Serving == "coder")), Describe(doubled.Pools.Where(pool => pool.Serving == "coder")));
        Assert.Equal(Describe(Prod.Pools.Where(pool => pool.Serving != "coder")), Describe(doubled.Pools.Where(pool => pool.Serving != "coder")));
        Assert.True(doubled.Cost.Monthly.CompareTo(Prod.Cost.Monthly) > 0);
    }

    [Fact]
    public void Planning_twice_gives_the_same_fleet()
    {
        var again = Planner.Plan(A.ProdPlan(), "prod", A.Catalog);
        Assert.Equal(Describe(Prod.Pools), Describe(again.Pools));
        Assert.Equal(Prod.PlanHash, again.PlanHash);
    }

    [Fact]
    public void Every_change_of_meaning_changes_the_hash()
    {
        var plan = A.ProdPlan();
        var changes = new[]
        {
            plan with { Headroom = Share.FromPercent(21) },
            plan with { Growth = Growth.Conservative },
            plan with { AsOf = plan.Start, HorizonMonths = 2 },
            plan with { Workloads = plan.Workloads.SetItem(0, A.Workload(scale: 41)) },
            plan with { Clouds = [A.Aws(60), A.Gcp(40)] },
            plan with { Tags = plan.Tags with { Extra = plan.Tags.Extra.Add("app", "chat") } },
        };
        var hashes = changes.Prepend(plan).Select(changed => Planner.Plan(changed, "prod", A.Catalog).PlanHash).ToList();
        Assert.Equal(hashes.Count, hashes.Distinct().Count());
    }

    [Fact]
    public void Spot_never_carries_an_online_serving_and_online_servings_have_a_reserved_baseline()
    {
        Assert.All(Prod.Pools.Where(pool => pool.Tier == Tier.Spot), pool => Assert.Equal("embedder", pool.Serving));
        Assert.All(new[] { "assistant", "coder" }, serving =>
            Assert.Contains(Prod.Pools, pool => pool.Serving == serving && pool.Tier == Tier.Reserved));
    }

    [Fact]
    public void Reservations_carry_the_median_demand_and_no_more_than_a_round_of_zones_beyond_it()
    {
        foreach (var serving in Prod.Servings.Where(serving => serving.Serving.Kind == ServingKind.Online))
        {
            foreach (var cloud in Prod.Plan.Clouds)
            {
                var reserved = Prod.Pools.Where(pool => pool.Serving == serving.Serving.Name && pool.Cloud == cloud.Cloud && pool.Tier == Tier.Reserved).ToList();
                var median = serving.Demand.RequestsPerSecondAt(50) * cloud.Share.Fraction;
                Assert.True(reserved.Sum(pool => Rate(pool) * pool.Instances.Desired) >= median - 1e-9);
                Assert.All(reserved, pool => Assert.True((pool.Instances.Desired - pool.Zones.Length) * Rate(pool) < median, pool.Id));
            }
        }

        static double Rate(Pool pool) => pool.ReplicaCapacity.RequestsPerSecond * pool.ReplicasPerInstance;
    }

    [Fact]
    public void Each_cloud_carries_its_share_of_the_peak_with_headroom()
    {
        foreach (var serving in Prod.Servings)
        {
            foreach (var cloud in Prod.Plan.Clouds)
            {
                var rate = Prod.Pools.Where(pool => pool.Serving == serving.Serving.Name && pool.Cloud == cloud.Cloud)
                    .Sum(pool => pool.Replicas * pool.ReplicaCapacity.RequestsPerSecond);
                Assert.True(rate >= serving.Demand.PeakRequestsPerSecond * cloud.Share.Fraction * 1.2 - 1e-6, $"{serving.Serving.Name} {cloud.Cloud}");
            }
        }
    }

    [Fact]
    public void Every_promised_loss_is_survived()
    {
        var online = Prod.Servings.Where(serving => serving.Serving.Kind == ServingKind.Online).ToList();
        Assert.All(online, serving => Assert.All(serving.Survival, check => Assert.True(check.Holds, $"{serving.Serving.Name}: {check}")));
        Assert.All(online, serving => Assert.Contains(serving.Survival, check => check.Lost == "cloud aws"));
    }

    [Fact]
    public void Every_offer_of_the_allowed_regions_is_taken_or_has_its_reason()
    {
        foreach (var serving in Prod.Servings)
        {
            var taken = Prod.Pools.Where(pool => pool.Serving == serving.Serving.Name)
                .SelectMany(pool => pool.Ladder.Select(rung => $"{pool.Cloud.ToString().ToLowerInvariant()}/{pool.Region}/{rung.InstanceType}"));
            var rejected = serving.Rejections.Select(rejection => rejection.Option).Where(option => option.Contains('/'));
            var offers = A.Catalog.Offers.Where(offer => offer.Region is "us-east-1" or "us-central1").Select(offer => offer.Id);
            Assert.Equal(offers.Order(StringComparer.Ordinal), taken.Concat(rejected).Distinct().Order(StringComparer.Ordinal));
            Assert.All(serving.Rejections, rejection => Assert.NotEmpty(rejection.Detail));
        }
    }

    [Fact]
    public void Every_rung_of_a_ladder_holds_the_replica_in_zones_that_sell_spot()
    {
        foreach (var pool in Prod.Pools.Where(pool => pool.Tier == Tier.Spot))
        {
            Assert.Equal(pool.InstanceType, pool.Ladder[0].InstanceType);
            Assert.All(pool.Ladder, rung =>
            {
                var offer = A.Catalog.Offers.Single(offer => offer.Region == pool.Region && offer.InstanceType == rung.InstanceType);
                Assert.Contains(PurchaseMode.Spot, offer.Modes);
                Assert.Equal(offer.GpusPerInstance, rung.ReplicasPerInstance * pool.Engine.TensorParallel);
            });
        }
    }

    [Fact]
    public void Every_split_of_the_cost_adds_up_to_the_cent()
    {
        var total = Prod.Pools.Sum(pool => pool.Monthly.Amount);
        Assert.Equal(total, Prod.Cost.Monthly.Amount);
        Assert.All(
            new[] { Prod.Cost.ByTier, Prod.Cost.ByCloud, Prod.Cost.ByTeam, Prod.Cost.ByWorkload },
            parts => Assert.Equal(total, parts.Sum(part => part.Monthly.Amount)));
    }

    [Fact]
    public void A_nightly_batch_is_priced_for_its_hours()
    {
        var pool = Prod.Pools.First(pool => pool.Serving == "embedder");
        Assert.Equal((pool.Hourly * (4 * 365m / 12)).ToCents(), pool.Monthly);
    }

    [Fact]
    public void A_pools_name_tells_no_count_and_no_instance_type() => Assert.All(Prod.Pools, pool =>
        Assert.Equal($"{pool.Serving}-{pool.Cloud.ToString().ToLowerInvariant()}-{pool.Region}-{pool.Tier.ToString().ToLowerInvariant()}-{pool.Gpu}", pool.Id));

    [Fact]
    public void There_is_a_step_for_every_month_and_growth_makes_it_dearer()
    {
        var plan = A.ProdPlan();
        var fleet = Planner.Plan(plan with { HorizonMonths = 12, Workloads = [.. plan.Workloads.Select(workload => workload with { Growth = Growth.Aggressive })] }, "prod", A.Catalog);
        Assert.Equal(Enumerable.Range(0, 12).Select(plan.Start.Plus), fleet.Steps.Select(step => step.Month));
        Assert.True(fleet.Steps[^1].Monthly.CompareTo(fleet.Steps[0].Monthly) > 0);
        Assert.Equal(fleet.Cost.Monthly, fleet.Steps[0].Monthly);
    }

    [Fact]
    public void Office_hours_stop_standing_pools_outside_production()
    {
        var office = new RunWindow(new DayRange(DayOfWeek.Monday, DayOfWeek.Friday), new TimeOnly(8, 0), new TimeOnly(20, 0), "Europe/Berlin");
        var dev = A.Plan() with { Environment = DeploymentEnvironment.Dev, Shutdown = new Shutdown(TimeSpan.FromMinutes(30), Share.FromPercent(5), office) };
        Assert.All(Planner.Plan(dev, "dev", A.Catalog).Pools, pool => Assert.Equal((office, true), (pool.Window, pool.AutoShutdown)));
        Assert.All(Prod.Pools.Where(pool => pool.Tier != Tier.Spot), pool => Assert.Equal((null, false), (pool.Window, pool.AutoShutdown)));
    }

    [Fact]
    public void What_the_watchdog_may_scale_in_keeps_one_machine_and_what_it_may_not_keeps_all()
    {
        var dev = A.Plan() with { Environment = DeploymentEnvironment.Dev, Shutdown = new Shutdown(TimeSpan.FromMinutes(30), Share.FromPercent(5), null) };
        var standing = Planner.Plan(dev, "dev", A.Catalog).Pools.Where(pool => pool.Tier == Tier.OnDemand).ToList();
        Assert.NotEmpty(standing);
        Assert.All(standing, pool => Assert.Equal(1, pool.Instances.Min));
        Assert.All(Prod.Pools.Where(pool => pool.Tier != Tier.Spot), pool => Assert.Equal(pool.Instances.Desired, pool.Instances.Min));
    }

    [Fact]
    public void A_serving_that_nothing_can_run_is_told_with_figures_and_all_such_servings_at_once()
    {
        var impossible = new LatencyTarget(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(1), 95);
        var plan = A.Plan() with
        {
            Servings = [A.Serving("first") with { Latency = impossible }, A.Serving("second") with { Latency = impossible }],
            Workloads = [A.Workload("a", "first"), A.Workload("b", "second")],
        };
        var problems = Assert.Throws<PlanException>(() => Planner.Plan(plan, "prod", A.Catalog)).Problems;
        Assert.Equal(["servings.first", "servings.second"], problems.Select(problem => problem.Path));
        Assert.Contains("no offer of aws in us-east-1 can run llama-3.1-8b in bf16", problems[0].Message, StringComparison.Ordinal);
        Assert.Contains("1 ms promised", problems[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_promise_that_no_fleet_keeps_is_told()
    {
        var plan = A.Plan() with { Servings = [A.Serving() with { Survive = new Survival(default, Share.FromPercent(60)) }] };
        var message = Assert.Throws<PlanException>(() => Planner.Plan(plan, "prod", A.Catalog)).Message;
        Assert.Contains("cannot be kept by any fleet: 60 % of P95 after the loss of a cloud (assistant)", message, StringComparison.Ordinal);
        Assert.Contains("survive.cloud of 0 % at most", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_budget_that_is_passed_is_told_first()
    {
        var budget = new Budget(new Usd(1000), [Share.FromPercent(80), Share.All], Share.All);
        Assert.Contains("more than the budget of $1,000.00", Planner.Plan(A.ProdPlan() with { Budget = budget }, "prod", A.Catalog).Warnings[0], StringComparison.Ordinal);
    }

    private static string Describe(IEnumerable<Pool> pools) => string.Join('\n', pools.Select(pool =>
        $"{pool.Id} {pool.InstanceType} {pool.Instances} {pool.Replicas} {pool.Monthly} {pool.ReplicaCapacity} {pool.Engine} "
        + $"{string.Join(' ', pool.Zones)} {string.Join(' ', pool.Ladder)}"));
}
