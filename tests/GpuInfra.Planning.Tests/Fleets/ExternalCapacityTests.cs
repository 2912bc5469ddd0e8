using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Locks;
using GpuInfra.Planning.Monitoring;
using GpuInfra.Planning.Optimization;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Plans.Ledgers;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Fleets;

/// <summary>Machines outside the clouds: in the choice at the margin, lost by their site, in the cost apart. Random problems have them in <see cref="HeldFleets"/>.</summary>
public class ExternalCapacityTests
{
    private static readonly CapacityPlan Plan = A.Plan() with { Workloads = [A.Workload(scale: 40)] };

    private static readonly FleetPlan Bare = Planner.Plan(Plan, "prod", A.Catalog);

    [Theory]

    // Ten requests a second, four machines of one each outside that are paid anyway ($50 each): the cloud's machines at $100 carry six.
    [InlineData(0, false, 4, 6, 6 * 100 + 4 * 50)]

    // All of eight after the loss of a zone or a site: without the site eight must be left, so eight there; without a zone 4 + 4 are.
    [InlineData(8, false, 4, 8, 8 * 100 + 4 * 50)]

    // Paid by use at $90 a machine they are cheaper than the cloud's still, at $110 they are not.
    [InlineData(0, true, 90, 6, 6 * 100 + 4 * 90)]
    [InlineData(0, true, 110, 10, 10 * 100)]
    public void The_fleet_is_the_one_that_can_be_worked_out_by_hand(double survives, bool byUse, int price, int inCloud, int cost)
    {
        var limit = new SharedLimit("external e", "", 4);
        var need = new ServingNeed
        {
            Name = "s",
            Peak = 10,
            P95 = 8,
            Survive = survives > 0 ? new Survival(Share.All, default) : Survival.None,
            Clouds = [new CloudShare(CloudProvider.Aws, 1)],
            Choices =
            [
                Choice(CloudProvider.Aws, Tier.OnDemand, ["a", "b"], new Purchase("list", 100)),
                Choice(CloudProvider.External, Tier.External, ["site"], new Purchase("external e", byUse ? price : 0, 4) { Uses = [new LimitUse("external e", 1)] }),
            ],
        };
        var found = FleetOptimizer.Solve(new FleetProblem([need], [limit]) { Paid = byUse ? 0 : 200 }, new SearchLimits());
        Assert.Equal((cost, inCloud), ((int)found.Objective, found.Instances.Where(placed => !placed.Choice.IsExternal).Sum(placed => placed.Count)));
        Assert.Equal(found.Objective, found.Bound);
    }

    [Fact]
    public void What_is_outside_comes_off_the_whole_and_the_clouds_share_the_rest()
    {
        // Of ten, six are left: 4.2 and 1.8.
        var need = new ServingNeed
        {
            Name = "s",
            Peak = 10,
            Clouds = [new CloudShare(CloudProvider.Aws, 0.7), new CloudShare(CloudProvider.Gcp, 0.3)],
            Choices =
            [
                Choice(CloudProvider.Aws, Tier.OnDemand, ["a"], new Purchase("list", 100)),
                Choice(CloudProvider.Gcp, Tier.OnDemand, ["b"], new Purchase("list", 100)),
                Choice(CloudProvider.External, Tier.External, ["site"], new Purchase("external e", 0, 4)),
            ],
        };
        var found = FleetOptimizer.Solve(new FleetProblem([need], []), new SearchLimits());
        Assert.Equal(["4 External", "5 Aws", "2 Gcp"], found.Instances.OrderBy(placed => placed.Choice.Cloud == CloudProvider.External ? 0 : 1)
            .ThenBy(placed => placed.Choice.Cloud).Select(placed => $"{placed.Count} {placed.Choice.Cloud}"));
    }

    [Fact]
    public void Machines_outside_are_not_watched_and_their_serving_has_no_headroom_that_could_be_seen()
    {
        var figures = PlanSeries.Of(With(Row()), A.Catalog);
        Assert.DoesNotContain(figures, figure => figure.Labels.GetValueOrDefault("cloud") == "external");
        Assert.DoesNotContain(figures, figure => figure.Name == "plan:headroom_ratio");
        Assert.Contains(PlanSeries.Of(Bare, A.Catalog), figure => figure.Name == "plan:headroom_ratio");
    }

