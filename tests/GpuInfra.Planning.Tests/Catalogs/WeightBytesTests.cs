using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Planning.Tests.Catalogs;

public class WeightBytesTests
{
    [Theory]
    [InlineData(Precision.Fp32, 4)]
    [InlineData(Precision.Bf16, 2)]
    [InlineData(Precision.Fp8, 1)]
    [InlineData(Precision.Int4, 0.51953125)]
    [InlineData(Precision.Mxfp4, 0.53125)]
    [InlineData(Precision.Fp4, 0.5625)]
    public void A_weight_takes_its_bits_and_its_share_of_the_scales(Precision precision, double bytes) => Assert.Equal(bytes, precision.BytesPerWeight());

    /// <summary>Sizes of the published checkpoints' safetensors, in GB as recalled from their pages: the scheme is right when they come out.</summary>
    [Theory]
    [InlineData("gpt-oss-120b", Precision.Mxfp4, 65.2)]
    [InlineData("gpt-oss-20b", Precision.Mxfp4, 13.8)]
    [InlineData("llama-3.3-70b", Precision.Int4, 39.8)]
    [InlineData("llama-3.1-8b", Precision.Fp8, 9.1)]
    [InlineData("llama-3.1-8b", Precision.Bf16, 16.06)]
    [InlineData("deepseek-r1", Precision.Fp8, 673)]
    [InlineData("kimi-k2.5", Precision.Int4, 560)]
    public void A_quantised_checkpoint_keeps_small_parts_in_16_bits(string model, Precision precision, double gigabytes) =>
        Assert.InRange(WeightBytes.Of(A.Model(model), precision).Total / 1e9, gigabytes * 0.95, gigabytes * 1.05);

    [Fact]
    public void Four_bits_leave_latent_attention_in_16_and_other_attention_not()
    {
        var (latent, grouped) = (A.Model("deepseek-v3"), A.Model("qwen3-30b-a3b"));
        Assert.Equal(2.0 * latent.Parts.Attention, WeightBytes.Of(latent, Precision.Fp4).Attention);
        Assert.Equal(0.5625 * grouped.Parts.Attention, WeightBytes.Of(grouped, Precision.Fp4).Attention);
        Assert.Equal(2.0 * grouped.Parts.Attention, WeightBytes.Of(grouped, Precision.Mxfp4).Attention);
    }

    [Fact]
    public void A_tied_head_takes_no_memory_of_its_own()
    {
        var tied = A.Model("llama-3.2-1b");
        Assert.Equal(0, WeightBytes.Of(tied, Precision.Bf16).Head);
        Assert.Equal(2.0 * tied.Parameters, WeightBytes.Of(tied, Precision.Bf16).Total);
    }
}
