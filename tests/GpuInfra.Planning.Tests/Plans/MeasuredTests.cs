using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Plans;

public class MeasuredTests
{
    [Fact]
    public void Speeds_are_read_gpu_by_gpu_under_their_catalog_names()
    {
        var measured = Read("[{ gpu: l40s, speed: 92%, low: 85% }, { gpu: H100, speed: 104%, low: 99% }]").Servings[0].Measured!;
        Assert.Equal(["h100-80gb", "l40s"], measured.Items.Select(item => item.Gpu));
        Assert.Equal(new MeasuredSpeed("l40s", Share.FromPercent(92), Share.FromPercent(85)), measured.On("l40s"));
        Assert.Null(measured.On("t4"));
    }

    [Theory]
    [InlineData("[{ gpu: l40x, speed: 92%, low: 85% }]", "did you mean")]
    [InlineData("[{ gpu: l40s, speed: 40%, low: 35% }]", "50%")]
    [InlineData("[{ gpu: l40s, speed: 92%, low: 95% }]", "above the median")]
    [InlineData("[{ gpu: l40s, speed: 92% }]", "low")]
    [InlineData("[{ gpu: l40s, speed: 92%, low: 85% }, { gpu: L40S, speed: 90%, low: 85% }]", "named twice")]
    public void What_makes_no_sense_is_refused(string text, string message) =>
        Assert.Contains(message, Assert.Throws<PlanException>(() => Read(text)).Message, StringComparison.Ordinal);

    private static CapacityPlan Read(string measured) => PlanFile.Parse(
        $$"""
        version: 1
        environment: dev
        start: 2026-12
        clouds: { aws: { account: "111122223333", share: 100%, regions: [us-east-1] } }
        servings:
          - name: helper
            kind: online
            model: llama-3.1-8b
            latency: { timeToFirstToken: 2s, timePerOutputToken: 50ms }
            measured: {{measured}}
        workloads:
          - { name: chat, serving: helper, demand: { profile: azure-conv-2023, scale: 1 } }
        """,
        "dev.plan.yaml", A.Catalog);
}
