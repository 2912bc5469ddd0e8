using FsCheck;
using FsCheck.Fluent;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Sizing;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Sizing;

public class PerformanceModelTests
{
    private static readonly string[] Models = ["llama-3.1-8b", "llama-3.3-70b", "mixtral-8x7b", "deepseek-r1", "gpt-oss-120b", "qwen3.5-397b-a17b"];

    private static readonly string[] Gpus = ["a100-80gb", "l40s", "h100-80gb", "b200-180gb", "rtx-pro-6000"];

    /// <summary>Published output rates of saturated servers: NVIDIA TensorRT-LLM, performance overview of releases 0.15 and 1.0 (read 2026-11-20).</summary>
    [Theory]
    [InlineData("llama-3.1-8b", "h100-80gb", Precision.Fp8, 1, 1, 128, 2048, Engine.TensorRtLlmCompiled, 19965)]
    [InlineData("llama-3.1-8b", "l40s", Precision.Fp8, 1, 1, 2048, 128, Engine.TensorRtLlmCompiled, 1055)]
    [InlineData("llama-3.1-70b", "a100-80gb", Precision.Fp16, 4, 1, 500, 2000, Engine.TensorRtLlmCompiled, 2192)]
    [InlineData("mixtral-8x7b", "h100-80gb", Precision.Fp16, 8, 1, 1000, 1000, Engine.TensorRtLlmCompiled, 27480)]
    [InlineData("llama-3.3-70b", "b200-180gb", Precision.Fp4, 1, 1, 1000, 1000, Engine.TensorRtLlm, 7007)]
    [InlineData("llama-3.1-405b", "rtx-pro-6000", Precision.Fp4, 1, 8, 2048, 2048, Engine.TensorRtLlm, 1440)]
    public void A_saturated_replica_comes_near_the_published_rate(
        string model, string gpu, Precision precision, int tensor, int pipeline, int input, int output, Engine engine, double tokensPerSecond)
    {
        var setup = new ReplicaSetup(A.Model(model), precision, A.Gpu(gpu), new Parallelism(tensor, pipeline), engine);
        Assert.InRange(Fits(setup, new Load(LoadKind.OfflineMax, input, output, 1)).OutputTokensPerSecond / tokensPerSecond, 0.8, 1.2);
    }

    [Fact]
    public void Every_model_on_every_GPU_that_holds_it_has_a_finite_rate_and_latency()
    {
        var load = new Load(LoadKind.Concurrency, 1024, 512, 16);
        foreach (var model in A.Catalog.Models.Where(model => model.Task == ModelTask.Generation))
        {
            foreach (var gpu in A.Catalog.Gpus)
            {
                foreach (var precision in gpu.Formats)
                {
                    foreach (var parallelism in new[] { Parallelism.Split(1), Parallelism.Split(8), Parallelism.ForThroughput(model, 8, 2) })
                    {
                        var (performance, unfit) = PerformanceModel.Predict(new ReplicaSetup(model, precision, gpu, parallelism), load);
                        Assert.True(
                            unfit is not null || (double.IsFinite(performance!.OutputTokensPerSecond) && performance.OutputTokensPerSecond > 0
                                && performance.TimeToFirstToken > TimeSpan.Zero && performance.TimePerOutputToken > TimeSpan.Zero),
                            $"{model.Id} on {gpu.Id} in {precision}: {performance}");
                    }
                }
            }
        }
    }

