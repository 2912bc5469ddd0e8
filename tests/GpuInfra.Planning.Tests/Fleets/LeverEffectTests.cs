using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Fleets;

public class LeverEffectTests
{
    [Fact]
    public void A_lever_costs_what_the_changed_plan_costs()
    {
        var plan = A.Plan();
        var halved = Planner.Plan(plan with { Headroom = Share.FromPercent(10) }, "prod", A.Catalog).Cost.Monthly;
        Assert.Equal(halved, EffectOf(plan, "less headroom").Monthly);
    }

    [Fact]
    public void What_the_plan_has_already_is_said()
    {
        var effect = EffectOf(A.Plan() with { Headroom = default }, "less headroom");
        Assert.Null(effect.Monthly);
        Assert.Contains("the plan has it", effect.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lever_that_nothing_can_run_says_why()
    {
        // No GPU of this region multiplies 8-bit floating point.
        var plan = A.Plan() with { Clouds = [A.Aws(region: "eu-west-1")] };
        var effect = EffectOf(plan, "fp8 weights");
        Assert.Null(effect.Monthly);
        Assert.Contains("fp8", effect.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Less_work_never_costs_more() => Assert.All(
        new[] { "response cache", "less headroom", "no promise for a lost cloud" },
        name => Assert.True(
            EffectOf(A.ProdPlan(), name).Monthly!.Value.Amount <= Planner.Plan(A.ProdPlan(), "prod", A.Catalog).Cost.Monthly.Amount, name));

    [Fact]
    public void Each_lever_changes_one_thing_of_the_plan() => Assert.All(
        Lever.Of(A.ProdPlan()).Where(lever => lever.Plan is not null),
        lever => Assert.NotEqual(PlanFingerprint.Of(A.ProdPlan(), ""), PlanFingerprint.Of(lever.Plan!, "")));

    private static LeverEffect EffectOf(CapacityPlan plan, string name) =>
        LeverEffect.Of(Planner.Plan(plan, "prod", A.Catalog), A.Catalog).Single(effect => effect.Name == name);
}
