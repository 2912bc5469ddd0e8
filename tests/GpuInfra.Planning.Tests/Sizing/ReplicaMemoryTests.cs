using FsCheck;
using FsCheck.Fluent;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Sizing;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Sizing;

public class ReplicaMemoryTests
{
    [Theory]
    [InlineData("llama-3.1-8b", 131_072)]
    [InlineData("llama-3.3-70b", 327_680)]
    [InlineData("mixtral-8x7b", 131_072)]
    [InlineData("deepseek-v3", 61 * 576 * 2)]
    [InlineData("qwen3.5-397b-a17b", 15 * 2 * 2 * 256 * 2)]
    public void A_cached_token_takes_layers_times_values_times_2_bytes(string model, long bytes) =>
        Assert.Equal(bytes, Memory(model, "h100-80gb", 1).CachePerToken.TotalBytes);

    [Fact]
    public void Llama_2_7B_caches_2_GiB_for_4096_tokens() =>
        Assert.Equal(2_147_483_648, Memory("llama-2-7b", "h100-80gb", 1).CacheBytesOf(4096));

    [Fact]
    public void Llama_3_8B_caches_a_quarter_of_what_counting_all_heads_gives()
    {
        var all = A.Model("llama-3-8b") with { Attention = [new HeadAttention(32, 32, 32, 128)] };
        var counted = ReplicaMemory.Of(new ReplicaSetup(all, Precision.Fp16, A.Gpu("h100-80gb"), Parallelism.Split(1)));
        Assert.Equal(counted.CacheBytesOf(4096) / 4, Memory("llama-3-8b", "h100-80gb", 1).CacheBytesOf(4096));
    }

    [Fact]
    public void Counting_attention_heads_as_a_seed_does_would_take_8_times_the_cache_of_a_70B()
    {
        var model = A.Model("llama-3.3-70b");
        var seed = 2L * model.Layers * model.HiddenSize * 2;
        Assert.Equal(8 * Memory("llama-3.3-70b", "h100-80gb", 1).CachePerToken.TotalBytes, seed);
    }

    [Fact]
    public void A_window_bounds_the_cache_and_a_fixed_state_is_there_from_the_first_token()
    {
        var windowed = Memory("gpt-oss-20b", "h100-80gb", 1);
        Assert.Equal(12 * 2048 * (128 + 10_000), windowed.CacheBytesOf(10_000));
        Assert.True(windowed.Sequences(10_000) * 10_000 > windowed.CacheTokens);

        var hybrid = Memory("qwen3-next-80b-a3b", "h200-141gb", 2);
        var growth = hybrid.CacheBytesOf(2) - hybrid.CacheBytesOf(1);
        Assert.True(hybrid.CacheBytesOf(1) > 1000 * growth);
        Assert.Equal(hybrid.CachePerToken.TotalBytes, growth);
    }

    [Fact]
    public void Splitting_divides_layers_and_cache_and_repeats_what_cannot_be_split()
    {
        var (one, four, sixteen) = (Memory("llama-3.3-70b", "h100-80gb", 1), Memory("llama-3.3-70b", "h100-80gb", 4), Memory("llama-3.3-70b", "h100-80gb", 16));
        Assert.Equal(one.Weights.TotalBytes / 4.0, four.Weights.TotalBytes, one.Weights.TotalBytes * 0.001);
        Assert.Equal(one.CachePerToken.TotalBytes / 4, four.CachePerToken.TotalBytes);
        Assert.Equal(one.CachePerToken.TotalBytes / 8, sixteen.CachePerToken.TotalBytes);
        Assert.Equal(Memory("deepseek-v3", "h200-141gb", 1).CachePerToken, Memory("deepseek-v3", "h200-141gb", 8).CachePerToken);
    }

    [Fact]
    public void Attention_copies_repeat_the_attention_and_hold_sequences_of_their_own()
    {
        var setup = new ReplicaSetup(A.Model("deepseek-v3"), Precision.Fp8, A.Gpu("h200-141gb"), new Parallelism(8));
        var (split, copied) = (ReplicaMemory.Of(setup), ReplicaMemory.Of(setup with { Parallelism = new Parallelism(8, AttentionData: 8, Expert: 8) }));
        Assert.True(copied.Weights > split.Weights);
        Assert.Equal(split.CacheBytesOf(1000), copied.CacheBytesOf(1000));
        Assert.True(copied.Sequences(1000) > 4 * split.Sequences(1000));
    }

    [Fact]
    public void A_pipeline_stage_has_its_layers_and_one_end()
    {
        var (one, two) = (Memory("llama-3.3-70b", "h100-80gb", 1), Memory("llama-3.3-70b", "h100-80gb", new Parallelism(1, 2)));
        Assert.Equal(one.Weights.TotalBytes / 2.0, two.Weights.TotalBytes, one.Weights.TotalBytes * 0.001);
        Assert.Equal(one.CachePerToken.TotalBytes / 2, two.CachePerToken.TotalBytes);
        var three = Memory("llama-3.3-70b", "h100-80gb", new Parallelism(1, 3));
        Assert.Equal(Math.Ceiling(one.CachePerToken.TotalBytes * 27 / 80.0), three.CachePerToken.TotalBytes);
    }

