using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Locks;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Plans.Ledgers;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Fleets;

/// <summary>What is held is paid already, so the choice takes it at the margin, and totals show what is paid.</summary>
public class HeldCapacityTests
{
    private static readonly CapacityPlan Plan = A.Plan() with { Workloads = [A.Workload(scale: 40)] };

    private static readonly FleetPlan Bare = Planner.Plan(Plan, "prod", A.Catalog);

    private static readonly Pool Chosen = Bare.Pools.Single();

    private static readonly Offer Other = A.Catalog.OffersIn(CloudProvider.Aws, "us-east-1").Single(offer => offer.InstanceType == "p5.48xlarge");

    [Fact]
    public void A_held_commitment_draws_the_choice_to_what_it_covers_and_the_objective_is_the_bill()
    {
        Assert.NotEqual(Other.InstanceType, Chosen.InstanceType);
        var fleet = With(Commitment(Other.InstanceType, 9));
        Assert.Equal(Other.InstanceType, fleet.Pools.Single().InstanceType);
        Assert.Equal(fleet.Pools.Single().Instances.Desired, fleet.Pools.Single().Commitments.Single().Instances);

        // Nine machines are paid around the clock, whatever runs.
        var paid = 9 * 730 * Other.OnDemand!.Value.Amount * 0.63m;
        Assert.Equal(decimal.Round(paid, 2), fleet.Cost.Monthly.Amount, 1);
        Near(fleet.Objective, fleet.Cost.Monthly.Amount);
        Assert.Equal(9 - fleet.Pools.Single().Instances.Desired, fleet.Cost.Unused.Single().Count);
        AddsUp(fleet.Cost);
    }

    [Fact]
    public void Servings_share_a_commitment_and_none_is_covered_twice()
    {
        var two = Plan with
        {
            Servings = [A.Serving(), A.Serving("helper")],
            Workloads = [A.Workload(scale: 20), A.Workload("help", "helper", 20)],
            Commitments = [Commitment(Chosen.InstanceType, 2)],
        };
        var fleet = Planner.Plan(two, "prod", A.Catalog);
        Assert.Equal(2, fleet.Pools.Sum(pool => pool.Commitments.Sum(use => use.Instances)));
        Near(fleet.Objective, fleet.Cost.Monthly.Amount);
        AddsUp(fleet.Cost);
    }

    [Fact]
    public void A_family_pays_GPUs_and_a_machine_beyond_them_costs_its_rest()
    {
        var family = Commitment(Chosen.InstanceType, 3 * Chosen.GpusPerInstance) with { InstanceType = null, Family = Chosen.InstanceType.Split('.')[0] };
        var fleet = With(family);
        Near(fleet.Objective, fleet.Cost.Monthly.Amount);
        var held = new HeldCapacity(fleet.Plan, A.Catalog, fleet.Plan.AsOf);
        Near(held.Monthly, fleet.Cost.Unused.Sum(unused => unused.Monthly.Amount) + fleet.Pools.Sum(pool => pool.Commitments.Sum(use =>
            use.Instances * 730 * held.Commitments.Single().Paid(pool.GpusPerInstance).Amount)));
    }

    [Fact]
    public void What_runs_by_the_clock_leaves_paid_hours_over()
    {
        var office = new RunWindow(new DayRange(DayOfWeek.Monday, DayOfWeek.Friday), new TimeOnly(8, 0), new TimeOnly(20, 0), "Etc/UTC");
        var plan = Plan with
        {
            Environment = DeploymentEnvironment.Dev,
            Shutdown = new Shutdown(TimeSpan.FromMinutes(30), Share.FromPercent(5), office),
            Commitments = [Commitment(Chosen.InstanceType, 1)],
        };
        var fleet = Planner.Plan(plan, "prod", A.Catalog);
        var unused = Assert.Single(fleet.Cost.Unused);
        Assert.Equal(0, unused.Count);
        Assert.True(unused.Monthly.Amount > 0);
        Near(fleet.Objective, fleet.Cost.Monthly.Amount);
    }

    [Fact]
    public void A_reserved_pool_runs_on_what_is_held_zone_by_zone_and_what_is_left_over_is_shown()
    {
        var zones = A.Catalog.OffersIn(CloudProvider.Aws, "us-east-1").Single(offer => offer.InstanceType == Chosen.InstanceType).Zones;
        var fleet = With(Reservation("cr-1", zones[0].Zone, 1), Reservation("cr-2", zones[^1].Zone, 1));
        var pool = fleet.Pools.Single(pool => pool.Tier == Tier.Reserved);
        Assert.Equal(["cr-1", "cr-2"], pool.Held.Select(use => use.Reservation));
        Assert.All(pool.Zones, zone => Assert.Equal(0, pool.MadeIn(zone)));
        Assert.Equal(new UsdPerHour(2), pool.Hourly);
        Assert.Equal(Chosen.Instances.Desired, fleet.Pools.Sum(pool => pool.Instances.Desired));
        Near(fleet.Objective, fleet.Cost.Monthly.Amount);

        var more = With(Reservation("cr-1", zones[0].Zone, Chosen.Instances.Desired + 3));
        Assert.Equal((3, new Usd(3 * 730)), (more.Cost.Unused.Single().Count, more.Cost.Unused.Single().Monthly));
        Assert.Contains(more.Warnings, warning => warning.StartsWith($"3 of {Chosen.Instances.Desired + 3} × {Chosen.InstanceType} that are held", StringComparison.Ordinal));
        Near(more.Objective, more.Cost.Monthly.Amount);
        AddsUp(more.Cost);
    }

