namespace GpuInfra.Planning.Tests.Plans;

public class SpanSectionTests
{
    private const string Context = "maxContextTokens: 16384";

    [Fact]
    public void A_serving_says_how_many_machines_a_replica_may_span() =>
        Assert.Equal(3, PlanYaml.Read(PlanYaml.With(Context, $"{Context}\n    maxNodesPerReplica: 3")).Servings.Single(serving => serving.Name == "assistant").MaxNodesPerReplica);

    [Fact]
    public void A_plan_that_does_not_say_it_means_what_it_meant()
    {
        var plan = PlanYaml.Read(PlanYaml.Small);
        Assert.All(plan.Servings, serving => Assert.Null(serving.MaxNodesPerReplica));
        Assert.NotEqual(PlanYaml.Meaning(plan), PlanYaml.Meaning(PlanYaml.Read(PlanYaml.With(Context, $"{Context}\n    maxNodesPerReplica: 2"))));
    }

    [Theory]
    [InlineData("maxNodesPerReplica: 0", "maxNodesPerReplica: \"0\" is outside the range from 1 to 4")]
    [InlineData("maxNodesPerReplica: 5", "maxNodesPerReplica: \"5\" is outside the range from 1 to 4")]
    [InlineData("maxNodesPerReplica: 2\n    scaling: {}", "stand at the planned size, since a machine alone serves nothing: leave scaling out")]
    [InlineData("maxNodesPerReplica: 2\n    sharing: mig", "replicas over machines take all GPUs of each: leave sharing out")]
    [InlineData("maxNodesPerReplica: 2\n    routing: bySize", "pools for sizes are planned on single machines: leave routing: bySize out")]
    [InlineData("maxNodesPerReplica: 2\n    speculative: { acceptedTokens: 2 }", "drafting is not planned for in a pipeline over machines: leave speculative out")]
    public void What_it_does_not_go_with_is_refused_with_what_to_leave_out(string keys, string problem) =>
        Assert.Contains(problem, PlanYaml.Problems(PlanYaml.With(Context, $"{Context}\n    {keys}")), StringComparison.Ordinal);

    [Fact]
    public void One_machine_goes_with_all_of_it() =>
        Assert.Equal(1, PlanYaml.Read(PlanYaml.With(Context, $"{Context}\n    maxNodesPerReplica: 1\n    scaling: {{}}")).Servings.Single(serving => serving.Name == "assistant").MaxNodesPerReplica);

    [Theory]
    [InlineData("kind: embedding", "kind: embedding\n    maxNodesPerReplica: 2", "maxNodesPerReplica: models that make embeddings have room on one machine: leave it out")]
    [InlineData("kind: embedding\n    model: bge-large", "kind: batch\n    model: llama-3.1-8b\n    maxNodesPerReplica: 2\n    queue: {}", "pools that jobs start and stop grow machine by machine")]
    public void Kinds_of_work_that_cannot_are_refused(string part, string replacement, string problem) =>
        Assert.Contains(problem, PlanYaml.Problems(PlanYaml.With(part, replacement)), StringComparison.Ordinal);

    [Fact]
    public void What_runs_on_spot_spans_nothing()
    {
        var plan = PlanYaml.With("kind: embedding\n    model: bge-large", "kind: batch\n    model: llama-3.1-8b\n    maxNodesPerReplica: 2") + "purchasing: { spot: { for: [batch] } }\n";
        Assert.Contains(
            "maxNodesPerReplica: replicas over machines never run on spot, which takes machines one by one: take batch out of purchasing.spot.for", PlanYaml.Problems(plan), StringComparison.Ordinal);
    }
}
