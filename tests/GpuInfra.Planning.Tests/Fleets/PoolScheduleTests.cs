using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Fleets;

public class PoolScheduleTests
{
    // A working day: twice the mean from 8 to 20 UTC, nearly nothing at night.
    private static readonly ImmutableArray<double> WorkingDay = [.. Enumerable.Range(0, 24).Select(hour => hour is >= 8 and < 20 ? 1.8 : 0.2)];

    private static readonly CapacityPlan Plan = WithShape(WorkingDay, []);

    private static readonly FleetPlan Fleet = Planner.Plan(Plan, "prod", A.Catalog);

    [Fact]
    public void A_trace_without_hours_gives_no_schedule() => Assert.Empty(Planner.Plan(A.ProdPlan(), "prod", A.Catalog).Times.Schedules);

    [Fact]
    public void Machines_stand_before_the_day_and_leave_after_it()
    {
        var (schedule, pool) = Scheduled();
        Assert.Equal(2, schedule.Sizes.Length);
        Assert.All(schedule.Sizes, size => Assert.Equal(DayRange.EveryDay, size.Days));
        var (up, down) = (schedule.Sizes[0], schedule.Sizes[1]);
        Assert.Equal(pool.Instances.Desired, up.Min);
        Assert.InRange((new TimeOnly(8, 0) - up.At).TotalMinutes, schedule.Lead.TotalMinutes, schedule.Lead.TotalMinutes + 5);
        Assert.Equal(new TimeOnly(20, 0), down.At);
        Assert.True(down.Min < up.Min);
    }

    [Fact]
    public void The_size_at_a_time_is_that_of_the_last_change()
    {
        var (schedule, _) = Scheduled();
        var (up, down) = (schedule.Sizes[0], schedule.Sizes[1]);
        Assert.Equal((up.Min, down.Min), (schedule.At(DayOfWeek.Monday, up.At), schedule.At(DayOfWeek.Monday, up.At.AddMinutes(-1))));
        Assert.Equal((down.Min, up.Min), (schedule.At(DayOfWeek.Sunday, down.At), schedule.At(DayOfWeek.Sunday, down.At.AddMinutes(-1))));
        Assert.Equal(down.Min, schedule.At(DayOfWeek.Monday, new TimeOnly(0, 0)));
    }

    [Fact]
    public void Stretches_fill_the_week_with_the_sizes_that_stand_in_them()
    {
        foreach (var fleet in new[] { Fleet, Planner.Plan(WithShape(WorkingDay, [1.2, 1.2, 1.2, 1.2, 1.2, 0.5, 0.5]), "prod", A.Catalog) })
        {
            foreach (var schedule in fleet.Times.Schedules.Values)
            {
                Assert.Equal(TimeSpan.FromDays(7), schedule.Stretches.Aggregate(TimeSpan.Zero, (sum, stretch) => sum + (stretch.Length * stretch.Days.Length)));
                Assert.All(schedule.Stretches, stretch => Assert.All(stretch.Days, day =>
                {
                    Assert.Equal(stretch.Min, schedule.At(day, stretch.At));
                    Assert.Equal(stretch.Min, schedule.At(day.Plus(stretch.At, stretch.Length - TimeSpan.FromMinutes(1)).Day, day.Plus(stretch.At, stretch.Length - TimeSpan.FromMinutes(1)).At));
                }));
            }
        }
    }

    [Fact]
    public void The_saving_is_of_the_hours_that_machines_do_not_run()
    {
        var (schedule, pool) = Scheduled();
        var (up, down) = (schedule.Sizes[0], schedule.Sizes[1]);
        var long_ = (decimal)(down.At - up.At).TotalHours;
        var hours = RunWindow.MonthlyHours(7 * ((up.Min * long_) + (down.Min * (24 - long_))));
        Assert.Equal(hours, schedule.InstanceHours, 9);
        Assert.Equal(pool.Monthly.Amount, schedule.Monthly.Amount + schedule.Saving.Amount);
        Assert.True(schedule.Saving.Amount > 0);
    }

