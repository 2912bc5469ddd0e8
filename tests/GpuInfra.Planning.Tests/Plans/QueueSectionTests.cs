using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Tests.Plans;

public class QueueSectionTests
{
    private const string Index = "model: bge-large";

    [Fact]
    public void A_serving_says_how_many_jobs_a_machine_has_and_how_often_they_are_kept()
    {
        Assert.Equal(new JobQueue(4, TimeSpan.FromMinutes(10)), Of("queue: { jobsPerMachine: 4, checkpoint: 10m }"));
        Assert.Equal(new JobQueue(1, TimeSpan.FromMinutes(5)), Of("queue: {}"));
    }

    [Fact]
    public void A_plan_that_does_not_say_it_means_what_it_meant()
    {
        var plan = PlanYaml.Read(PlanYaml.Small);
        Assert.All(plan.Servings, serving => Assert.Null(serving.Queue));
        Assert.NotEqual(PlanYaml.Meaning(plan), PlanYaml.Meaning(PlanYaml.Read(PlanYaml.With(Index, $"{Index}\n    queue: {{}}"))));
    }

    [Theory]
    [InlineData("queue: { jobsPerMachine: 0 }", "queue.jobsPerMachine: \"0\" is outside the range from 1 to 1000")]
    [InlineData("queue: { checkpoint: 10s }", "queue.checkpoint: \"10s\" is outside the range from 1m to 1h")]
    [InlineData("queue: { jobs: 3 }", "queue.jobs: unknown key")]
    public void What_is_no_queue_is_refused(string queue, string problem) =>
        Assert.Contains(problem, PlanYaml.Problems(PlanYaml.With(Index, $"{Index}\n    {queue}")), StringComparison.Ordinal);

    [Fact]
    public void Work_that_somebody_waits_for_takes_no_jobs() =>
        Assert.Contains("queue: only batch, embedding and fineTuning servings", PlanYaml.Problems(PlanYaml.With("kind: online", "kind: online\n    queue: {}")), StringComparison.Ordinal);

    private static JobQueue? Of(string queue) => PlanYaml.Read(PlanYaml.With(Index, $"{Index}\n    {queue}")).Servings.Single(serving => serving.Queue is not null).Queue;
}
