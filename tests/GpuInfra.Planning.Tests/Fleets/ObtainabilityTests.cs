using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Plans.Ledgers;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Fleets;

public class ObtainabilityTests
{
    private static readonly FleetPlan Bare = Planner.Plan(A.Plan(), "prod", A.Catalog);

    private static readonly Pool Chosen = Bare.Pools.Single();

    private static readonly CapacityPlan Nightly = A.Plan() with
    {
        Servings = [A.Serving("embedder", "bge-large", ServingKind.Embedding) with { MaxContextTokens = 512 }],
        Workloads = [A.NightlyIndex() with { Demand = new DemandSource.Daily(6e10, 0, 1.5e8) }],
        Purchasing = new Purchasing(null, ReserveTerm.None, [ServingKind.Embedding], SpotFallback.None),
    };

    [Fact]
    public void What_cannot_be_had_is_not_chosen_and_the_row_is_named()
    {
        var fleet = With(A.Plan(), Row(Chosen) with { Score = 2 });
        Assert.NotEqual(Chosen.InstanceType, fleet.Pools.Single().InstanceType);
        var rejection = Assert.Single(fleet.Servings[0].Rejections, rejection => rejection.Constraint == "availability");
        Assert.Equal($"aws/us-east-1/{Chosen.InstanceType}", rejection.Option);
        Assert.Equal($"cannot be had on demand: score 2 of 10 for {Chosen.InstanceType} in us-east-1, seen 2026-11-20 (own runs)", rejection.Detail);
        Assert.True(fleet.Objective >= Bare.Objective);
    }

    [Fact]
    public void A_row_of_a_GPU_is_about_every_machine_that_has_it()
    {
        var fleet = With(A.Plan(), Row(Chosen) with { InstanceType = null, Gpu = Chosen.Gpu, Launches = new LaunchTally(10, 10) });
        Assert.NotEqual(Chosen.Gpu, fleet.Pools.Single().Gpu);
        Assert.True(fleet.Servings[0].Rejections.Count(rejection => rejection.Constraint == "availability") > 1);
    }

    [Fact]
    public void A_low_score_lets_no_more_than_its_share_of_the_peak_stand_on_an_offer()
    {
        var plan = A.Plan() with { OffersPerCloud = 2, Workloads = [A.Workload(scale: 40)] };
        var alone = Planner.Plan(plan, "prod", A.Catalog).Pools.MaxBy(pool => pool.RequestsPerSecond)!;
        var fleet = With(plan, Row(alone) with { Score = 4 });
        var peak = fleet.Servings[0].Demand.PeakRequestsPerSecond * 1.2;
        var left = fleet.Pools.Where(pool => pool.InstanceType == alone.InstanceType).Sum(pool => pool.RequestsPerSecond);
        Assert.True(left <= 0.4 * peak * (1 + 1e-9));
        Assert.True(fleet.Pools.Sum(pool => pool.RequestsPerSecond) >= peak * (1 - 1e-9));
    }

    [Theory]
    [InlineData(7, null, true)]
    [InlineData(10, null, true)]
    [InlineData(null, 4, true)]
    [InlineData(3, null, false)]
    public void A_good_score_or_too_few_failures_change_nothing(int? score, int? failures, bool isSame)
    {
        var fleet = With(A.Plan(), Row(Chosen) with { Score = score, Launches = failures is { } failed ? new LaunchTally(failed, failed) : null });
        Assert.Equal(isSame, fleet.Pools.Single().InstanceType == Chosen.InstanceType);
    }

    [Fact]
    public void The_narrowest_row_counts_and_then_the_newest()
    {
        var bad = Row(Chosen) with { Score = 1 };
        var good = Row(Chosen) with { Score = 9 };
        Assert.True(Chooses(bad with { InstanceType = null, Gpu = Chosen.Gpu }, good with { Seen = bad.Seen.AddDays(-9) }));
        Assert.True(Chooses(bad with { Seen = bad.Seen.AddDays(-9) }, good));
        Assert.False(Chooses(bad, good with { Seen = bad.Seen.AddDays(-9) }));

        bool Chooses(params AvailabilityRow[] rows) => With(A.Plan(), rows).Pools.Single().InstanceType == Chosen.InstanceType;
    }

    [Fact]
    public void An_offer_has_the_mean_of_its_zones()
    {
        var plan = A.Plan();
        var offer = A.Catalog.OffersIn(Chosen.Cloud, Chosen.Region).Single(offer => offer.InstanceType == Chosen.InstanceType);
        var rows = offer.Zones.Take(1).Select(zone => Row(Chosen) with { Zone = zone.Zone, Score = 5 }).ToArray();
        var seen = new Obtainability(plan with { Availability = new() { Rows = [.. rows] } }, plan.AsOf).Of(offer, Tier.OnDemand);
        var mean = (0.5 + (offer.Zones.Length - 1)) / offer.Zones.Length;
        Assert.Equal(mean >= Obtainability.EnoughShare ? 1 : mean, seen.Share, 12);
    }

