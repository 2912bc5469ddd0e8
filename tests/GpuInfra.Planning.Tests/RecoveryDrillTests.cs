using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Plans.Ledgers;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests;

/// <summary>Production with a region that stands by on AWS.</summary>
public class RecoveryDrillTests
{
    private static readonly CapacityPlan Plan = With(TimeSpan.FromHours(4));

    private static readonly FleetPlan Fleet = Planner.Plan(Plan, "prod", A.Catalog);

    private static readonly RecoveryTime Drill = Assert.Single(RecoveryDrill.Of(Fleet, Plan, A.Catalog));

    [Fact]
    public void Nothing_of_the_fleet_is_in_it_before()
    {
        Assert.DoesNotContain(Fleet.Pools, pool => pool.Region == "us-west-2");
        var standby = Assert.Single(Fleet.StandbyRegions);
        Assert.Equal((CloudProvider.Aws, "us-west-2"), (standby.Cloud, standby.Region));
        Assert.Equal("us-east-1", Assert.Single(standby.Sources));
        Assert.Contains((CloudProvider.Aws, "us-west-2"), StandbyRegion.Places(Fleet));
    }

    [Fact]
    public void What_the_lost_region_served_is_planned_in_it()
    {
        Assert.All(Drill.Fleet.Pools.Where(pool => pool.Region == "us-east-1"), pool => Assert.True(pool.IsDraining));
        Assert.All(Drill.Fleet.Servings, serving =>
        {
            var rate = Drill.Fleet.Pools.Where(pool => pool.Serving == serving.Serving.Name && !pool.IsDraining).Sum(pool => pool.RequestsPerSecond);
            Assert.True(rate >= serving.Demand.PeakRequestsPerSecond * (1 + Plan.Headroom.Fraction) * (1 - 1e-9), serving.Serving.Name);
        });
        var share = Plan.Clouds.Single(cloud => cloud.Cloud == CloudProvider.Aws).Share.Fraction;
        Assert.All(Drill.Fleet.Servings, serving => Assert.True(
            Drill.Fleet.Pools.Where(pool => pool.Serving == serving.Serving.Name && pool.Region == "us-west-2").Sum(pool => pool.RequestsPerSecond)
                >= share * serving.Demand.PeakRequestsPerSecond * (1 - 1e-9),
            serving.Serving.Name));
    }

    [Fact]
    public void It_takes_what_people_capacity_and_starts_take_one_after_the_other()
    {
        var slowest = Drill.Pools[0];
        Assert.Equal(TimeSpan.FromMinutes(30) + AvailabilityBook.DefaultHoldAfterLoss + slowest.Start.Total, Drill.Total);
        Assert.All(Drill.Pools, pool => Assert.True(pool.Total <= slowest.Total && pool.Machines > 0));
        Assert.Equal(Drill.Pools.Select(pool => pool.Total).OrderDescending(), Drill.Pools.Select(pool => pool.Total));
        Assert.True(Drill.Holds);
        Assert.NotEmpty(Drill.Quotas);
        Assert.All(Drill.Quotas, quota => Assert.Equal("us-west-2", quota.Region));
    }

    [Fact]
    public void A_promise_that_cannot_be_kept_is_refused_with_the_shortest_that_can()
    {
        var plan = With(TimeSpan.FromMinutes(45));
        var problem = Assert.Single(Assert.Throws<PlanException>(() => RecoveryDrill.Require(Planner.Plan(plan, "prod", A.Catalog), plan, A.Catalog)).Problems);
        Assert.Equal("dr.rto", problem.Path);
        Assert.Contains(FormattableString.Invariant($"is 45 min, and without us-east-1 it takes {Math.Ceiling(Drill.Total.TotalMinutes):0} min at best"), problem.Message, StringComparison.Ordinal);
        Assert.Contains("in us-west-2 (ledger: reservations)", problem.Message, StringComparison.Ordinal);

        var shortest = With(TimeSpan.FromMinutes(Math.Ceiling(Drill.Total.TotalMinutes)));
        Assert.NotNull(RecoveryDrill.Require(Planner.Plan(shortest, "prod", A.Catalog), shortest, A.Catalog));
    }

    [Fact]
    public void Launches_that_took_longer_count_as_they_were_seen()
    {
        var book = new AvailabilityBook
        {
            HoldAfterLoss = TimeSpan.FromMinutes(20),
            Rows =
            [
                .. Drill.Pools.Where(pool => pool.Region == "us-west-2").Select(pool => pool.InstanceType).Distinct().Select(type => new AvailabilityRow
                {
                    Cloud = CloudProvider.Aws, Region = "us-west-2", Zone = null, InstanceType = type, Gpu = null, Mode = PurchaseMode.OnDemand,
                    FulfilledIn = TimeSpan.FromHours(2), Source = "drill", Seen = new DateOnly(2026, 11, 20),
                }),
            ],
        };
        var plan = Plan with { Availability = book };
        var drill = Assert.Single(RecoveryDrill.Of(Planner.Plan(plan, "prod", A.Catalog), plan, A.Catalog));
        Assert.All(drill.Pools.Where(pool => pool.Region == "us-west-2" && !pool.Id.Contains("-spot-", StringComparison.Ordinal)), pool => Assert.Equal(TimeSpan.FromHours(2), pool.Capacity));
    }

    [Fact]
    public void While_a_place_is_lost_already_nothing_is_drilled() => Assert.Empty(RecoveryDrill.Of(Drill.Fleet, RecoveryDrill.Without(Plan, "us-east-1"), A.Catalog));

    [Fact]
    public void A_zone_that_is_lost_leaves_it_alone()
    {
        var zone = Fleet.Pools.First(pool => pool.Cloud == CloudProvider.Aws).Zones[0].Zone;
        var fleet = Planner.Plan(Plan with { Incident = new Incident([new LostPlace(LostKind.Zone, zone)], new DateOnly(2026, 12, 10), "power") }, "prod", A.Catalog);
        Assert.DoesNotContain(fleet.Pools, pool => pool.Region == "us-west-2");
    }

    private static CapacityPlan With(TimeSpan rto)
    {
        var plan = A.ProdPlan() with { HorizonMonths = 2 };
        return plan with
        {
            Clouds =
            [
                .. plan.Clouds.Select(cloud => cloud.Cloud == CloudProvider.Aws
                    ? cloud with { Recovery = new DisasterRecovery("us-west-2", rto, TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(30)) }
                    : cloud),
            ],
        };
    }
}
