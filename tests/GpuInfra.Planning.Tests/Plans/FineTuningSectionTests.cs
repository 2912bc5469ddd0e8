using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Tests.Plans;

public class FineTuningSectionTests
{
    private const string Tuned = "kind: fineTuning, model: llama-3.1-8b, maxContextTokens: 4096";
    private const string Whole = $"{Tuned}, queue: {{ checkpoint: 15m }}, training: {{ method: qlora, rank: 32, command: [python, train.py, --epochs=3] }}";

    [Fact]
    public void A_serving_says_how_its_jobs_train()
    {
        var serving = PlanYaml.Read(With(Whole)).Servings.Single(serving => serving.Kind == ServingKind.FineTuning);
        Assert.Equal((TrainingMethod.Qlora, 32), (serving.FineTuning!.Method, serving.FineTuning.Rank));
        Assert.Equal("python train.py --epochs=3", string.Join(" ", serving.FineTuning.Command));
        Assert.Equal((Survival.None, TimeSpan.FromMinutes(15), (LatencyTarget?)null), (serving.Survive, serving.Queue!.Checkpoint, serving.Latency));
    }

    [Fact]
    public void Its_demand_is_tokens_read_and_no_peak_need_be_told() =>
        Assert.Equal(1, PlanYaml.Read(With(Whole)).Workloads.Single(workload => workload.Serving == "tuned").Demand.PeakToMean);

    [Fact]
    public void A_plan_that_does_not_say_it_means_what_it_meant() =>
        Assert.All(PlanYaml.Read(PlanYaml.Small).Servings, serving => Assert.Null(serving.FineTuning));

    [Theory]
    [InlineData(Tuned, "training is missing")]
    [InlineData(Tuned + ", training: { method: lora }", "queue is missing")]
    [InlineData(Whole + ", latency: { timeToFirstToken: 2s, timePerOutputToken: 50ms }", "latency: nobody waits for what trains")]
    [InlineData(Whole + ", survive: { zone: 50% }", "survive: what trains goes on from its last checkpoint")]
    [InlineData(Whole + ", prefixCacheHitRate: 10%", "prefixCacheHitRate: spares work of serving, and this trains")]
    [InlineData(Whole + ", scaling: {}", "scaling: only online servings follow load")]
    [InlineData("kind: batch, model: llama-3.1-8b, training: { method: lora }", "training: only servings of kind fineTuning train")]
    [InlineData(Tuned + ", queue: {}, training: { method: dpo }", "training.method: \"dpo\" is not one of")]
    [InlineData(Tuned + ", queue: {}, training: { method: lora, command: [\"$HOME/x\"] }", "training.command")]
    public void What_cannot_be_is_refused(string keys, string problem) => Assert.Contains(problem, PlanYaml.Problems(With(keys)), StringComparison.Ordinal);

    [Fact]
    public void Tokens_that_are_made_are_refused() =>
        Assert.Contains("what trains reads tokens and makes none", PlanYaml.Problems(With(Whole, ", outputTokensPerDay: 1M")), StringComparison.Ordinal);

    private static string With(string keys, string demand = "") => PlanYaml.With("servings:\n", $"servings:\n  - {{ name: tuned, {keys} }}\n")
        .Replace("workloads:\n", $"workloads:\n  - {{ name: nightly-tuning, serving: tuned, team: support, demand: {{ inputTokensPerDay: 400M, requestsPerDay: 200k, window: {{ from: \"20:00\", to: \"06:00\" }}{demand} }} }}\n", StringComparison.Ordinal);
}
