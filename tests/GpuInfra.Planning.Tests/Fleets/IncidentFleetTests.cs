using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Locks;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Plans.Ledgers;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Fleets;

public class IncidentFleetTests
{
    private static readonly CapacityPlan Plan = A.ProdPlan() with { HorizonMonths = 2 };

    private static readonly FleetPlan Normal = Planner.Plan(Plan, "prod", A.Catalog);

    private static readonly string Zone = Normal.Pools.Where(pool => pool.Tier == Tier.Reserved && pool.Cloud == CloudProvider.Aws)
        .SelectMany(pool => pool.Zones).First(zone => zone.Instances > 0).Zone;

    private static readonly FleetPlan ZoneLost = With(new LostPlace(LostKind.Zone, Zone));

    private static readonly FleetPlan CloudLost = With(new LostPlace(LostKind.Cloud, "gcp"));

    public static TheoryData<string> Incidents => ["zone", "cloud"];

    [Theory]
    [MemberData(nameof(Incidents))]
    public void No_pool_shrinks_moves_or_goes(string what) => Assert.All(Normal.Pools, pool =>
    {
        var now = Assert.Single(Of(what).Pools, other => other.Id == pool.Id);
        Assert.Equal((pool.InstanceType, pool.MachineType), (now.InstanceType, now.MachineType));
        Assert.True(now.Instances.Desired >= pool.Instances.Desired);
        Assert.Equal(pool.Zones.Select(zone => zone.Zone), now.Zones.Select(zone => zone.Zone));
        Assert.True(pool.Tier != Tier.Reserved || pool.Zones.Zip(now.Zones).All(zone => zone.Second.Instances >= zone.First.Instances));
    });

    [Theory]
    [MemberData(nameof(Incidents))]
    public void What_remains_carries_the_planned_peak_with_headroom(string what) => Assert.All(Of(what).Servings, serving =>
    {
        var rate = Of(what).Pools.Where(pool => pool.Serving == serving.Serving.Name && !pool.IsDraining).Sum(RateOfWhatRemains);
        Assert.True(rate >= serving.Demand.PeakRequestsPerSecond * (1 + Plan.Headroom.Fraction) * (1 - 1e-9), $"{serving.Serving.Name}: {rate}");
    });

    [Fact]
    public void What_stands_in_a_lost_cloud_is_kept_and_nothing_counts_on_it()
    {
        Assert.All(CloudLost.Pools.Where(pool => pool.Cloud == CloudProvider.Gcp), pool => Assert.True(pool.IsDraining));
        Assert.All(CloudLost.Pools.Where(pool => pool.Cloud == CloudProvider.Aws), pool => Assert.False(pool.IsDraining));
    }

    [Fact]
    public void Only_the_deployed_month_changes()
    {
        Assert.NotEqual(Normal.Steps[0].Monthly, ZoneLost.Steps[0].Monthly);
        Assert.Equal(Normal.Steps[1].Monthly, ZoneLost.Steps[1].Monthly);
        Assert.DoesNotContain(ZoneLost.Steps[1].Pools, pool => pool.Incident is not null);
    }

    [Fact]
    public void What_to_revert_is_listed()
    {
        Assert.Contains(ZoneLost.Warnings, warning => warning.StartsWith($"incident until 2026-12-10 (use1 is dark): zone:{Zone} lost", StringComparison.Ordinal));
        var grown = ZoneLost.Pools.Where(pool => pool.Incident is { } incident && incident.Normally != pool.Instances.Desired).ToList();
        Assert.NotEmpty(grown);
        var revert = Assert.Single(ZoneLost.Warnings, warning => warning.StartsWith("to revert, take incident out of the plan", StringComparison.Ordinal));
        Assert.All(grown, pool => Assert.Contains(
            FormattableString.Invariant($"{pool.Id} {pool.Instances.Desired} → {Normal.Pools.First(other => other.Id == pool.Id).Instances.Desired}"), revert, StringComparison.Ordinal));
    }

