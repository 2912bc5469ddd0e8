using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Tests.Plans;

public class HealthSectionTests
{
    private const string Online = "    kind: online\n";

    [Fact]
    public void A_serving_says_that_broken_machines_are_replaced_and_keeps_its_machines()
    {
        var plan = PlanYaml.Read(With("health: { replace: true }"));
        Assert.True(Assert.Single(plan.Servings, serving => serving.Health is not null).Health!.Replaces);
        Assert.Equal(PlanYaml.Meaning(PlanYaml.Read(PlanYaml.Small)), PlanYaml.Meaning(plan));
    }

    [Fact]
    public void Left_out_or_empty_nothing_is_replaced()
    {
        Assert.All(PlanYaml.Read(PlanYaml.Small).Servings, serving => Assert.Null(serving.Health));
        Assert.False(PlanYaml.Read(With("health: {}")).Servings.Single(serving => serving.Health is not null).Health!.Replaces);
    }

    [Theory]
    [InlineData("health: { replace: maybe }", "maybe")]
    [InlineData("health: { replaces: true }", "did you mean \"replace\"?")]
    public void What_is_not_yes_or_no_is_refused(string health, string problem) => Assert.Contains(problem, PlanYaml.Problems(With(health)), StringComparison.Ordinal);

    [Fact]
    public void Machines_that_train_have_no_engine_that_says_whether_they_are_well() => Assert.Contains(
        "machines that train run no engine",
        PlanYaml.Problems(PlanYaml.Small.Replace(Online, "    kind: fineTuning\n    health: { replace: true }\n", StringComparison.Ordinal)),
        StringComparison.Ordinal);

    [Fact]
    public void A_pool_that_drains_or_stands_outside_the_clouds_or_any_in_an_incident_keeps_its_machines()
    {
        var fleet = Planner.Plan(PlanYaml.Read(With("health: { replace: true }")), "dev", Catalog.Embedded);
        var pool = fleet.Pools.First(pool => PoolHealth.IsReplaced(fleet.Plan, pool));
        Assert.False(PoolHealth.IsReplaced(fleet.Plan, pool with { IsDraining = true }));
        Assert.False(PoolHealth.IsReplaced(fleet.Plan, pool with { Tier = Tier.External }));
        Assert.False(PoolHealth.IsReplaced(fleet.Plan, pool with { Serving = "other" }));
    }

    private static string With(string health) => PlanYaml.Small.Replace(Online, $"{Online}    {health}\n", StringComparison.Ordinal);
}