    [Fact]
    public void A_plan_runs_on_what_is_outside_and_shows_its_cost_apart()
    {
        var fleet = With(Row());
        var pool = fleet.Pools.Single(pool => pool.IsExternal);
        Assert.Equal(("assistant-external-us-ord-external-h100-80gb", 2, "ord1"), (pool.Id, pool.Instances.Desired, pool.Zones.Single().Zone));
        Assert.True(fleet.Provisioned.Sum(other => other.Instances.Desired) < Bare.Pools.Sum(other => other.Instances.Desired));
        Assert.True(Math.Abs(fleet.Objective - fleet.Cost.Monthly.Amount) <= 0.02m);
        Assert.Equal(2 * 16 * 730, fleet.Cost.ByTier.Single(part => part.Name == "external").Monthly.Amount);
        Assert.Equal(2 * 16 * 730, fleet.Cost.ByCloud.Single(part => part.Name == "external").Monthly.Amount);
        Assert.All([fleet.Cost.ByTier, fleet.Cost.ByCloud, fleet.Cost.ByTeam, fleet.Cost.ByWorkload], split =>
            Assert.Equal(fleet.Cost.Monthly.Amount, split.Sum(part => part.Monthly.Amount)));
        Assert.Equal(("cw-1", 2, 2), (fleet.External.Single().Row.Id, fleet.External.Single().Machines, fleet.External.Single().Used.Single().Machines));
        Assert.Contains(fleet.Warnings, warning => warning.Contains("https://gpu.example.com/v1", StringComparison.Ordinal));
        Assert.DoesNotContain(fleet.Quotas, need => need.Cloud == CloudProvider.External);

        var locked = LockText.Read(LockText.Of(FleetLock.Of(fleet)), "prod.fleet.lock.json");
        Assert.Equal(fleet.Pools.Select(other => (other.Id, other.Tier, other.Cloud)), locked.Steps[0].Pools.Select(other => (other.Id, other.Tier, other.Cloud)));
        Assert.Equal(fleet.PlanHash, Planner.Plan(fleet.Plan, "prod", A.Catalog, fleet.Steps).PlanHash);
    }

    [Fact]
    public void A_site_is_a_place_that_can_be_lost()
    {
        var survive = new Survival(Share.All, default);
        var fleet = Planner.Plan(Plan with { Survive = survive, Servings = [A.Serving() with { Survive = survive }], Ledger = new() { External = [Row()] } }, "prod", A.Catalog);
        var lost = fleet.Servings.Single().Survival.Single(check => check.Lost == "zone ord1");
        Assert.True(lost.Holds && lost.Remaining.Fraction >= 1);
        Assert.DoesNotContain(fleet.Servings.Single().Survival, check => check.Lost == "cloud external");
    }

    [Fact]
    public void What_no_serving_may_use_stands_idle_in_the_cost_and_what_is_paid_by_use_costs_nothing_then()
    {
        ExternalCapacity[] unusable =
        [
            Row() with { Servings = ["other"] },
            Row() with { Start = new DateOnly(2026, 12, 2) },
            Row() with { End = new DateOnly(2026, 12, 30) },
        ];
        Assert.All(unusable, row => Assert.Equal(Bare.Pools.Select(pool => pool.Id), With(row).Pools.Select(pool => pool.Id)));
        Assert.Equal(2 * 16 * 730, With(unusable[0]).Cost.Unused.Single().Monthly.Amount);
        Assert.Contains(With(unusable[0]).Servings.Single().Rejections, rejection => rejection is { Option: "external/us-ord/cw-1", Constraint: "external" });
        Assert.Equal(Bare.Cost.Monthly, With(unusable[0] with { IsPaidByUse = true }).Cost.Monthly);
        Assert.Equal(Bare.Cost.Monthly, With(unusable[1]).Cost.Monthly);

        var residency = new Residency(["us-east-1"]);
        var bound = Planner.Plan(Plan with { Servings = [A.Serving() with { Residency = residency }], Ledger = new() { External = [Row()] } }, "prod", A.Catalog);
        Assert.DoesNotContain(bound.Pools, pool => pool.IsExternal);
        Assert.Contains(bound.Servings.Single().Rejections, rejection => rejection is { Option: "external/us-ord/cw-1", Constraint: "residency" });
    }

    [Fact]
    public void Servings_share_the_machines_and_none_is_counted_twice()
    {
        var two = Plan with
        {
            Servings = [A.Serving(), A.Serving("helper")],
            Workloads = [A.Workload(scale: 20), A.Workload("help", "helper", 20)],
            Ledger = new() { External = [Row()] },
        };
        var fleet = Planner.Plan(two, "prod", A.Catalog);
        Assert.Equal(2, fleet.Pools.Where(pool => pool.IsExternal).Sum(pool => pool.Instances.Desired));
        Assert.True(Math.Abs(fleet.Objective - fleet.Cost.Monthly.Amount) <= 0.02m);
    }

    private static FleetPlan With(ExternalCapacity row) => Planner.Plan(Plan with { Ledger = new() { External = [row] } }, "prod", A.Catalog);

    private static ExternalCapacity Row() => new()
    {
        Id = "cw-1",
        Grant = new Grant(CloudProvider.External, "coreweave", "us-ord", 2, ImmutableSortedDictionary<string, int>.Empty.Add("prod", 2)),
        Site = "ord1",
        Gpu = "h100-80gb",
        GpusPerMachine = 1,
        Start = new DateOnly(2026, 6, 1),
        End = null,
        Hourly = new UsdPerHour(16),
        Endpoint = "https://gpu.example.com/v1",
    };

    private static PoolChoice Choice(CloudProvider cloud, Tier tier, ImmutableArray<string> zones, Purchase purchase) => new()
    {
        Pool = $"{cloud}-pool",
        Offer = $"{cloud}/r/type",
        Cloud = cloud,
        Region = "r",
        Tier = tier,
        Zones = zones,
        Rate = 1,
        Replicas = 1,
        Purchases = [purchase],
    };
}
