using GpuInfra.Planning.Sizing;

namespace GpuInfra.Planning.Tests.Sizing;

public class ScenarioTests
{
    [Theory]
    [InlineData("offline-max", LoadKind.OfflineMax, 1)]
    [InlineData("serving-concurrency=64;vllm-0.19.0;attn-dp=1", LoadKind.Concurrency, 64)]
    [InlineData(" offline-static-batch=8 ; note ", LoadKind.StaticBatch, 8)]
    public void The_first_part_says_how_requests_came_in(string text, LoadKind kind, int requests)
    {
        var scenario = Scenario.Read(text)!;
        Assert.Equal((kind, requests), (scenario.Kind, scenario.Requests));
    }

    [Theory]
    [InlineData("")]
    [InlineData("online")]
    [InlineData("serving-concurrency")]
    [InlineData("serving-concurrency=0")]
    [InlineData("serving-concurrency=-4")]
    [InlineData("vllm-0.19.0;offline-max")]
    public void Another_first_part_is_no_scenario(string text) => Assert.Null(Scenario.Read(text));

    [Fact]
    public void Further_parts_name_the_engine_and_how_a_sparse_model_was_spread() => Assert.Equal(
        new Scenario(LoadKind.Concurrency, 8, Engine.TensorRtLlm, 4, 2),
        Scenario.Read("serving-concurrency=8;trtllm-1.2.0rc6.post3;attn-dp=4;moe-tp=2;moe-ep=2;derived-from-ttft-tpot"));

    [Theory]
    [InlineData("vllm-nightly-5b8c30d62b754b57", Engine.Vllm)]
    [InlineData("sglang-0.5.9", Engine.Sglang)]
    [InlineData("NVIDIA/TensorRT-LLM perf-overview", Engine.TensorRtLlm)]
    public void An_engine_is_known_by_any_of_its_spellings(string text, Engine engine) => Assert.Equal(engine, Scenario.EngineIn(text));
}
