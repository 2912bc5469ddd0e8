using GpuInfra.Planning.Plans;

namespace GpuInfra.Offline.Tests.Clusters;

/// <summary>What a plan for clusters cannot have: the preview ends with the place, the reason and what may be written, and nothing is registered.</summary>
public class ClusterRefusalTests
{
    [Theory]
    [InlineData("sharing: { mig: 3g.41gb }", "servings.coder.sharing.mig: unknown MIG profile \"3g.41gb\" (did you mean \"3g.40gb\"?)")]
    [InlineData("sharing: { mig: 3g.71gb }", "servings.coder: no offer of gcp in us-central1 can run llama-3.1-8b in bf16", "by sharing")]
    [InlineData("sharing: { mig: 3g.40gb, replicasPerGpu: 3 }", "servings.coder.sharing.replicasPerGpu: a GPU has at most 2 instances of 3g.40gb")]
    [InlineData("sharing: { timeSlicing: 17 }", "servings.coder.sharing.timeSlicing: \"17\" is outside the range from 2 to 16")]
    public Task Parts_that_its_GPUs_do_not_have_are_refused(string sharing, params string[] says) =>
        Refused("servings:\n", $"servings:\n  - {{ name: coder, {sharing} }}\n", says);

    [Theory]
    [InlineData("canary: { to: coder, share: 150% }", "router.routes.assistant.canary.share: \"150%\" is outside the range from 0.01% to 100%")]
    [InlineData("weights: { assistant-aws-us-east-1-spot-h100-80gb: 100% }", "unknown backend (did you mean \"assistant-aws-us-east-1-reserved-h100-80gb\"?); pools of assistant are assistant-aws-us-east-1-ondemand-h100-80gb")]
    [InlineData("weights: { assistant-aws-us-east-1-reserved-h100-80gb: 60%, assistant-aws-us-east-1-ondemand-h100-80gb: 60% }", "router.routes.assistant.weights: shares add up to 120%, not 100%")]
    public Task Shares_that_nobody_could_serve_are_refused(string route, params string[] says) =>
        Refused("router:\n", $"router:\n  routes:\n    assistant: {{ {route} }}\n", says);

    private static async Task Refused(string from, string to, string[] says)
    {
        var refused = await Assert.ThrowsAsync<PlanException>(() => Kube.RunAsync(sandbox => sandbox.Change("prod.plan.yaml", from, to)));
        Assert.All(says, text => Assert.Contains(text, refused.Message, StringComparison.Ordinal));
    }
}
