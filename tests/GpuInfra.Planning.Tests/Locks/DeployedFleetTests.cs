using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Locks;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Locks;

public class DeployedFleetTests
{
    private static readonly CapacityPlan Plan = A.ProdPlan() with { HorizonMonths = 3, Growth = Growth.Aggressive };

    private static readonly FleetPlan Planned = Planner.Plan(Plan, "prod", A.Catalog);

    private static readonly FleetLock Lock = FleetLock.Of(Planned);

    [Fact]
    public void A_lock_deploys_what_was_planned_in_every_figure_but_the_rejections()
    {
        var locked = Deploy(Plan);
        Assert.True(locked.IsLocked);
        Assert.Equal(LockText.Of(Lock), LockText.Of(FleetLock.Of(locked)));
        Assert.Equal(Planned.Pools.Select(pool => (pool.Id, pool.Instances, pool.Monthly)), locked.Pools.Select(pool => (pool.Id, pool.Instances, pool.Monthly)));
        Assert.Equal((Planned.PlanHash, Planned.PriceBook, Planned.Headroom), (locked.PlanHash, locked.PriceBook, locked.Headroom));
        Assert.Equal(Planned.Warnings.ToArray(), locked.Warnings.ToArray());
        Assert.Equal(Parts(Planned.Cost), Parts(locked.Cost));
        foreach (var (planned, read) in Planned.Servings.Zip(locked.Servings))
        {
            // Rates are summed by pool here and by placement there: the last bits may differ.
            Assert.Equal(planned.Survival.Select(Rounded), read.Survival.Select(Rounded));
            Assert.Equal(planned.Headroom.Fraction, read.Headroom.Fraction, 9);
            Assert.Equal(planned.CapacityRequestsPerSecond, read.CapacityRequestsPerSecond, 9);
            Assert.Equal(planned.PoolIds.ToArray(), read.PoolIds.ToArray());
            Assert.Equal((planned.Serving, planned.Latency), (read.Serving, read.Latency));
        }

        static (string, double, Share, bool) Rounded(SurvivalCheck check) =>
            (check.Lost, Math.Round(check.Remaining.Fraction, 9), check.Required, check.Holds);
    }

    [Fact]
    public void A_later_month_is_deployed_from_the_same_lock_as_it_was_reviewed()
    {
        var locked = Deploy(Plan with { AsOf = Plan.Start.Plus(2) });
        Assert.Equal(Planned.Steps[2].Pools.Select(pool => (pool.Id, pool.Instances)), locked.Pools.Select(pool => (pool.Id, pool.Instances)));
        Assert.Equal(Planned.Steps[2].Monthly, locked.Cost.Monthly);
        Assert.Equal(Planned.Steps[2].Monthly.Amount, locked.Cost.ByWorkload.Sum(part => part.Monthly.Amount));
    }

    [Fact]
    public void Newer_prices_neither_move_nor_block_a_lock()
    {
        var book = new PriceBook(new DateOnly(2020, 1, 1), "an older price book");
        var reviewed = Lock with { PriceBook = book, PlanHash = PlanFingerprint.Of(Plan, book.Hash) };
        var locked = LockedFleet.Of(reviewed, "lock", Plan, "prod", A.Catalog);
        Assert.Equal((book, Planned.Cost.Monthly), (locked.PriceBook, locked.Cost.Monthly));
    }

    [Theory]
    [InlineData("headroom")]
    [InlineData("demand")]
    public void A_lock_of_another_plan_is_refused_with_both_hashes_and_what_to_run(string changed)
    {
        var plan = changed == "headroom"
            ? Plan with { Headroom = Share.FromPercent(21) }
            : Plan with { Workloads = Plan.Workloads.SetItem(0, A.Workload(scale: 41)) };
        var message = Refusal(Lock, plan);
        Assert.Contains($"the lock's {Planned.PlanHash[..12]}", message, StringComparison.Ordinal);
        Assert.Contains("gpuinfra plan --stack prod --write", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lock_of_another_stack_or_without_the_month_is_refused()
    {
        Assert.Contains("is the lock of stack staging, not of prod", Refusal(Lock with { Stack = "staging" }, Plan), StringComparison.Ordinal);
        Assert.Contains("has no step for asOf 2027-02; it holds 2026-12 to 2027-01", Refusal(Lock with { Steps = Lock.Steps.RemoveAt(2) }, Plan with { AsOf = Plan.Start.Plus(2) }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_pool_drains_in_the_month_that_the_lock_was_written_for_and_in_no_other()
    {
        var plan = Plan with { Draining = [new DrainingPool("assistant-aws-us-east-1-ondemand-a10g", "g5.48xlarge", 3)] };
        var draining = FleetLock.Of(Planner.Plan(plan, "prod", A.Catalog));
        Assert.Contains(LockedFleet.Of(draining, "lock", plan, "prod", A.Catalog).Pools, pool => pool.IsDraining);
        Assert.Contains(
            "does not drain assistant-aws-us-east-1-ondemand-a10g in 2027-01", Refusal(draining, plan with { AsOf = Plan.Start.Plus(1) }), StringComparison.Ordinal);
    }

    private static FleetPlan Deploy(CapacityPlan plan) => LockedFleet.Of(LockText.Read(LockText.Of(Lock), "lock"), "lock", plan, "prod", A.Catalog);

    private static string Refusal(FleetLock fleetLock, CapacityPlan plan) =>
        Assert.Throws<PlanException>(() => LockedFleet.Of(fleetLock, "lock", plan, "prod", A.Catalog)).Message;

    private static IEnumerable<CostShare> Parts(FleetCost cost) =>
        [.. cost.ByTier, .. cost.ByCloud, .. cost.ByTeam, .. cost.ByWorkload, new CostShare("all", cost.Monthly)];
}
