using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Planning.Tests.Catalogs;

public class ModelTests
{
    public static TheoryData<string> Models() => [.. Catalog.Embedded.Models.Select(model => model.Id)];

    /// <summary>A wrong width, head or expert count shows here: what is left for norms, biases and positions is below 2 %.</summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void The_parts_of_a_model_make_up_its_published_parameters(string id)
    {
        var model = A.Model(id);
        Assert.InRange(model.Parts.Counted / (double)model.Parameters, 0.98, 1.0001);
    }

    /// <summary>Publishers count differently whether the embedding is active; without it they are within 10 %.</summary>
    [Theory]
    [InlineData("mixtral-8x7b", 12.9)]
    [InlineData("mixtral-8x22b", 39)]
    [InlineData("llama-4-scout", 17)]
    [InlineData("llama-4-maverick", 17)]
    [InlineData("qwen3-30b-a3b", 3.3)]
    [InlineData("qwen3-235b-a22b", 22)]
    [InlineData("qwen3-coder-480b-a35b", 35)]
    [InlineData("qwen3.5-397b-a17b", 17)]
    [InlineData("deepseek-v3", 37)]
    [InlineData("kimi-k2", 32)]
    [InlineData("glm-5", 40)]
    [InlineData("minimax-m2.5", 10)]
    [InlineData("gpt-oss-120b", 5.1)]
    [InlineData("gpt-oss-20b", 3.6)]
    public void The_active_parameters_are_those_that_the_publisher_states(string id, double billions)
    {
        var model = A.Model(id);
        Assert.InRange((model.ActiveParameters - model.Parts.Embedding) / 1e9, billions * 0.9, billions * 1.1);
    }

    [Fact]
    public void Layers_that_attend_and_feed_forward_are_all_the_layers_unless_some_were_pruned() =>
        Assert.All(Catalog.Embedded.Models.Where(model => model.Id != "llama-3.3-nemotron-super-49b"), model =>
        {
            var attending = model.Attention.Where(group => group is not CrossAttention).Sum(group => group.Layers);
            var forward = model.FeedForward.Sum(group => group.Layers) + (model.MixtureOfExperts?.Layers ?? 0);
            Assert.Equal((model.Id, model.Layers, model.Layers), (model.Id, attending, forward));
        });

    [Fact]
    public void A_window_bounds_what_is_cached_and_attended_and_a_chunk_is_half_full_on_average()
    {
        var (full, window, chunk) = (
            new HeadAttention(1, 8, 2, 64), new HeadAttention(1, 8, 2, 64, Window: 100), new HeadAttention(1, 8, 2, 64, Window: 100, Chunked: true));

        Assert.Equal((1000, 100, 100), (full.CachedTokens(1000), window.CachedTokens(1000), chunk.CachedTokens(1000)));
        Assert.Equal((1000, 100, 50), (full.AttendedTokens(1000), window.AttendedTokens(1000), chunk.AttendedTokens(1000)));
        Assert.Equal((500, 95, 50), (full.MeanAttendedTokens(1000), window.MeanAttendedTokens(1000), chunk.MeanAttendedTokens(1000)));
        Assert.All([full, window, chunk], attention => Assert.Equal(25, attention.MeanAttendedTokens(50)));
    }

    /// <summary>DeepSeek-V3 technical report (arXiv 2412.19437), section 4.2: 128 heads of 128, compressed to 512 + 64.</summary>
    [Fact]
    public void Latent_attention_caches_576_values_a_token_whatever_its_heads()
    {
        var latent = new LatentAttention(61, 128, 128, 64, 128, 512, 1536);

        Assert.Equal((576, 1), (latent.CacheValuesPerToken, latent.CacheHeads));
        Assert.Equal((2.0 * 128 * 320, 2.0 * 128 * 1088), (latent.PrefillOperationsPerPair, latent.DecodeOperationsPerPair));
        Assert.Equal(187_105_280, latent.Parameters(7168));
    }

    [Fact]
    public void Linear_attention_takes_the_same_memory_for_any_length()
    {
        var linear = new LinearAttention(36, 16, 32, 128, 128, 4);

        Assert.Equal((0, 0), (linear.CacheValuesPerToken, linear.CachedTokens(100_000)));
        Assert.Equal((4 * 32 * 128 * 128) + (2 * 3 * ((2 * 16 * 128) + (32 * 128))), linear.StateBytes(bytesPerValue: 1));
    }
}