    [Fact]
    public void No_reservation_is_made_unless_the_plan_says_so_and_then_only_for_the_rest()
    {
        var reserving = Plan with { Purchasing = Plan.Purchasing with { ReserveUpToPercentile = 50 } };
        var fleet = Planner.Plan(reserving, "prod", A.Catalog);
        Assert.DoesNotContain(fleet.Pools, pool => pool.Tier == Tier.Reserved);
        Assert.Contains(fleet.Warnings, warning => warning.EndsWith("or say purchasing.reserve.create: true", StringComparison.Ordinal));

        var making = Planner.Plan(reserving with { Purchasing = reserving.Purchasing with { CreatesReservations = true } }, "prod", A.Catalog);
        var zone = making.Pools.Single(pool => pool.Tier == Tier.Reserved).Zones.First(zone => zone.Instances > 0).Zone;
        var both = Planner.Plan(making.Plan with { Ledger = new() { Reservations = [Reservation("cr-1", zone, 1)] } }, "prod", A.Catalog);
        var (before, after) = (making.Pools.Single(pool => pool.Tier == Tier.Reserved), both.Pools.Single(pool => pool.Tier == Tier.Reserved));
        Assert.Equal(before.Instances.Desired - 1, after.Zones.Sum(after.MadeIn));
        Assert.Equal(before.Instances.Desired, after.Instances.Desired);
        Assert.DoesNotContain(both.Warnings, warning => warning.EndsWith("create: true", StringComparison.Ordinal));
    }