    [Fact]
    public void A_lost_zone_is_not_lost_again()
    {
        var zones = ZoneLost.Servings.SelectMany(serving => serving.Survival).Select(check => check.Lost).ToList();
        Assert.NotEmpty(zones);
        Assert.DoesNotContain($"zone {Zone}", zones);
    }

    [Fact]
    public void Nothing_is_stopped_when_idle_and_cost_counts_every_machine()
    {
        Assert.All(ZoneLost.Pools, pool => Assert.False(pool.AutoShutdown));
        Assert.Equal(ZoneLost.Pools.Sum(pool => pool.Monthly.Amount), ZoneLost.Cost.Monthly.Amount);
        Assert.Equal(ZoneLost.Cost.Monthly.Amount, ZoneLost.Cost.ByWorkload.Sum(part => part.Monthly.Amount));
    }

    [Fact]
    public void A_quota_that_is_too_small_is_a_warning_then()
    {
        // All that AWS counts GPU machines by, on demand and on spot, so that no other machines are a way around it.
        string[] codes = ["L-417A185B", "L-DB2E81BA", "L-7212CCBC", "L-3819A6DF"];
        var one = new Grant(CloudProvider.Aws, Plan.Clouds[0].Account, Plan.Clouds[0].Regions[0], 1, ImmutableSortedDictionary<string, int>.Empty.Add("prod", 1));
        var plan = Plan with { Ledger = new AccountLedger { Quotas = [.. codes.Select(code => new Quota(one, code))] } };
        Assert.Throws<PlanException>(() => Planner.Plan(plan, "prod", A.Catalog));
        var during = Planner.Plan(plan with { Incident = ZoneLost.Plan.Incident }, "prod", A.Catalog);
        Assert.All(
            Normal.Quotas.Where(need => need.Cloud == CloudProvider.Aws),
            need => Assert.Contains(during.Warnings, warning => warning.StartsWith($"quota {need.Code} in {need.Region}", StringComparison.Ordinal)));
        Assert.Equal(ZoneLost.Pools.Select(pool => (pool.Id, pool.Instances)), during.Pools.Select(pool => (pool.Id, pool.Instances)));
    }

    [Fact]
    public void Only_the_serving_that_cannot_carry_on_gets_other_machines()
    {
        // One serving's AWS machines are to be had in one zone only, and that is lost.
        var plan = Plan with { HorizonMonths = 1, Servings = [.. Plan.Servings.Select(serving => serving with { Survive = Survival.None })] };
        var pools = Planner.Plan(plan, "prod", A.Catalog).Pools;
        var moved = pools.First(pool => pool.Cloud == CloudProvider.Aws && pools.All(other => other.Serving == pool.Serving || other.InstanceType != pool.InstanceType));
        var zone = moved.Zones[0].Zone;
        var scarce = A.Catalog.Restricted(offer => offer.InstanceType == moved.InstanceType ? offer with { Zones = [.. offer.Zones.Where(place => place.Zone == zone)] } : offer);
        var before = Planner.Plan(plan, "prod", scarce);
        Assert.Contains(before.Pools, pool => pool.Serving == moved.Serving && pool.InstanceType == moved.InstanceType);

        var during = Planner.Plan(plan with { Incident = new Incident([new LostPlace(LostKind.Zone, zone)], new DateOnly(2026, 12, 10), "dark") }, "prod", scarce);
        Assert.Contains(during.Pools, pool => pool.Serving == moved.Serving && pool.Incident?.Normally == 0 && pool.InstanceType != moved.InstanceType);
        Assert.DoesNotContain(during.Pools, pool => pool.Serving != moved.Serving && pool.Incident?.Normally == 0 && before.Pools.All(other => (other.Serving, other.InstanceType) != (pool.Serving, pool.InstanceType)));
    }

