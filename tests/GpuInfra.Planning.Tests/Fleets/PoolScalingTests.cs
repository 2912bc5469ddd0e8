using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Plans.Ledgers;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Fleets;

public class PoolScalingTests
{
    private static readonly Scaling Usual = new(null, 1, Share.All, true);

    private static readonly FleetPlan Fleet = Planner.Plan(PlanOf(Usual), "prod", A.Catalog);

    private static IEnumerable<Pool> Following => Fleet.Pools.Where(pool => Fleet.ScalingOf(pool) is not null);

    [Fact]
    public void Machines_prices_and_the_planned_size_are_those_of_a_fleet_that_stands()
    {
        var standing = Planner.Plan(PlanOf(null), "prod", A.Catalog);
        Assert.Equal(
            standing.Pools.Select(pool => (pool.Id, pool.InstanceType, pool.Instances.Desired, pool.Instances.Max, pool.Monthly)),
            Fleet.Pools.Select(pool => (pool.Id, pool.InstanceType, pool.Instances.Desired, pool.Instances.Max, pool.Monthly)));
        Assert.All(standing.Pools, pool => Assert.Null(standing.ScalingOf(pool)));
        Assert.NotEmpty(Following);
    }

    [Fact]
    public void The_smallest_size_keeps_every_promise_of_the_P95_demand_and_one_machine_less_breaks_one()
    {
        var serving = Fleet.Servings.Single();
        var pools = Smallest(Fleet);
        var demand = serving.Demand.RequestsPerSecondAt(95);
        Assert.True(pools.Sum(pool => pool.RequestsPerSecond) >= demand * (1 - 1e-9));
        Assert.All(Survivability.Checks(pools, demand, serving.Serving.Survive), check => Assert.True(check.Holds, check.Lost));
        foreach (var pool in Following.Where(pool => pool.Instances.Min > 1))
        {
            var less = pools.Replace(pools.First(other => other.Id == pool.Id), Sized(pool, pool.Instances.Min - 1));
            Assert.False(FewestMachines.Carry(Fleet.Plan, serving.Serving, less, demand, demand), pool.Id);
        }
    }

    [Theory]
    [InlineData(10)]
    [InlineData(35)]
    [InlineData(60)]
    [InlineData(100)]
    public void A_lower_floor_keeps_the_promises_of_so_much_demand_and_never_gives_back_the_last_machine(int percent)
    {
        var fleet = Planner.Plan(PlanOf(Usual with { Floor = Share.FromPercent(percent) }), "prod", A.Catalog);
        var serving = fleet.Servings.Single();
        var demand = serving.Demand.RequestsPerSecondAt(95) * percent / 100;
        Assert.True(FewestMachines.Carry(fleet.Plan, serving.Serving, Smallest(fleet), demand, demand));
        Assert.All(fleet.Pools.Where(pool => fleet.ScalingOf(pool) is not null), pool => Assert.InRange(pool.Instances.Min, 1, pool.Instances.Max - 1));
        Assert.All(fleet.Pools.Zip(Fleet.Pools), pair => Assert.True(pair.First.Instances.Min <= pair.Second.Instances.Min));
        Assert.Equal(percent < 100, fleet.Warnings.Any(warning => warning.Contains("(scaling.floor)", StringComparison.Ordinal)));
    }

    [Fact]
    public void Reserved_machines_stay_whatever_load_does()
    {
        var plan = PlanOf(Usual with { Floor = Share.FromPercent(10) });
        var fleet = Planner.Plan(plan with { Purchasing = plan.Purchasing with { ReserveUpToPercentile = 50, CreatesReservations = true } }, "prod", A.Catalog);
        var reserved = fleet.Pools.Where(pool => pool.Tier == Tier.Reserved).ToList();
        Assert.NotEmpty(reserved);
        Assert.All(reserved, pool => Assert.Equal((null, pool.Instances.Desired), (fleet.ScalingOf(pool), pool.Instances.Min)));
    }

    [Fact]
    public void The_fewest_replicas_of_the_plan_are_kept()
    {
        var plan = PlanOf(Usual with { Floor = Share.FromPercent(10) });
        var replicas = Fleet.Pools.Sum(pool => pool.Replicas) - 1;
        var fleet = Planner.Plan(plan with { Servings = [plan.Servings[0] with { FewestReplicas = replicas }] }, "prod", A.Catalog);
        Assert.True(Smallest(fleet).Sum(pool => pool.Replicas) >= replicas);
    }

