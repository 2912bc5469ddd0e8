using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Replays;

namespace GpuInfra.Planning.Tests.Replays;

public class IncidentReplayTests
{
    private static readonly ReplayOptions TenMinutes = new() { Length = TimeSpan.FromMinutes(10) };

    private static readonly FleetPlan CloudLost = Planned(new LostPlace(LostKind.Cloud, "gcp"));

    private static readonly string Zone = Fleet.Prod.Pools.First(pool => pool.Tier == Tier.Reserved && pool.Cloud == CloudProvider.Aws).Zones.First(zone => zone.Instances > 0).Zone;

    [Fact]
    public void What_is_lost_carries_nothing_from_the_start_and_what_remains_keeps_the_promise()
    {
        var replay = Replayer.Replay(CloudLost, A.Catalog, new ReplayLoad.Forecast(), TenMinutes);
        Assert.All(replay.Servings.Where(serving => serving.Latency is not null), serving =>
        {
            var remaining = CloudLost.Pools.Where(pool => pool.Serving == serving.Serving && pool.Cloud == CloudProvider.Aws).Sum(pool => pool.Replicas);
            Assert.All(serving.Minutes, minute => Assert.Equal(remaining, minute.Replicas));
            Assert.True(serving.Keeps, $"{serving.Serving}: {serving.Measured.Attainment}");
        });
        Assert.Equal(CloudLost.Plan.Incident, replay.Incident);
        Assert.Equal(CloudLost.Pools.Where(pool => pool.Cloud == CloudProvider.Gcp).Sum(pool => pool.Instances.Desired), replay.Standing);
    }

    [Fact]
    public void What_was_planned_for_the_incident_is_played_and_not_the_ordinary_fleet()
    {
        // The ordinary fleet after the same loss has fewer replicas than what was planned for it.
        var surprised = Replayer.Replay(Fleet.Prod, A.Catalog, new ReplayLoad.Forecast(), TenMinutes with { Losses = [Loss.Read("cloud:gcp@0m")!] });
        var planned = Replayer.Replay(CloudLost, A.Catalog, new ReplayLoad.Forecast(), TenMinutes);
        Assert.All(planned.Servings.Zip(surprised.Servings).Where(pair => pair.First.Latency is not null), pair =>
        {
            Assert.True(pair.First.Minutes[^1].Replicas > pair.Second.Minutes[^1].Replicas);
            Assert.True(pair.First.Measured.Attainment >= pair.Second.Measured.Attainment);
        });
    }

    [Fact]
    public void Reserved_machines_in_what_is_lost_are_paid_for_and_others_are_not()
    {
        var replay = Replayer.Replay(CloudLost, A.Catalog, new ReplayLoad.Forecast(), TenMinutes);
        Assert.Contains(CloudLost.Pools, pool => pool is { Tier: Tier.Reserved, Cloud: CloudProvider.Gcp });
        Assert.All(replay.Servings.Where(serving => serving.Latency is not null), serving =>
        {
            var pools = CloudLost.Pools.Where(pool => pool.Serving == serving.Serving && (pool.Cloud == CloudProvider.Aws || pool.Tier == Tier.Reserved)).ToList();
            Assert.Equal((double)pools.Sum(pool => pool.Hourly.Amount), (double)serving.Minutes[0].HourlyUsd, 1e-6);
        });
    }

    [Fact]
    public void A_zone_of_an_incident_does_not_come_back_and_another_may_still_be_lost()
    {
        var fleet = Planned(new LostPlace(LostKind.Zone, Zone));
        var other = fleet.Pools.Where(pool => pool.Cloud == CloudProvider.Aws).SelectMany(pool => pool.Zones).First(zone => zone.Zone != Zone && zone.Instances > 0).Zone;
        var whole = Replayer.Replay(fleet, A.Catalog, new ReplayLoad.Forecast(), TenMinutes);
        var again = Replayer.Replay(fleet, A.Catalog, new ReplayLoad.Forecast(), TenMinutes with { Losses = [Loss.Read($"zone:{other}@2m")!, Loss.Read($"zone:{Zone}@5m")!] });
        Assert.Equal(fleet.Pools.Where(pool => pool.Incident is not null).Sum(pool => pool.Zones.Where(zone => zone.Zone == Zone).Sum(zone => zone.Instances)), whole.Standing);
        Assert.All(whole.Servings.Where(serving => serving.Latency is not null), serving => Assert.Single(serving.Minutes.Select(minute => minute.Replicas).Distinct()));
        Assert.Contains(whole.Servings.Zip(again.Servings), pair => pair.Second.Minutes[3].Replicas < pair.First.Minutes[3].Replicas);

        // What the incident has taken cannot be lost again.
        Assert.All(again.Servings, serving => Assert.Equal(serving.Minutes[4].Replicas, serving.Minutes[6].Replicas));
    }

    private static FleetPlan Planned(LostPlace place) =>
        Planner.Plan(A.ProdPlan() with { Incident = new Incident([place], new DateOnly(2026, 12, 10), "a test") }, "prod", A.Catalog);
}