    [Theory]
    [InlineData(Engine.Vllm, Precision.Fp8, null, 2)]
    [InlineData(Engine.Vllm, Precision.Bf16, CachePrecision.Fp8, 1)]
    [InlineData(Engine.TensorRtLlm, Precision.Fp4, null, 1)]
    [InlineData(Engine.TensorRtLlm, Precision.Bf16, null, 2)]
    [InlineData(Engine.TensorRtLlm, Precision.Fp8, CachePrecision.Bits16, 2)]
    public void The_cache_has_a_precision_of_its_own(Engine engine, Precision precision, CachePrecision? cache, int bytes)
    {
        var setup = new ReplicaSetup(A.Model("llama-2-7b"), precision, A.Gpu("h100-80gb"), Parallelism.Split(1), engine, cache);
        Assert.Equal(bytes * 2 * 32 * 4096, ReplicaMemory.Of(setup).CachePerToken.TotalBytes);
    }

    [Theory]
    [InlineData("l4")]
    [InlineData("a10g")]
    [InlineData("rtx4090")]
    public void An_8B_in_16_bits_on_24_GB_has_some_25_000_tokens_of_cache_though_a_seed_prints_no(string gpu)
    {
        var memory = Memory("llama-3.1-8b", gpu, 1);
        Assert.InRange(memory.CacheTokens, 20_000, 36_000);
        var (_, unfit) = ReplicaSizer.Size(A.Serving() with { MaxContextTokens = 60_000 }, new RequestMix(1000, 200, 2000), A.Gpu(gpu), 1);
        Assert.Equal("memory", unfit!.Constraint);
    }

    [Fact]
    public void A_70B_in_16_bits_does_not_fit_two_H100s_and_fits_four()
    {
        Assert.True(Memory("llama-3.3-70b", "h100-80gb", 2).Cache < ByteSize.FromGib(5));
        Assert.True(Memory("llama-3.3-70b", "h100-80gb", 4).CacheTokens > 100_000);
    }

    [Fact]
    public void The_engine_may_be_given_more_or_less_of_the_memory()
    {
        var setup = new ReplicaSetup(A.Model("llama-3.1-8b"), Precision.Bf16, A.Gpu("l4"), Parallelism.Split(1));
        var (less, more) = (ReplicaMemory.Of(setup, Share.FromPercent(85)), ReplicaMemory.Of(setup, Share.FromPercent(95)));
        Assert.Equal(A.Gpu("l4").Memory.TotalBytes * 0.1, more.Cache.TotalBytes - less.Cache.TotalBytes, 2.0);
    }

    [Fact]
    public void An_embedding_model_keeps_no_cache()
    {
        var memory = Memory("bge-large", "t4", 1);
        Assert.Equal((default, double.PositiveInfinity), (memory.CachePerToken, memory.Sequences(512)));
    }

    [Fact]
    public void The_parts_add_up_to_what_the_engine_may_use() => Prop.ForAll(Setups(), setup =>
    {
        var memory = ReplicaMemory.Of(setup);
        return memory.Required > memory.Usable
            ? memory.Cache == default
            : memory.Weights + memory.Activations + memory.Overhead + memory.Cache == memory.Usable;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void All_GPUs_together_hold_all_weights() => Prop.ForAll(Setups(), setup =>
        ReplicaMemory.Of(setup).Weights.TotalBytes * (double)setup.Parallelism.Gpus
            >= WeightBytes.Of(setup.Model, setup.Precision).Total * 0.999).QuickCheckThrowOnFailure();

    [Fact]
    public void Longer_sequences_are_never_more() => Prop.ForAll(Setups(), Gen.Choose(1, 100_000).ToArbitrary(), (setup, tokens) =>
    {
        var memory = ReplicaMemory.Of(setup);
        return memory.Sequences(tokens + 1000) <= memory.Sequences(tokens);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Half_the_bits_never_need_more_GPUs() => Prop.ForAll(Setups(), Gen.Choose(1, 100_000).ToArbitrary(), (setup, tokens) =>
    {
        var halved = new[] { Precision.Fp32, Precision.Bf16, Precision.Fp8, Precision.Int4 }.Select(precision => Needed(precision, null)).ToList();
        return halved.Zip(halved.Skip(1)).All(pair => pair.Second <= pair.First)
            && Needed(setup.Precision, CachePrecision.Fp8) <= Needed(setup.Precision, CachePrecision.Bits16);

        int Needed(Precision precision, CachePrecision? cache) => Enumerable.Range(0, 8).Select(power => 1 << power)
            .FirstOrDefault(gpus => ReplicaMemory.Of(setup with { Precision = precision, CachePrecision = cache, Parallelism = Parallelism.Split(gpus) }).Sequences(tokens) >= 1, int.MaxValue);
    }).QuickCheckThrowOnFailure();

    private static Arbitrary<ReplicaSetup> Setups() => (
        from model in Gen.Elements<Model>(A.Catalog.Models)
        from gpu in Gen.Elements<Gpu>(A.Catalog.Gpus)
        from precision in Gen.Elements(Enum.GetValues<Precision>())
        from tensor in Gen.Elements(1, 2, 4, 8)
        from pipeline in Gen.Choose(1, 4)
        from copies in Gen.Elements(1, tensor)
        select new ReplicaSetup(model, precision, gpu, new Parallelism(tensor, pipeline, copies))).ToArbitrary();

    private static ReplicaMemory Memory(string model, string gpu, int tensorParallel) => Memory(model, gpu, Parallelism.Split(tensorParallel));

    private static ReplicaMemory Memory(string model, string gpu, Parallelism parallelism) =>
        ReplicaMemory.Of(new ReplicaSetup(A.Model(model), Precision.Bf16, A.Gpu(gpu), parallelism));
}