    [Fact]
    public void Every_scheduled_size_keeps_all_promises_of_its_hour_and_one_machine_less_breaks_one()
    {
        foreach (var serving in Fleet.Servings)
        {
            var pools = Fleet.Pools.Where(pool => pool.Serving == serving.Serving.Name).ToImmutableArray();
            var scaled = pools.Where(pool => pool.Tier == Tier.OnDemand).ToList();
            foreach (var share in new[] { 0.05, 0.11, 0.4, 0.77, 1 })
            {
                var sized = FewestMachines.Of(pools, scaled, few => PoolSchedules.Keeps(Plan, serving, few, share));
                Assert.True(PoolSchedules.Keeps(Plan, serving, sized, share));
                Assert.All(sized.Zip(pools), pair => Assert.True(pair.First.Instances.Desired <= pair.Second.Instances.Desired));
                Assert.All(sized.Zip(pools).Where(pair => pair.First.Tier == Tier.Reserved), pair => Assert.Equal(pair.Second.Instances, pair.First.Instances));
                foreach (var pool in scaled.Where(pool => sized.First(other => other.Id == pool.Id).Instances.Desired > 0))
                {
                    var less = FewestMachines.Of(sized, [pool], few => PoolSchedules.Keeps(Plan, serving, few, share)).First(other => other.Id == pool.Id);
                    Assert.Equal(sized.First(other => other.Id == pool.Id).Instances.Desired, less.Instances.Desired);
                }
            }
        }
    }

    [Fact]
    public void Days_that_differ_are_told_each()
    {
        var fleet = Planner.Plan(WithShape(WorkingDay, [1.2, 1.2, 1.2, 1.2, 1.2, 0.5, 0.5]), "prod", A.Catalog);
        var days = fleet.Times.Schedules.Values.First().Sizes.Select(size => size.Days.ToString()).Distinct();
        Assert.Equal(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"], days);
    }

    [Fact]
    public void The_busiest_hour_is_the_whole_peak_and_a_workload_without_hours_is_always_at_its_peak()
    {
        var shares = HourlyLoad.Of(Plan, Plan.Servings[0], Plan.Start)!.Value;
        Assert.Equal((1.0, 0.2 / 1.8), (shares[8], shares[7]));
        var both = Plan with { Workloads = [.. Plan.Workloads, A.Workload("flat", scale: 40)] };
        var mixed = HourlyLoad.Of(both, both.Servings[0], both.Start)!.Value;
        Assert.Equal(1, mixed[8], 12);
        Assert.Equal((1 + (0.2 / 1.8)) / 2, mixed[7], 12);
    }

    private static (PoolSchedule Schedule, Pool Pool) Scheduled()
    {
        var schedule = Fleet.Times.Schedules.Values.First();
        return (schedule, Fleet.Pools.First(pool => pool.Id == schedule.Pool));
    }

    private static CapacityPlan WithShape(ImmutableArray<double> hours, ImmutableArray<double> days)
    {
        var profile = A.Profile("azure-conv-2023");
        var shaped = profile with { Arrivals = profile.Arrivals with { HourOfDay = hours, DayOfWeek = days, Clock = TraceClock.Utc } };
        var survive = new Survival(Share.All, Share.FromPercent(60));
        return A.Plan() with
        {
            Clouds = [A.Aws(70), A.Gcp(30)],
            Survive = survive,
            Servings = [A.Serving() with { Survive = survive }],
            Workloads = [A.Workload() with { Demand = new DemandSource.Profiled(shaped, 40) }],
            Purchasing = new Purchasing(10, ReserveTerm.None, [], SpotFallback.None),
        };
    }
}

internal static class WeekTimes
{
    /// <summary>A time of the week some time later.</summary>
    public static (DayOfWeek Day, TimeOnly At) Plus(this DayOfWeek day, TimeOnly at, TimeSpan later)
    {
        var time = at.Add(later, out var days);
        return ((DayOfWeek)(((int)day + days) % 7), time);
    }
}
