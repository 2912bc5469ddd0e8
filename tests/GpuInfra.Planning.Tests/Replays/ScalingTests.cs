using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Replays;
using GpuInfra.Planning.Replays.Arrivals;

namespace GpuInfra.Planning.Tests.Replays;

public class ScalingTests
{
    [Fact]
    public void A_group_with_a_range_follows_its_load_after_metrics_and_start_and_stays_within_the_range()
    {
        // 16 requests at a time for half an hour, then 64, then 16 again; 70 % of places are aimed at.
        var requests = Fleet.Poisson(64, 1).Where((request, number) => request.Seconds is >= 1800 and < 5400 || number % 4 == 0);
        var played = Fleet.Play([Fleet.Pool(32, Fleet.Server(), max: 80)], requests, new ReplayOptions { Length = TimeSpan.FromHours(3) });
        Assert.Equal(32, played.Minutes[29].Replicas);

        // Metrics are 90 s old, a machine takes 5 minutes.
        Assert.Equal(32, played.Minutes[35].Replicas);
        Assert.Equal(80, played.Minutes[45].Replicas);
        Assert.Equal(32, played.Minutes[179].Replicas);
        Assert.All(played.Minutes, minute => Assert.InRange(minute.Replicas, 32, 80));
        Assert.True(played.Extra.Amount > 0 && played.Extra.Amount < played.Cost.Amount);
    }

    [Fact]
    public void Nothing_scales_where_least_and_most_are_the_same()
    {
        var played = Fleet.Play([Fleet.Pool(8, Fleet.Server())], Fleet.Poisson(16, 1), new ReplayOptions { Length = TimeSpan.FromHours(1) });
        Assert.All(played.Minutes, minute => Assert.Equal(8, minute.Replicas));
    }

    [Fact]
    public void A_night_batch_starts_cold_when_its_window_opens_and_ends_with_it()
    {
        var window = new RunWindow(DayRange.EveryDay, new TimeOnly(1, 0), new TimeOnly(2, 0), "UTC");
        var pool = Fleet.Pool(4, Fleet.Server());
        pool = pool with { Pool = pool.Pool with { Window = window } };
        var played = Fleet.Play([pool], Fleet.Poisson(2, 1), new ReplayOptions { Length = TimeSpan.FromHours(2), From = new TimeOnly(0, 30) });
        Assert.All(played.Minutes.Take(34), minute => Assert.Equal((0, 0L), (minute.Replicas, minute.Served)));
        Assert.Equal(4, played.Minutes[36].Replicas);
        Assert.All(played.Minutes.Skip(90), minute => Assert.Equal((0, 0L, 0m), (minute.Replicas, minute.Served, minute.HourlyUsd)));
        Assert.InRange(played.All.Queued, 3000, 4200);

        // An hour of four machines.
        Assert.InRange((double)(played.Cost.Amount / pool.Pool.Hourly.Amount), 0.99, 1.01);
    }

    [Fact]
    public void A_slow_server_with_more_work_than_time_is_always_busy()
    {
        Arrival[] requests = [new(0, 7_200_000_00, 0), new(1, 7_200_000_00, 0)];
        var played = Fleet.Play([Fleet.Pool(1, Fleet.Server())], requests, new ReplayOptions { Length = TimeSpan.FromMinutes(10) });
        Assert.Equal((0, 2), (played.All.Served, played.All.Queued));
        Assert.InRange(played.Utilization, 0.99, 1);
    }
}