    [Fact]
    public void An_offer_that_only_held_machines_are_of_or_that_lost_against_them_wins_at_no_price()
    {
        // What cannot be had on demand, but is held, is no offer at its list price.
        var scarce = new AvailabilityRow
        {
            Cloud = CloudProvider.Aws,
            Region = "us-east-1",
            Zone = null,
            InstanceType = Other.InstanceType,
            Gpu = null,
            Mode = PurchaseMode.OnDemand,
            Score = 1,
            Source = "own",
            Seen = new DateOnly(2026, 11, 30),
        };
        var held = Planner.Plan(Plan with
        {
            Workloads = [A.Workload(scale: 400)],
            Availability = new() { Rows = [scarce] },
            Ledger = new() { Reservations = [Reservation("cr-1", Other.Zones[0].Zone, 1) with { InstanceType = Other.InstanceType }] },
        }, "prod", A.Catalog);
        var passed = held.Servings.Single().Rejections.Single(rejection => rejection.Option == Other.Id);
        Assert.Equal(("reservation", null), (passed.Constraint, passed.WinsAt));

        var paid = With(Commitment(Other.InstanceType, 9));
        Assert.All(paid.Servings.Single().Rejections.Where(rejection => rejection.Hourly is not null), rejection => Assert.Null(rejection.WinsAt));
        Assert.Contains("paid already", paid.Servings.Single().Rejections.Single(rejection => rejection.Option == $"aws/us-east-1/{Chosen.InstanceType}").Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_type_that_cannot_be_started_on_demand_runs_where_it_is_held()
    {
        var offer = A.Catalog.OffersIn(CloudProvider.Gcp, "us-central1").Single(offer => offer.InstanceType == "a3-highgpu-1g");
        Assert.DoesNotContain(PurchaseMode.OnDemand, offer.Modes);
        var row = Reservation("h100", offer.Zones[0].Zone, 99);
        row = row with { InstanceType = offer.InstanceType, Grant = row.Grant with { Cloud = CloudProvider.Gcp, Account = A.Gcp(100).Account, Region = "us-central1" } };
        var plan = Plan with { Clouds = [A.Gcp(100)] };
        Assert.Equal(offer.InstanceType, Planner.Plan(plan with { Ledger = new() { Reservations = [row] } }, "prod", A.Catalog).Pools.Single().InstanceType);
        Assert.NotEqual(offer.InstanceType, Planner.Plan(plan, "prod", A.Catalog).Pools.Single().InstanceType);

        // One machine does not draw all the load to it, and that is told.
        var one = row with { Grant = row.Grant with { Count = 1, Assigned = ImmutableSortedDictionary<string, int>.Empty.Add("prod", 1) } };
        var passed = Planner.Plan(plan with { Workloads = [A.Workload(scale: 400)], Ledger = new() { Reservations = [one] } }, "prod", A.Catalog);
        Assert.NotEqual(offer.InstanceType, passed.Pools.Single().InstanceType);
        Assert.Equal("reservation", passed.Servings.Single().Rejections.Single(rejection => rejection.Option == offer.Id).Constraint);
    }

    [Fact]
    public void A_Capacity_Block_counts_for_whole_months_only_and_another_zone_for_nothing()
    {
        var block = Reservation("cr-1", "use1-az1", 9) with { Kind = ReservationKind.CapacityBlock, Start = new DateOnly(2026, 12, 1), End = new DateOnly(2026, 12, 30) };
        Assert.False(block.HoldsIn(Plan.AsOf));
        Assert.True((block with { End = new DateOnly(2026, 12, 31) }).HoldsIn(Plan.AsOf));
        Assert.True((block with { Kind = ReservationKind.OnDemand }).HoldsIn(Plan.AsOf));

        var elsewhere = With(Reservation("cr-1", "use1-az99", 1));
        Assert.Equal(Bare.Pools.Select(pool => (pool.Id, pool.Instances)), elsewhere.Pools.Select(pool => (pool.Id, pool.Instances)));
        Near(Bare.Cost.Monthly.Amount + 730, elsewhere.Cost.Monthly.Amount);
    }

    [Fact]
    public void A_draining_pool_stays_on_the_reservation_that_nothing_else_uses()
    {
        // One free machine of an old type does not draw ten times the load to it.
        var old = A.Catalog.OffersIn(CloudProvider.Aws, "us-east-1").Single(offer => offer.InstanceType == "p4d.24xlarge");
        var id = $"assistant-aws-us-east-1-reserved-{old.Gpu}";
        var row = Reservation("cr-1", old.Zones[0].Zone, 1) with { InstanceType = old.InstanceType };
        var plan = Plan with { Workloads = [A.Workload(scale: 400)], Ledger = new() { Reservations = [row] } };
        var fleet = Planner.Plan(plan with { Draining = [new DrainingPool(id, old.InstanceType, 2)] }, "prod", A.Catalog);
        var pool = fleet.Pools.Single(pool => pool.IsDraining);
        Assert.Equal(("cr-1", 1), (pool.Held.Single().Reservation, pool.Held.Single().Instances));
        Assert.Equal(1, pool.Zones.Sum(pool.MadeIn));
        Assert.Equal(new UsdPerHour(old.OnDemand!.Value.Amount + 1), pool.Hourly);
        Assert.Empty(fleet.Cost.Unused);
        AddsUp(fleet.Cost);
    }

    [Fact]
    public void A_lock_holds_what_is_held()
    {
        var zone = Chosen.Zones[0].Zone;
        var fleet = With(Reservation("cr-1", zone, Chosen.Instances.Desired + 1));
        var locked = LockText.Read(LockText.Of(FleetLock.Of(fleet)), "prod.fleet.lock.json");
        Assert.Equal(fleet.Pools.Single().Held.AsEnumerable(), locked.Steps[0].Pools.Single().Held.AsEnumerable());
        Assert.Equal(fleet.Cost.Unused.AsEnumerable(), locked.Steps[0].Unused.AsEnumerable());
    }

    [Fact]
    public void Commitments_are_irrevocable_to_their_ends()
    {
        var fleet = With(Commitment(Chosen.InstanceType, 2) with { PercentOff = null, Hourly = new UsdPerHour(1) });
        Assert.Equal(new Usd(2 * 730 * 12), fleet.Irrevocable);
        var renewal = Assert.Single(Renewal.Of(fleet.Plan));
        Assert.Equal((new DateOnly(2027, 11, 30), new DateOnly(2027, 10, 31)), (renewal.End, renewal.By));
    }

    private static FleetPlan With(HeldCommitment commitment) => Planner.Plan(Plan with { Commitments = [commitment] }, "prod", A.Catalog);

    private static FleetPlan With(params HeldReservation[] rows) => Planner.Plan(Plan with { Ledger = new() { Reservations = [.. rows] } }, "prod", A.Catalog);

    private static void Near(decimal expected, decimal found) => Assert.True(Math.Abs(expected - found) <= 0.02m, $"{expected} and {found}");

    private static void AddsUp(FleetCost cost) => Assert.All([cost.ByTier, cost.ByCloud, cost.ByTeam, cost.ByWorkload], split =>
        Assert.Equal(cost.Monthly.Amount, split.Sum(part => part.Monthly.Amount)));

    private static HeldCommitment Commitment(string instanceType, int count) => new()
    {
        Name = "sp-1",
        Cloud = CloudProvider.Aws,
        Region = "us-east-1",
        InstanceType = instanceType,
        Family = null,
        Count = count,
        Term = ReserveTerm.OneYear,
        PercentOff = Share.FromPercent(37),
        Hourly = null,
        Until = new Month(2027, 11),
    };

    private static HeldReservation Reservation(string id, string zone, int count) => new()
    {
        Id = id,
        Kind = ReservationKind.OnDemand,
        Grant = new Grant(CloudProvider.Aws, A.Aws().Account, "us-east-1", count, ImmutableSortedDictionary<string, int>.Empty.Add("prod", count)),
        Zone = zone,
        InstanceType = Chosen.InstanceType,
        Start = new DateOnly(2026, 6, 1),
        End = null,
        Hourly = new UsdPerHour(1),
        Approval = null,
    };
}