    [Fact]
    public void More_bandwidth_or_arithmetic_never_predicts_less() =>
        Prop.ForAll(Questions(), Gen.Choose(101, 300).ToArbitrary(), (question, percent) =>
        {
            var (setup, load) = question;
            var (gpu, factor) = (setup.Gpu, percent / 100.0);
            var before = Rate(setup, load);
            return Rate(setup with { Gpu = gpu with { Bandwidth = gpu.Bandwidth * factor } }, load) >= before
                && Rate(setup with { Gpu = Faster(gpu, factor) }, load) >= before;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void More_requests_in_flight_never_get_less_together() =>
        Prop.ForAll(Questions(), question =>
        {
            var (setup, load) = question;
            return load.Kind != LoadKind.Concurrency
                || Rate(setup, load with { Requests = 2 * load.Requests }) >= Rate(setup, load) * (1 - 1e-9);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Longer_requests_never_fit_in_greater_number() =>
        Prop.ForAll(Questions(), Gen.Choose(1, 4096).ToArbitrary(), (question, more) =>
        {
            var (setup, load) = question;
            var longer = PerformanceModel.Predict(setup, load with { InputTokens = load.InputTokens + more }).Performance?.MaxConcurrency ?? 0;
            return longer <= (PerformanceModel.Predict(setup, load).Performance?.MaxConcurrency ?? 0);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Rate_and_latencies_of_requests_in_flight_agree_with_Littles_law() =>
        Prop.ForAll(Questions(), question =>
        {
            var (setup, load) = question;
            return load.Kind != LoadKind.Concurrency || PerformanceModel.Predict(setup, load).Performance is not { } performance
                || load.Requests > performance.MaxConcurrency
                || Math.Abs((performance.OutputTokensPerSecond / load.OutputTokens
                    * (performance.TimeToFirstToken.TotalSeconds + ((load.OutputTokens - 1) * performance.TimePerOutputToken.TotalSeconds))
                    / load.Requests) - 1) < 1e-3;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_does_not_fit_says_why_instead_of_a_rate()
    {
        var setup = new ReplicaSetup(A.Model("llama-3.3-70b"), Precision.Bf16, A.Gpu("h100-80gb"), Parallelism.Split(1));
        var (performance, unfit) = PerformanceModel.Predict(setup, new Load(LoadKind.Concurrency, 1024, 1024, 8));
        Assert.Null(performance);
        Assert.Equal("memory", unfit!.Constraint);
    }

    [Fact]
    public void Requests_beyond_the_cache_wait_for_their_first_token()
    {
        var setup = new ReplicaSetup(A.Model("llama-3.1-8b"), Precision.Bf16, A.Gpu("l4"), Parallelism.Split(1));
        var few = Fits(setup, new Load(LoadKind.Concurrency, 4096, 512, 2));
        var many = Fits(setup, new Load(LoadKind.Concurrency, 4096, 512, 64));
        Assert.True(many.MaxConcurrency < 64);
        Assert.True(many.TimeToFirstToken > 4 * few.TimeToFirstToken);
    }

    [Theory]
    [InlineData("llama-3.1-8b", "h100-80gb", 1, 8192, 16, 64, SizingLimit.Compute)]
    [InlineData("llama-3.3-70b", "a100-80gb", 4, 128, 2048, 1, SizingLimit.Bandwidth)]
    [InlineData("llama-3.3-70b", "l40s", 8, 2048, 64, 32, SizingLimit.Interconnect)]
    [InlineData("llama-3.2-1b", "b200-180gb", 1, 128, 512, 1, SizingLimit.Latency)]
    [InlineData("llama-3.1-8b", "l4", 1, 128, 4096, 256, SizingLimit.Memory)]
    public void The_limit_is_what_most_of_the_time_is_spent_on(
        string model, string gpu, int tensor, int input, int output, int requests, SizingLimit limit)
    {
        var setup = new ReplicaSetup(A.Model(model), Precision.Bf16, A.Gpu(gpu), Parallelism.Split(tensor));
        Assert.Equal(limit, Fits(setup, new Load(LoadKind.Concurrency, input, output, requests)).Limit);
    }

    private static Performance Fits(ReplicaSetup setup, Load load)
    {
        var (performance, unfit) = PerformanceModel.Predict(setup, load);
        return performance ?? throw new ArgumentException(unfit!.Detail);
    }

    private static double Rate(ReplicaSetup setup, Load load) => PerformanceModel.Predict(setup, load).Performance?.OutputTokensPerSecond ?? 0;

    private static Gpu Faster(Gpu gpu, double factor) => gpu with
    {
        Fp16 = gpu.Fp16 * factor,
        Fp8 = gpu.Fp8 is { } eight ? eight * factor : null,
        Int8 = gpu.Int8 is { } integer ? integer * factor : null,
        Fp4 = gpu.Fp4 is { } four ? four * factor : null,
    };

    private static Arbitrary<(ReplicaSetup Setup, Load Load)> Questions() =>
        (from model in Gen.Elements(Models)
         from gpu in Gen.Elements(Gpus)
         from tensor in Gen.Elements(1, 2, 4, 8)
         from copied in Gen.Elements(true, false)
         from engine in Gen.Elements(Enum.GetValues<Engine>())
         from kind in Gen.Elements(Enum.GetValues<LoadKind>())
         from input in Gen.Choose(1, 16_384)
         from output in Gen.Choose(1, 4096)
         from requests in Gen.Choose(1, 512)
         let accelerator = A.Gpu(gpu)
         let precision = accelerator.Formats[^1]
         let parallelism = copied ? Parallelism.ForThroughput(A.Model(model), tensor, 1) : Parallelism.Split(tensor)
         select (new ReplicaSetup(A.Model(model), precision, accelerator, parallelism, engine), new Load(kind, input, output, requests))).ToArbitrary();
}
