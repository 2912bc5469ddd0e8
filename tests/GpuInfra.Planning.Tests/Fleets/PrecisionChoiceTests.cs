using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Tests.Fleets;

public class PrecisionChoiceTests
{
    [Fact]
    public void The_cheapest_of_the_approved_precisions_is_taken_with_its_weights()
    {
        var plan = PlanOf(Precision.Bf16, Precision.Fp8);
        var chosen = Planner.Plan(plan, "prod", A.Catalog).Plan.Servings[0];
        var costs = new[] { Precision.Bf16, Precision.Fp8 }.ToDictionary(precision => precision, CostIn);

        Assert.Equal(costs.MinBy(cost => cost.Value).Key, chosen.Precision);
        Assert.Equal(WeightsIn(chosen.Precision), chosen.Weights);
    }

    [Fact]
    public void A_precision_that_nobody_approved_is_never_taken() =>
        Assert.Equal(Precision.Bf16, Planner.Plan(PlanOf(Precision.Bf16), "prod", A.Catalog).Plan.Servings[0].Precision);

    [Fact]
    public void A_precision_that_no_offer_runs_is_passed_over()
    {
        var plan = PlanOf(Precision.Bf16, Precision.Fp4) with { Clouds = [A.Aws(region: "us-west-1")] };
        Assert.Equal(Precision.Bf16, Planner.Plan(plan, "prod", A.Catalog).Plan.Servings[0].Precision);
    }

    [Fact]
    public void When_none_can_run_every_reason_is_told()
    {
        var plan = PlanOf(Precision.Bf16, Precision.Fp8);
        var strict = plan with
        {
            Servings = [plan.Servings[0] with { Latency = new LatencyTarget(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(1), 95) }],
        };
        Assert.Equal(2, Assert.Throws<PlanException>(() => Planner.Plan(strict, "prod", A.Catalog)).Problems.Length);
    }

    private static decimal CostIn(Precision precision)
    {
        var plan = A.Plan();
        return Planner.Plan(plan with { Servings = [plan.Servings[0] with { Precision = precision }] }, "prod", A.Catalog).Cost.Monthly.Amount;
    }

    private static CapacityPlan PlanOf(params Precision[] approved) => A.Plan() with
    {
        Servings =
        [
            A.Serving() with
            {
                Precision = approved[0],
                ChoosesPrecision = true,
                Artefacts = [.. approved.Select(precision => new ApprovedArtefact(precision, WeightsIn(precision)))],
            },
        ],
    };

    private static WeightsSource WeightsIn(Precision precision) => new("hf://acme/x", $"{precision}", new string('a', 64));
}
