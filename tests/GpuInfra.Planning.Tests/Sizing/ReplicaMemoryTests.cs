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
    public void A_cached_token_takes_2_times_layers_times_key_value_heads_times_head_size_times_2_bytes(string model, long bytes) =>
        Assert.Equal(bytes, Memory(model, "h100-80gb", 1).CachePerToken.TotalBytes);

    [Fact]
    public void Counting_attention_heads_as_a_seed_does_would_take_8_times_the_cache_of_a_70B()
    {
        var model = A.Model("llama-3.3-70b");
        var seed = 2L * model.Layers * model.HiddenSize * 2;
        Assert.Equal(8 * Memory("llama-3.3-70b", "h100-80gb", 1).CachePerToken.TotalBytes, seed);
    }

    [Fact]
    public void Splitting_divides_weights_and_cache()
    {
        var (one, four) = (Memory("llama-3.3-70b", "h100-80gb", 1), Memory("llama-3.3-70b", "h100-80gb", 4));
        Assert.Equal(one.Weights.TotalBytes / 4.0, four.Weights.TotalBytes, 1.0);
        Assert.Equal(one.CachePerToken.TotalBytes / 4, four.CachePerToken.TotalBytes);
    }

    [Fact]
    public void An_8B_in_16_bits_fits_an_A10G_with_room_for_a_long_request_though_a_seed_prints_no()
    {
        var memory = Memory("llama-3.1-8b", "a10g", 1);
        Assert.True(memory.Required < memory.Usable);
        Assert.True(memory.CacheTokens > 16_384, $"{memory.CacheTokens}");
    }

    [Fact]
    public void A_70B_in_16_bits_does_not_fit_two_H100s_and_fits_four()
    {
        Assert.True(Memory("llama-3.3-70b", "h100-80gb", 2).Cache < ByteSize.FromGib(5));
        Assert.True(Memory("llama-3.3-70b", "h100-80gb", 4).CacheTokens > 100_000);
    }

    [Fact]
    public void An_embedding_model_keeps_no_cache() => Assert.Equal(default, Memory("bge-large", "t4", 1).CachePerToken);

    private static ReplicaMemory Memory(string model, string gpu, int tensorParallel) =>
        ReplicaMemory.Of(A.Model(model), Precision.Bf16, A.Gpu(gpu), tensorParallel);
}
