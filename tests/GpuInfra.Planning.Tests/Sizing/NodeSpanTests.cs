using FsCheck;
using FsCheck.Fluent;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Sizing;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Sizing;

/// <summary>Replicas over several machines, against what can be worked out by hand.</summary>
public class NodeSpanTests
{
    private static readonly ByteRate Efa = ByteRate.FromGbitPerSecond(3200);

    private static readonly RequestMix Mix = new(1000, 500, 4000);

    [Fact]
    public void A_hop_hands_on_two_values_of_two_bytes_per_token_and_hidden_size()
    {
        var seconds = new NodeSpan(2, Efa).HopSecondsPerToken(A.Model("deepseek-r1"), Calibration.Embedded);
        Assert.Equal(2 * 2 * 7168 / (400e9 * 0.4533), seconds, 1e-12);
    }

    [Fact]
    public void A_step_over_machines_takes_what_it_takes_in_one_and_the_hops_and_the_odd_layer()
    {
        var (model, calibration) = (A.Model("llama-3.1-405b"), Calibration.Embedded);
        var within = new ReplicaSetup(model, Precision.Bf16, A.Gpu("h100-80gb"), new Parallelism(8, 2));
        var span = new NodeSpan(2, Efa);
        double Seconds(ReplicaSetup setup) => new Cycle(setup, LoadKind.OfflineMax, 1000, 500, calibration).GenerationSeconds(64);

        // 126 layers halve evenly; each of two stages hands on what 32 sequences generate.
        var hop = span.HopSeconds + (span.HopSecondsPerToken(model, calibration) * 32);
        Assert.Equal(Seconds(within) + (2 * hop * calibration[Coefficient.VllmFactor]), Seconds(within with { Span = span }), 1e-9);

        // Of 61 layers the fullest stage has 31, and the other waits for it.
        var odd = within with { Model = A.Model("deepseek-r1"), Precision = Precision.Fp8, Span = new NodeSpan(2, ByteRate.FromGbPerSecond(1e9)) };
        var even = odd with { Span = null };
        Assert.InRange(Seconds(odd) / Seconds(even), 1, 62 / 61.0 + 0.02);
    }

    [Fact]
    public void Two_machines_hold_what_their_GPUs_hold()
    {
        var setup = new ReplicaSetup(A.Model("llama-3.1-405b"), Precision.Bf16, A.Gpu("h100-80gb"), new Parallelism(8, 2)) { Span = new NodeSpan(2, Efa) };
        var memory = ReplicaMemory.Of(setup);
        var weights = WeightBytes.Of(setup.Model, Precision.Bf16);
        var all = ((weights.Attention + weights.FeedForward) / 16) + (weights.Head / 8) + weights.Rest;
        Assert.Equal(all, memory.Weights.TotalBytes, 1.0);
        Assert.Equal(63 * 2 * 128 * 2, memory.CachePerToken.TotalBytes);
        Assert.Equal(memory.Cache.TotalBytes / (63.0 * 2 * 128 * 2), memory.CacheTokens, 1.0);
    }

    [Fact]
    public void A_stage_of_sparse_layers_alone_is_fuller_than_half_a_model_that_begins_with_dense_ones()
    {
        var within = new ReplicaSetup(A.Model("deepseek-r1"), Precision.Fp8, A.Gpu("h100-80gb"), new Parallelism(8, 2));
        var experts = WeightBytes.Of(within.Model, Precision.Fp8).Experts;
        var more = ReplicaMemory.Of(within with { Span = new NodeSpan(2, Efa) }).Weights.TotalBytes - ReplicaMemory.Of(within).Weights.TotalBytes;
        Assert.Equal(experts / 8 * ((30 / 58.0) - (31 / 61.0)), more, 1.0);
    }

    [Theory]
    [InlineData("deepseek-r1", "h100-80gb", 2)]
    [InlineData("llama-3.1-405b", "h100-80gb", 2)]
    [InlineData("kimi-k2", "h100-80gb", 2)]
    [InlineData("glm-5", "h200-141gb", 2)]
    [InlineData("deepseek-r1", "a100-80gb", 0)]
    public void What_no_machine_of_eight_holds_several_do(string model, string gpu, int nodes)
    {
        var serving = A.Serving(model: model) with { Latency = null };
        Assert.Null(ReplicaSizer.Size(serving, Mix, A.Gpu(gpu), 8).Sizing);
        Assert.Equal(nodes, Enumerable.Range(2, 3).FirstOrDefault(count => ReplicaSizer.Size(serving, Mix, A.Gpu(gpu), 8, new NodeSpan(count, Efa)).Sizing is not null));
    }

