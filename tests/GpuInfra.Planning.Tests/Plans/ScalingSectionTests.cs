using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Plans;

public class ScalingSectionTests
{
    private const string Context = "maxContextTokens: 16384";

    [Fact]
    public void A_serving_says_how_it_follows_load()
    {
        var scaling = PlanYaml.Read(PlanYaml.With(Context, $"{Context}\n    scaling: {{ inUse: 65%, waitingPerReplica: 2.5, floor: 40%, schedule: false, standby: 3 }}")).Servings.Single(serving => serving.Name == "assistant").Scaling;
        Assert.Equal(new Scaling(Share.FromPercent(65), 2.5, Share.FromPercent(40), false) { Standby = 3 }, scaling);
    }

    [Fact]
    public void Without_keys_it_keeps_every_promise_and_starts_ahead_of_its_hours()
    {
        var scaling = PlanYaml.Read(PlanYaml.With(Context, $"{Context}\n    scaling: {{}}")).Servings.Single(serving => serving.Name == "assistant").Scaling;
        Assert.Equal(new Scaling(null, 1, Share.All, true), scaling);
    }

    [Fact]
    public void A_plan_that_does_not_say_it_means_what_it_meant()
    {
        var plan = PlanYaml.Read(PlanYaml.Small);
        Assert.All(plan.Servings, serving => Assert.Null(serving.Scaling));
        Assert.NotEqual(PlanYaml.Meaning(plan), PlanYaml.Meaning(PlanYaml.Read(PlanYaml.With(Context, $"{Context}\n    scaling: {{}}"))));
    }

    [Fact]
    public void A_plan_that_scaled_before_stopped_machines_could_be_asked_for_means_what_it_meant()
    {
        static string Meaning(string keys) => PlanYaml.Meaning(PlanYaml.Read(PlanYaml.With(Context, $"{Context}\n    scaling: {keys}")));
        var scaling = PlanYaml.Read(PlanYaml.With(Context, $"{Context}\n    scaling: {{}}")).Servings.Single(serving => serving.Name == "assistant").Scaling!;
        Assert.Null(scaling.Standby);
        Assert.NotEqual(Meaning("{}"), Meaning("{ standby: 1 }"));
    }

    [Theory]
    [InlineData("scaling: { inUse: 99% }", "scaling.inUse: \"99%\" is outside the range from 10% to 95%")]
    [InlineData("scaling: { floor: 0% }", "scaling.floor: \"0%\" is outside the range from 10% to 100%")]
    [InlineData("scaling: { waitingPerReplica: 0 }", "scaling.waitingPerReplica: \"0\" is outside the range from 0.1 to 1000")]
    [InlineData("scaling: { standby: 0 }", "scaling.standby: \"0\" is outside the range from 1 to 1000")]
    [InlineData("scaling: { cpu: 60% }", "scaling.cpu: unknown key")]
    [InlineData("scaling: {}\n    routing: bySize", "routing: pools for sizes cannot follow load: each is planned for its own requests; leave scaling out")]
    public void What_cannot_be_followed_is_refused(string keys, string problem) =>
        Assert.Contains(problem, PlanYaml.Problems(PlanYaml.With(Context, $"{Context}\n    {keys}")), StringComparison.Ordinal);

    [Fact]
    public void Work_that_nobody_waits_for_follows_no_load() => Assert.Contains(
        "scaling: only online servings follow load", PlanYaml.Problems(PlanYaml.With("kind: embedding", "kind: embedding\n    scaling: {}")), StringComparison.Ordinal);
}
