using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Tests.Plans;

public class SharingSectionTests
{
    private const string Context = "maxContextTokens: 16384";

    [Theory]
    [InlineData("sharing: none", SharingMode.None, null, null)]
    [InlineData("sharing: mig", SharingMode.Mig, null, null)]
    [InlineData("sharing: { mig: 3g.40gb }", SharingMode.Mig, "3g.40gb", null)]
    [InlineData("sharing: { mig: 1g.10gb, replicasPerGpu: 4 }", SharingMode.Mig, "1g.10gb", 4)]
    [InlineData("sharing: { timeSlicing: 3 }", SharingMode.TimeSlicing, null, 3)]
    public void A_serving_says_how_its_replicas_share_a_GPU(string key, SharingMode mode, string? profile, int? perGpu) =>
        Assert.Equal(new GpuSharing(mode, profile, perGpu), Assistant(key).Sharing);

    [Fact]
    public void Without_the_key_each_replica_has_its_GPUs_to_itself() => Assert.Equal(GpuSharing.None, Assistant("").Sharing);

    [Theory]
    [InlineData("sharing: { mig: 3g.41gb }", "unknown MIG profile \"3g.41gb\"")]
    [InlineData("sharing: { mig: 3g.40gb, replicasPerGpu: 3 }", "a GPU has at most 2 instances of 3g.40gb")]
    [InlineData("sharing: { mig: 3g.40gb, timeSlicing: 2 }", "needs either mig or timeSlicing")]
    [InlineData("sharing: { timeSlicing: 1 }", "is outside the range from 2 to 16")]
    [InlineData("sharing: { timeSlicing: 2, replicasPerGpu: 2 }", "timeSlicing is the number itself")]
    [InlineData("sharing: mps", "is not one of none, mig")]
    [InlineData("routing: bySize\n    sharing: { mig: big }", "is not a MIG profile")]
    public void A_slip_is_told(string keys, string message) =>
        Assert.Contains(message, Assert.Throws<PlanException>(() => Assistant(keys)).Message, StringComparison.Ordinal);

    [Fact]
    public void Work_that_waits_in_a_queue_is_not_routed_by_size()
    {
        var problems = Assert.Throws<PlanException>(() => PlanYaml.Read(PlanYaml.With("kind: embedding\n", "kind: embedding\n    routing: bySize\n")));
        Assert.Contains("bySize is for online servings", problems.Message, StringComparison.Ordinal);
    }

    private static Serving Assistant(string keys) => PlanYaml.Read(PlanYaml.With(Context, $"{Context}\n    {keys}")).Servings.Single(serving => serving.Name == "assistant");
}