    [Fact]
    public void Held_machines_stay_with_the_serving_that_runs_on_them()
    {
        var pool = Normal.Pools.First(pool => pool.Cloud == CloudProvider.Aws && pool.Tier == Tier.Reserved);
        var zones = pool.Zones.Where(zone => zone.Zone != Zone).ToList();
        var held = zones.Select((zone, number) => new HeldReservation
        {
            Id = $"cr-{number}",
            Kind = ReservationKind.OnDemand,
            Zone = zone.Zone,
            InstanceType = pool.InstanceType,
            Start = new DateOnly(2026, 1, 1),
            End = null,
            Grant = new Grant(CloudProvider.Aws, Plan.Clouds[0].Account, pool.Region, 3, ImmutableSortedDictionary<string, int>.Empty.Add("prod", 3)),
            Hourly = new UsdPerHour(1),
            Approval = null,
        });
        var plan = Plan with { HorizonMonths = 1, Ledger = new AccountLedger { Reservations = [.. held] } };
        var before = Planner.Plan(plan, "prod", A.Catalog);
        var during = Planner.Plan(plan with { Incident = ZoneLost.Plan.Incident }, "prod", A.Catalog);
        Assert.Contains(before.Pools, other => !other.Held.IsEmpty);
        Assert.All(before.Pools, other => Assert.All(other.Held, use => Assert.Contains(
            during.Pools.Single(now => now.Id == other.Id).Held, now => now.Reservation == use.Reservation && now.Instances >= use.Instances)));
        Assert.All(
            during.Pools.SelectMany(other => other.Held).GroupBy(use => use.Reservation),
            row => Assert.True(row.Sum(use => use.Instances) <= 3, $"{row.Key}: {row.Sum(use => use.Instances)} of 3"));
        Assert.Equal(during.Pools.Sum(other => other.Monthly.Amount) + during.Cost.Unused.Sum(unused => unused.Monthly.Amount), during.Cost.Monthly.Amount);
    }

    [Fact]
    public void An_incident_that_leaves_no_zone_is_refused()
    {
        var lost = Plan.Clouds.SelectMany(cloud => cloud.Regions.SelectMany(region => A.Catalog.Zones(cloud.Cloud, region))).Select(zone => new LostPlace(LostKind.Zone, zone));
        var refusal = Assert.Throws<PlanException>(() => Planner.Plan(
            Plan with { Incident = new Incident([.. lost], new DateOnly(2026, 12, 10), "all is dark") }, "prod", A.Catalog));
        Assert.Contains("leaves no zone to plan on", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_incident_that_is_over_is_not_planned_for()
    {
        Incident.Require(ZoneLost.Plan, new DateOnly(2026, 12, 10));
        Assert.Contains(
            "take the incident out of the plan, or say until when",
            Assert.Throws<PlanException>(() => Incident.Require(ZoneLost.Plan, new DateOnly(2026, 12, 11))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_lock_holds_the_incident_and_only_then_speaks_of_it()
    {
        Assert.DoesNotContain("incident", LockText.Of(FleetLock.Of(Normal)), StringComparison.Ordinal);
        var text = LockText.Of(FleetLock.Of(ZoneLost));
        Assert.Contains("\"normally\"", text, StringComparison.Ordinal);
        Assert.Equal(text, LockText.Of(LockText.Read(text, "lock")));
    }

    [Fact]
    public void An_incident_is_another_plan_and_a_scope_is_not()
    {
        Assert.NotEqual(Normal.PlanHash, ZoneLost.PlanHash);
        Assert.Equal(Normal.PlanHash, Planner.Plan(Plan with { Scope = CloudProvider.Aws }, "prod", A.Catalog).PlanHash);
    }

    private static FleetPlan Of(string what) => what == "zone" ? ZoneLost : CloudLost;

    private static FleetPlan With(LostPlace lost) =>
        Planner.Plan(Plan with { Incident = new Incident([lost], new DateOnly(2026, 12, 10), "use1 is dark") }, "prod", A.Catalog);

    private static double RateOfWhatRemains(Pool pool) => pool.Tier == Tier.Reserved
        ? pool.Zones.Where(zone => zone.Zone != Zone).Sum(zone => zone.Instances) * pool.ReplicasPerInstance * pool.ReplicaCapacity.RequestsPerSecond
        : pool.RequestsPerSecond;
}
