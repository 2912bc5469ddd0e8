using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Plans;

public class RenameAndRetireTests
{
    [Fact]
    public void A_renamed_servings_pools_know_what_they_were_called()
    {
        var before = Planner.Plan(PlanYaml.Read(PlanYaml.Small), "prod", Catalog.Embedded);
        var renamed = PlanYaml.Small
            .Replace("- name: assistant", "- name: helper\n    renamedFrom: assistant", StringComparison.Ordinal)
            .Replace("serving: assistant", "serving: helper", StringComparison.Ordinal);
        var after = Planner.Plan(PlanYaml.Read(renamed), "prod", Catalog.Embedded);

        Assert.Equal(before.Pools.Select(pool => pool.Id).Order(), after.Pools.Select(pool => pool.RenamedFrom ?? pool.Id).Order());
        Assert.All(after.Pools.Where(pool => pool.Serving == "helper"), pool => Assert.StartsWith("helper-", pool.Id, StringComparison.Ordinal));
    }

    [Fact]
    public void A_workload_that_is_alone_may_be_renamed_too() => Assert.Equal(
        "search",
        PlanYaml.Read(PlanYaml.With("kind: embedding", "kind: embedding\n    renamedFrom: search")).Servings.Single(serving => serving.Name == "index").RenamedFrom);

    [Theory]
    [InlineData("index", "x.yaml:10:18 servings.assistant.renamedFrom: \"index\" is a serving of this plan: only a name that is gone can be an earlier one")]
    [InlineData("Old One", "x.yaml:10:18 servings.assistant.renamedFrom: \"Old One\" is not a name: 1 to 20 lower-case letters, digits and hyphens, beginning with a letter, not ending with a hyphen")]
    public void An_earlier_name_that_cannot_be_is_refused(string name, string problem) => Assert.Equal(
        problem, PlanYaml.Problems(PlanYaml.With("- name: assistant", $"- name: assistant\n    renamedFrom: {name}")));

    [Fact]
    public void What_is_retired_may_go_from_its_month_on()
    {
        var retired = Assert.Single(PlanYaml.Read(PlanYaml.Plus("retire: [{ name: summariser, after: 2027-01 }]")).Retired);

        Assert.Equal("summariser", retired.Name);
        Assert.False(retired.Allows(new Month(2026, 12)));
        Assert.True(retired.Allows(new Month(2027, 1)));
    }

    [Theory]
    [InlineData("index")]
    [InlineData("assistant")]
    [InlineData("us-east-1")]
    [InlineData("gcp")]
    public void What_is_still_in_the_plan_cannot_be_retired(string name) => Assert.EndsWith(
        $"retire.{name}.name: \"{name}\" is still in the plan: retire what you take out of it",
        PlanYaml.Problems(PlanYaml.Plus($"retire: [{{ name: {name}, after: 2027-01 }}]")),
        StringComparison.Ordinal);
}