    [Fact]
    public void Machines_that_were_hard_to_get_are_not_given_back()
    {
        var plan = PlanOf(Usual with { Floor = Share.FromPercent(40) });
        var standing = Planner.Plan(PlanOf(null), "prod", A.Catalog);
        var hard = Following.First();
        var row = new AvailabilityRow
        {
            Cloud = hard.Cloud,
            Region = hard.Region,
            Zone = null,
            InstanceType = hard.InstanceType,
            Gpu = null,
            Mode = PurchaseMode.OnDemand,
            Seen = new DateOnly(2026, 11, 30),
            Source = "launch log",
            Score = 6,
        };
        plan = plan with { Availability = plan.Availability with { Rows = [row] } };
        var pools = ScalingFloor.Apply(plan, plan.Servings[0], standing.Servings[0].Demand, plan.AsOf, standing.Pools);
        Assert.All(pools, pool => Assert.Equal(pool.Id == hard.Id, pool.Instances.Min == pool.Instances.Desired));
        Assert.Contains(FleetWarnings.Of(plan, A.Catalog, pools, standing.Cost), warning => warning.StartsWith($"{hard.Id} gives no machine back when load is low: score 6 of 10", StringComparison.Ordinal));
    }

    [Fact]
    public void Places_in_use_follow_from_the_planned_rate_by_Littles_law()
    {
        foreach (var pool in Following)
        {
            var (rate, latency) = (pool.ReplicaCapacity.RequestsPerSecond, pool.Latency!);
            var seconds = latency.TimeToFirstToken.TotalSeconds + (Fleet.Servings[0].Demand.OutputTokens * latency.TimePerOutputToken.TotalSeconds);
            var inUse = PoolScaling.InUseOf(pool).Fraction;
            Assert.Equal(rate * seconds, inUse * pool.Engine.MaxConcurrency, 6);
            Assert.Equal(inUse / 1.2, Fleet.ScalingOf(pool)!.InUse.Fraction, 3);
        }
    }

    [Fact]
    public void Adding_machines_later_than_the_planned_rate_is_warned_of()
    {
        var fleet = Planner.Plan(PlanOf(Usual with { InUse = Share.FromPercent(95) }), "prod", A.Catalog);
        Assert.Contains(fleet.Warnings, warning => warning.Contains("latency suffers first (scaling.inUse)", StringComparison.Ordinal));
        Assert.DoesNotContain(Fleet.Warnings, warning => warning.Contains("scaling.inUse", StringComparison.Ordinal));
    }

    [Fact]
    public void In_proportion_to_its_machines_it_costs_less_at_its_smallest() => Assert.All(Following, pool =>
    {
        var scaling = Fleet.ScalingOf(pool)!;
        Assert.Equal(pool.Monthly, scaling.Most);
        Assert.Equal(pool.Monthly.Amount * pool.Instances.Min / pool.Instances.Max, scaling.Least.Amount, 1);
    });

    [Fact]
    public void No_scheduled_size_is_below_the_smallest()
    {
        Assert.NotEmpty(Fleet.Times.Schedules);
        Assert.All(Following.Where(pool => Fleet.Times.Schedules.ContainsKey(pool.Id)), pool =>
            Assert.All(Fleet.Times.Schedules[pool.Id].Sizes, size => Assert.InRange(size.Min, pool.Instances.Min, pool.Instances.Max)));
    }

    private static ImmutableArray<Pool> Smallest(FleetPlan fleet) => [.. fleet.Pools.Select(pool => fleet.ScalingOf(pool) is null ? pool : Sized(pool, pool.Instances.Min))];

    private static Pool Sized(Pool pool, int instances) => pool with
    {
        Instances = new InstanceCounts(instances, instances, pool.Instances.Max),
        Replicas = instances * pool.ReplicasPerInstance,
    };

    private static CapacityPlan PlanOf(Scaling? scaling)
    {
        var profile = A.Profile("azure-conv-2023");
        ImmutableArray<double> workingDay = [.. Enumerable.Range(0, 24).Select(hour => hour is >= 8 and < 20 ? 1.8 : 0.2)];
        var survive = new Survival(Share.All, Share.FromPercent(60));
        return A.Plan() with
        {
            Clouds = [A.Aws(70), A.Gcp(30)],
            Survive = survive,
            Servings = [A.Serving() with { Survive = survive, Scaling = scaling }],
            Workloads = [A.Workload() with { Demand = new DemandSource.Profiled(profile with { Arrivals = profile.Arrivals with { HourOfDay = workingDay, Clock = TraceClock.Utc } }, 40) }],
        };
    }
}
