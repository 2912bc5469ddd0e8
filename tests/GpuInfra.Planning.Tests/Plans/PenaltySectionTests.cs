using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Plans;

public class PenaltySectionTests
{
    private const string Zone = "zone: { perYear: { low: 0.1, value: 0.5, high: 2 }, lasts: { low: 1h, value: 4h, high: 12h }, source: own incidents }";

    private const string Credits = "revenue: $200k, steps: [{ below: 99%, credit: 25% }, { below: 99.9%, credit: 10% }]";

    [Fact]
    public void A_serving_says_what_months_cost_the_plan_how_often_places_are_lost_and_the_fleet_stays()
    {
        var plan = PlanYaml.Read(With(Credits, Zone));
        var steps = Assert.Single(plan.Servings, serving => serving.Penalty is not null).Penalty!.Steps;
        Assert.Equal([(99.9, 20_000m), (99, 50_000)], steps.Select(step => (step.Below.Percent, step.Costs.Amount)));
        Assert.Equal(new Estimate<double>(0.1, 0.5, 2), plan.Losses!.Zone!.PerYear);
        Assert.Equal(new Estimate<TimeSpan>(TimeSpan.FromHours(1), TimeSpan.FromHours(4), TimeSpan.FromHours(12)), plan.Losses.Zone.Lasts);
        Assert.Null(plan.Losses.Cloud);
        Assert.Equal(PlanYaml.Meaning(PlanYaml.Read(PlanYaml.Small)), PlanYaml.Meaning(plan));
    }

    [Theory]
    [InlineData("steps: [{ below: 99.9%, amount: $20k }]", null, "penalty: needs losses: how often places are lost and for how long is yours to assume")]
    [InlineData("steps: [{ below: 99.9%, credit: 10% }]", Zone, "is a share of revenue, which the penalty does not say: add it, as revenue: $200k, or write amount")]
    [InlineData("steps: [{ below: 99.9% }]", Zone, "needs one of credit and amount")]
    [InlineData("revenue: $1k, steps: [{ below: 99.9%, credit: 10%, amount: $1k }]", Zone, "needs one of credit and amount")]
    [InlineData("steps: [{ below: 99.9%, amount: $20k }, { below: 99%, amount: $20k }]", Zone, "costs $20,000.00, and a month below 99.9 % already costs $20,000.00: a lower step costs more")]
    [InlineData("steps: [{ below: 99%, amount: $20k }, { below: 99%, amount: $30k }]", Zone, "stands here twice")]
    [InlineData("steps: [{ below: 100%, amount: $20k }]", Zone, "outside the range from 50% to 99.999%")]
    [InlineData("steps: []", Zone, "must have at least one item")]
    [InlineData("revenue: $1k", Zone, "steps is missing")]
    [InlineData(Credits, "zon: {}", "did you mean \"zone\"?")]
    [InlineData(Credits, "", "needs zone, region or cloud")]
    [InlineData(Credits, "zone: { perYear: { low: 0.1, value: 0.5, high: 2 }, lasts: { low: 1h, value: 4h, high: 12h } }", "source is missing")]
    [InlineData(Credits, "zone: { perYear: 0.5, lasts: { low: 1h, value: 4h, high: 12h }, source: x }", "perYear: must be a group of keys (low, value, high)")]
    [InlineData(Credits, "zone: { perYear: { low: 1, value: 0.5, high: 2 }, lasts: { low: 1h, value: 4h, high: 12h }, source: x }", "perYear: must not fall from low to value to high")]
    [InlineData(Credits, "zone: { perYear: { low: 0, value: 0.5, high: 2 }, lasts: { low: 1h, value: 4h, high: 3h }, source: x }", "lasts: must not fall from low to value to high")]
    public void Half_an_assumption_is_refused_with_what_is_missing(string penalty, string? losses, string problem) =>
        Assert.Contains(problem, PlanYaml.Problems(With(penalty, losses)), StringComparison.Ordinal);

    [Fact]
    public void Work_that_nobody_waits_for_has_no_penalty() => Assert.Contains(
        "only online servings promise to be there at any time",
        PlanYaml.Problems(PlanYaml.With("    kind: embedding\n", $"    kind: embedding\n    penalty: {{ {Credits} }}\n") + $"losses: {{ {Zone} }}\n"), StringComparison.Ordinal);

    [Fact]
    public void Losses_that_nothing_follows_from_are_told() => Assert.Contains(
        Planner.Plan(PlanYaml.Read(PlanYaml.Plus($"losses: {{ {Zone} }}")), "prod", A.Catalog).Warnings, warning => warning.StartsWith("losses are assumed, and no serving says", StringComparison.Ordinal));

    private static string With(string penalty, string? losses) =>
        PlanYaml.With("    kind: online\n", $"    kind: online\n    penalty: {{ {penalty} }}\n") + (losses is null ? "" : $"losses: {{ {losses} }}\n");
}
