using GpuInfra.Planning.Finance.Cases;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Tests.Finance.Cases;

public class RiskRegisterTests
{
    private static readonly FleetPlan Single = Planner.Plan(A.Plan(), "prod", A.Catalog);
    private static readonly FleetPlan Two = Planner.Plan(A.ProdPlan() with { HorizonMonths = 1 }, "prod", A.Catalog);

    [Fact]
    public void What_a_promise_costs_is_the_fleet_without_it()
    {
        var cloud = RiskRegister.Of(Two, A.Catalog).Single(risk => risk.Name == "loss of a cloud");
        var without = Planner.Plan(
            Two.Plan with { Servings = [.. Two.Plan.Servings.Select(serving => serving with { Survive = serving.Survive with { Cloud = default } })] }, "prod", A.Catalog, Two.Running).Cost.Monthly;
        Assert.True(cloud.InPlace);
        Assert.Equal(Two.Cost.Monthly - without, cloud.Monthly);
        Assert.Contains("% of the cost is at ", cloud.Exposure, StringComparison.Ordinal);
    }

    [Fact]
    public void A_promise_that_one_cloud_cannot_keep_has_no_price_and_says_why()
    {
        var cloud = RiskRegister.Of(Single, A.Catalog).Single(risk => risk.Name == "loss of a cloud");
        Assert.Equal((false, null), (cloud.InPlace, cloud.Monthly));
        Assert.NotEmpty(cloud.Why!);
    }

    [Fact]
    public void More_headroom_costs_more() =>
        Assert.True(RiskRegister.Of(Two, A.Catalog).Single(risk => risk.Name == "more demand than planned").Monthly!.Value.Amount > 0);

    [Fact]
    public void No_spot_costs_what_the_same_on_demand_does() => Assert.All(
        RiskRegister.Of(Two, A.Catalog).Where(risk => risk.Name == "interruption of spot" && !risk.InPlace), risk => Assert.True(risk.Monthly!.Value.Amount >= 0));
}