    [Fact]
    public void Rows_age_and_the_month_that_is_planned_says_by_how_much()
    {
        var row = Row(Chosen) with { Score = 1, Seen = new DateOnly(2026, 11, 1) };
        Assert.NotEqual(Chosen.InstanceType, With(A.Plan(), row).Pools.Single().InstanceType);

        var old = With(A.Plan(), row with { Seen = new DateOnly(2026, 10, 31) });
        Assert.Equal(Chosen.InstanceType, old.Pools.Single().InstanceType);
        Assert.Contains(old.Warnings, warning => warning.Contains("is 31 days old in 2026-12 and does not count", StringComparison.Ordinal));

        var steps = With(A.Plan() with { HorizonMonths = 2, MovesFrom = default }, row).Steps;
        Assert.NotEqual(Chosen.InstanceType, steps[0].Pools.Single().InstanceType);
        Assert.Equal(Chosen.InstanceType, steps[1].Pools.Single().InstanceType);
    }

    [Fact]
    public void What_takes_longer_than_the_book_waits_cannot_be_had()
    {
        var row = Row(Chosen) with { FulfilledIn = TimeSpan.FromHours(25) };
        Assert.NotEqual(Chosen.InstanceType, With(A.Plan(), row).Pools.Single().InstanceType);
        Assert.Equal(Chosen.InstanceType, With(A.Plan(), row with { FulfilledIn = TimeSpan.FromHours(24) }).Pools.Single().InstanceType);
    }

    [Fact]
    public void Interruptions_take_work_from_spot_by_the_formula()
    {
        var spot = Planner.Plan(Nightly, "prod", A.Catalog).Pools.Single();
        var losses = new InterruptionFigures(0.5, TimeSpan.FromMinutes(20), TimeSpan.FromMinutes(10));
        Assert.Equal(1 / (1 + 0.5 * 0.5), losses.Uptime, 12);

        // Every machine type is taken away alike, so the same one is chosen and more of it is needed.
        var types = A.Catalog.OffersIn(CloudProvider.Aws, "us-east-1").Select(offer => offer.InstanceType).ToList();
        var fleet = With(Nightly, [.. types.Select(type => Row(spot) with { InstanceType = type, Mode = PurchaseMode.Spot, Interruptions = losses })]);
        var pool = fleet.Pools.Single();
        Assert.Equal(losses.Uptime, pool.Uptime.Fraction, 12);
        Assert.Equal(pool.Replicas * pool.ReplicaCapacity.RequestsPerSecond * 0.8, pool.RequestsPerSecond, 9);
        Assert.True(pool.RequestsPerSecond >= fleet.Servings[0].Demand.PeakRequestsPerSecond * 1.2 * (1 - 1e-9));
        Assert.True(fleet.Cost.Monthly.CompareTo(Planner.Plan(Nightly, "prod", A.Catalog).Cost.Monthly) > 0);
        Assert.DoesNotContain(fleet.Warnings, warning => warning.Contains("is unknown, taken as never", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_not_known_is_said_so()
    {
        var spot = Planner.Plan(Nightly, "prod", A.Catalog);
        Assert.Contains($"{spot.Pools[0].Id}: how often its spot machines are taken away is unknown, taken as never; each loss costs work and a restart", spot.Warnings);
        Assert.Empty(spot.Availability);

        var fleet = With(A.Plan(), Row(Chosen) with { InstanceType = "p4d.24xlarge", Score = 9 });
        Assert.Contains(fleet.Warnings, warning => warning.EndsWith("unknown, taken as to be had at once", StringComparison.Ordinal));
        Assert.Equal((Share.All, null), (fleet.Availability.Single().MayStand, fleet.Availability.Single().AgeDays));
    }

    [Fact]
    public void Capacity_that_cannot_be_kept_within_what_may_stand_is_told_with_the_row()
    {
        ImmutableArray<AvailabilityRow> rows =
        [
            .. A.Catalog.OffersIn(CloudProvider.Aws, "us-east-1").Select(offer => Row(Chosen) with { InstanceType = offer.InstanceType, Score = 3 }),
        ];
        var message = Assert.Throws<PlanException>(() => With(A.Plan(), [.. rows])).Message;
        Assert.Contains("that may stand on", message, StringComparison.Ordinal);
        Assert.Contains("score 3 of 10", message, StringComparison.Ordinal);
    }

    private static FleetPlan With(CapacityPlan plan, params AvailabilityRow[] rows) =>
        Planner.Plan(plan with { Availability = new() { Rows = [.. rows] } }, "prod", A.Catalog);

    private static AvailabilityRow Row(Pool pool) => new()
    {
        Cloud = pool.Cloud,
        Region = pool.Region,
        Zone = null,
        InstanceType = pool.InstanceType,
        Gpu = null,
        Mode = PurchaseMode.OnDemand,
        Source = "own runs",
        Seen = new DateOnly(2026, 11, 20),
    };
}