    /// <summary>Of a model that one machine holds, two never do more than twice as much. Cache makes larger batches, so what is compared has no promise and a full batch in both.</summary>
    [Theory]
    [InlineData("llama-3.1-8b", "h100-80gb", 1)]
    [InlineData("llama-3.3-70b", "h200-141gb", 8)]
    [InlineData("deepseek-r1", "h200-141gb", 8)]
    public void Stages_never_do_more_than_so_many_replicas(string model, string gpu, int tensor) => Prop.ForAll(
        Gen.Choose(16, 3000).Zip(Gen.Choose(16, 800)).ToArbitrary(), lengths =>
        {
            var setup = new ReplicaSetup(A.Model(model), A.Model(model).NativePrecision, A.Gpu(gpu), new Parallelism(tensor));
            double Rate(ReplicaSetup replica, double batch) => batch / new Cycle(replica, LoadKind.Concurrency, lengths.Item1, lengths.Item2, Calibration.Embedded).Of(batch).Seconds;
            return Enumerable.Range(2, 3).All(nodes => Rate(setup with { Parallelism = new Parallelism(tensor, nodes), Span = new NodeSpan(nodes, Efa) }, 128 * nodes) <= nodes * Rate(setup, 128) * (1 + 1e-9));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_faster_fabric_never_slows_a_replica_down()
    {
        double Rate(double gbit) => ReplicaSizer.Size(A.Serving(model: "deepseek-r1") with { Latency = new LatencyTarget(TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(80), 95) },
            Mix, A.Gpu("h100-80gb"), 8, new NodeSpan(2, ByteRate.FromGbitPerSecond(gbit))).Sizing?.RequestsPerSecond ?? 0;
        double[] rates = [.. new[] { 1.0, 10, 100, 400, 800, 3200, 6400 }.Select(Rate)];
        Assert.All(rates.Zip(rates.Skip(1)), pair => Assert.True(pair.First <= pair.Second * 1.002, string.Join(' ', rates)));
        Assert.True(rates[0] < rates[^1] / 2);
    }

    /// <summary>Two GH200 nodes with two stages did no more tokens at 800 than at 400 Gbit/s (vllm-project/vllm issue 6610, 2024-07-20).</summary>
    [Fact]
    public void Doubling_a_fast_fabric_shows_as_little_as_was_measured()
    {
        double Rate(double gbit) => PerformanceModel.Predict(
            new ReplicaSetup(A.Model("llama-3-70b"), Precision.Bf16, A.Gpu("gh200-96gb"), new Parallelism(1, 2)) { Span = new NodeSpan(2, ByteRate.FromGbitPerSecond(gbit)) },
            new Load(LoadKind.Concurrency, 512, 256, 32)).Performance!.OutputTokensPerSecond;
        Assert.InRange(Rate(800) / Rate(400), 1, 1.003);
    }

    [Fact]
    public void A_stage_is_free_for_the_next_prompt_before_the_first_token_comes()
    {
        // Prompts alone: two machines read twice as many, each as late as one machine would that is as fast.
        var serving = A.Serving(model: "deepseek-r1") with { Latency = new LatencyTarget(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(2), 95) };
        var mix = new RequestMix(4000, 2, 4000);
        var sizing = ReplicaSizer.Size(serving, mix, A.Gpu("h100-80gb"), 8, new NodeSpan(2, Efa)).Sizing!;
        var setup = ReplicaSizer.SetupOf(serving, A.Gpu("h100-80gb"), 8, new NodeSpan(2, Efa));
        var alone = ReplicaSizer.CycleOf(serving, setup, mix, Calibration.Embedded).PromptSeconds(4000, 1);
        Assert.InRange(sizing.RequestsPerSecond * alone, 1.05, 2);
    }
}
