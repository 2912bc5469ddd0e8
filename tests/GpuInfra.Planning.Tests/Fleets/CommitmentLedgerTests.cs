using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Fleets;

public class CommitmentLedgerTests
{
    private static readonly CapacityPlan Plan = A.Plan() with
    {
        Purchasing = new Purchasing(50, ReserveTerm.OneYear, [], SpotFallback.None) { CreatesReservations = true },
    };

    private static readonly FleetPlan Bare = Planner.Plan(Plan, "prod", A.Catalog);
    private static readonly Pool Reserved = Bare.Pools.First(pool => pool.Tier == Tier.Reserved);

    private static HeldCommitment Commitment(int count) => new()
    {
        Name = "sp-1",
        Cloud = CloudProvider.Aws,
        Region = "us-east-1",
        InstanceType = Reserved.InstanceType,
        Family = null,
        Count = count,
        Term = ReserveTerm.OneYear,
        PercentOff = Share.FromPercent(37),
        Hourly = null,
        Until = new Month(2027, 11),
    };

    private static UsdPerHour Price => new(Reserved.Hourly.Amount / Reserved.Instances.Desired);

    [Fact]
    public void A_term_alone_lowers_no_price()
    {
        Assert.All(Bare.Pools, pool => Assert.Empty(pool.Commitments));
        Assert.Contains(Bare.Warnings, warning => warning.StartsWith("no held commitment covers", StringComparison.Ordinal));
    }

    [Fact]
    public void A_held_commitment_is_the_price_of_the_machines_it_covers_up_to_its_count()
    {
        var fleet = With(Commitment(1));
        var use = Assert.Single(fleet.Pools.SelectMany(pool => pool.Commitments));
        Assert.Equal(new CommitmentUse("sp-1", 1, new UsdPerHour(Price.Amount * 0.37m)), use);
        var saved = new UsdPerHour(Price.Amount * 0.37m) * 730m;
        Assert.Equal((Bare.Cost.Monthly - saved).ToCents(), fleet.Cost.Monthly);
    }

    [Fact]
    public void Reserved_machines_are_covered_before_those_on_demand()
    {
        var fleet = With(Commitment(Reserved.Instances.Desired));
        Assert.Equal(Tier.Reserved, Assert.Single(fleet.Pools, pool => !pool.Commitments.IsEmpty).Tier);
        Assert.DoesNotContain(fleet.Warnings, warning => warning.StartsWith("no held commitment covers", StringComparison.Ordinal));
    }

    [Fact]
    public void What_covers_less_than_it_is_paid_for_is_told()
    {
        var running = Bare.Pools.Where(pool => pool.InstanceType == Reserved.InstanceType).Sum(pool => pool.Instances.Desired);
        var fleet = With(Commitment(running + 5));
        Assert.Equal(running, fleet.Pools.Sum(pool => pool.Commitments.Sum(use => use.Instances)));
        Assert.Contains(fleet.Warnings, warning => warning.StartsWith(
            $"commitment sp-1 covers {running} of the {running + 5} machines of {Reserved.InstanceType}", StringComparison.Ordinal));
    }

    [Fact]
    public void It_holds_through_its_last_month_and_not_after_it()
    {
        var last = Commitment(1) with { Until = new Month(2026, 12) };
        var plan = Plan with { HorizonMonths = 2, Commitments = [last] };
        var fleet = Planner.Plan(plan, "prod", A.Catalog);
        Assert.True(fleet.Steps[0].Monthly.CompareTo(fleet.Steps[1].Monthly) < 0);
        Assert.All(fleet.Steps[1].Pools, pool => Assert.Empty(pool.Commitments));

        var ended = With(last with { Until = new Month(2026, 11) });
        Assert.Equal(Bare.Cost.Monthly, ended.Cost.Monthly);
        Assert.Contains("commitment sp-1 ended in 2026-11 and lowers no price", ended.Warnings);
    }

    [Fact]
    public void Another_cloud_region_or_type_is_not_covered_and_what_is_paid_for_it_stands_apart()
    {
        foreach (var other in new[] { Commitment(9) with { Region = "us-west-2" }, Commitment(9) with { Cloud = CloudProvider.Gcp }, Commitment(9) with { InstanceType = "p4d.metal" } })
        {
            var cost = With(other).Cost;
            Assert.Equal(Bare.Pools.Select(pool => pool.Monthly), With(other).Pools.Select(pool => pool.Monthly));
            Assert.Equal(Bare.Cost.Monthly.Amount + cost.Unused.Sum(unused => unused.Monthly.Amount), cost.Monthly.Amount);
        }

        Assert.Equal(9, Assert.Single(With(Commitment(9) with { Region = "us-west-2" }).Cost.Unused).Count);
        Assert.Empty(With(Commitment(9) with { InstanceType = "p4d.metal" }).Cost.Unused);
    }

    [Fact]
    public void A_family_covers_GPUs_and_a_price_stands_for_itself()
    {
        var family = Commitment(Reserved.GpusPerInstance) with
        {
            InstanceType = null,
            Family = Reserved.InstanceType.Split('.')[0],
        };
        Assert.Equal(1, Assert.Single(With(family).Pools.SelectMany(pool => pool.Commitments)).Instances);

        var priced = Commitment(1) with { PercentOff = null, Hourly = new UsdPerHour(1) };
        Assert.Equal(
            new UsdPerHour(Price.Amount - 1), Assert.Single(With(priced).Pools.SelectMany(pool => pool.Commitments)).Saving);
    }

    [Fact]
    public void Every_split_still_adds_up()
    {
        var cost = With(Commitment(1)).Cost;
        Assert.All([cost.ByTier, cost.ByCloud, cost.ByTeam, cost.ByWorkload], split =>
            Assert.Equal(cost.Monthly.Amount, split.Sum(part => part.Monthly.Amount)));
    }

    private static FleetPlan With(HeldCommitment commitment) =>
        Planner.Plan(Plan with { Commitments = [commitment] }, "prod", A.Catalog);
}
