using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Planning.Tests.Catalogs;

public class ModelTests
{
    public static TheoryData<string> Models() => [.. Catalog.Embedded.Models.Select(model => model.Id)];

    /// <summary>A wrong width, head or expert count shows here: what is left for norms, biases and positions is below 1 %.</summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void The_parts_of_a_model_make_up_its_published_parameters(string id)
    {
        var model = A.Model(id);
        Assert.InRange(model.Parts.Counted / (double)model.Parameters, 0.99, 1.001);
    }

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
        Assert.Equal((32 * 128 * 128) + (3 * ((2 * 16 * 128) + (32 * 128))), linear.StateValues);
    }
}
