using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Replays;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Replays;

public class HeadroomThatHoldsTests
{
    private static readonly Survival AnyZone = new(Share.FromPercent(100), default);

    /// <summary>Code on a handful of replicas, whose bursts have nowhere to go.</summary>
    private static readonly CapacityPlan Small = A.Plan() with
    {
        Clouds = [A.Aws(100)],
        Survive = AnyZone,
        Servings = [A.Serving("coder") with { Survive = AnyZone }],
        Workloads = [A.Workload("copilot", "coder", 1, "azure-code-2023")],
    };

    [Fact]
    public void The_fleet_that_is_told_holds_costs_what_is_told_and_with_less_it_would_not()
    {
        var fleet = Planner.Plan(Small, "prod", A.Catalog);
        var proof = SurvivalProof.Of(fleet, A.Catalog);
        Assert.Contains(proof.Losses, loss => !loss.IsKept);

        var mend = Assert.Single(HeadroomThatHolds.Of(fleet, proof, A.Catalog));

        var mended = With(mend.Headroom);
        Assert.True(SurvivalProof.Of(mended, A.Catalog).Losses.All(loss => loss.Holds));
        Assert.Equal(mend.MoreMonthly, new Usd(mended.Cost.Monthly.Amount - fleet.Cost.Monthly.Amount).ToCents());
        if (mend.Headroom.Fraction > 0.5)
        {
            Assert.Contains(SurvivalProof.Of(With(Share.FromPercent(50)), A.Catalog).Losses, loss => !loss.Holds);
        }

        static FleetPlan With(Share headroom) => Planner.Plan(Small with { Servings = [Small.Servings[0] with { Headroom = headroom }] }, "prod", A.Catalog);
    }

    [Fact]
    public void Nothing_is_planned_again_where_every_promise_is_kept()
    {
        var fleet = Planner.Plan(Small with { Survive = Survival.None, Servings = [Small.Servings[0] with { Survive = Survival.None }] }, "prod", A.Catalog);
        Assert.Empty(HeadroomThatHolds.Of(fleet, SurvivalProof.Of(fleet, A.Catalog), A.Catalog));
    }

    [Fact]
    public void A_headroom_of_its_own_moves_its_serving_and_no_other()
    {
        var plan = A.Plan() with { Servings = [A.Serving("chat"), A.Serving("coder")], Workloads = [A.Workload("talk", "chat", 4), A.Workload("copilot", "coder", 4)] };
        var more = plan with { Servings = [plan.Servings[0], plan.Servings[1] with { Headroom = Share.FromPercent(150) }] };
        var (before, after) = (Planner.Plan(plan, "prod", A.Catalog), Planner.Plan(more, "prod", A.Catalog));

        Assert.Equal(Of(before, "chat"), Of(after, "chat"));
        Assert.True(after.Servings.Single(serving => serving.Serving.Name == "coder").Headroom.Fraction >= 1.5);
        Assert.NotEqual(before.PlanHash, after.PlanHash);
        Assert.Equal(before.PlanHash, Planner.Plan(plan with { Servings = [.. plan.Servings.Select(serving => serving with { Headroom = null })] }, "prod", A.Catalog).PlanHash);

        static IEnumerable<(string, int)> Of(FleetPlan fleet, string serving) => fleet.Pools.Where(pool => pool.Serving == serving).Select(pool => (pool.Id, pool.Instances.Desired));
    }
}
