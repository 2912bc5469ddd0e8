using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Sizing;

namespace GpuInfra.Planning.Tests.Catalogs;

public class GpuTests
{
    private static readonly Catalog Catalog = Catalog.Embedded;

    [Fact]
    public void Every_GPU_has_positive_figures() => Assert.All(Catalog.Gpus, gpu =>
    {
        Assert.True(gpu.Memory.TotalGb is > 10 and < 300, gpu.Id);
        Assert.True(gpu.Bandwidth.GbPerSecond is >= 300 and <= 8000, gpu.Id);
        Assert.True(gpu.Fp16.Tera is >= 65 and <= 2500, gpu.Id);
    });

    [Theory]
    [InlineData("A100", "a100-40gb")]
    [InlineData("A100-PCIe", "a100-pcie-80gb")]
    [InlineData("H100-NVL", "h100-nvl-94gb")]
    [InlineData("GH200", "gh200-96gb")]
    [InlineData("GB200", "gb200-186gb")]
    [InlineData("RTX-PRO-6000", "rtx-pro-6000")]
    [InlineData("Gaudi-3", "gaudi-3-128gb")]
    [InlineData("Trainium1", "trainium-32gb")]
    public void A_GPU_is_found_by_what_people_and_price_files_call_it(string name, string id) => Assert.Equal(id, Catalog.FindGpu(name)!.Id);

    [Fact]
    public void A_format_is_listed_exactly_where_its_rate_is_known() => Assert.All(Catalog.Gpus, gpu =>
    {
        Assert.Equal(gpu.Fp8 is not null, gpu.Formats.Contains(Precision.Fp8));
        Assert.Equal(gpu.Int8 is not null, gpu.Formats.Contains(Precision.Int8));
        Assert.Equal(gpu.Fp4 is not null, gpu.Formats.Contains(Precision.Fp4));
        Assert.Subset(gpu.Formats.ToHashSet(), gpu.DoubtfulFormats.ToHashSet());
    });

    /// <summary>CUDA's programming guide: bfloat16 from 8.0 on, 8-bit floats from 8.9, 4-bit floats from 10.0.</summary>
    [Fact]
    public void NVIDIAs_formats_follow_from_the_compute_capability() => Assert.All(
        Catalog.Gpus.Where(gpu => gpu.ComputeCapability is not null),
        gpu =>
        {
            Assert.Equal(gpu.ComputeCapability >= 8.0m, gpu.PeakRate(Precision.Bf16) is not null);
            Assert.Equal(gpu.ComputeCapability >= 8.9m, gpu.PeakRate(Precision.Fp8) is not null);
            Assert.Equal(gpu.ComputeCapability >= 10.0m, gpu.PeakRate(Precision.Fp4) is not null);
            Assert.Equal(gpu.Fp16, gpu.PeakRate(Precision.Int4));
        });

    [Theory]
    [InlineData("trn1", "Neuron")]
    [InlineData("trn2", "Neuron")]
    [InlineData("inf2", "Neuron")]
    [InlineData("tpu-v5e", "XLA")]
    [InlineData("tpu-v6e", "XLA")]
    [InlineData("mi300x", "ROCm")]
    public void An_accelerator_that_is_not_chosen_is_refused_with_its_reason(string name, string reason)
    {
        var (sizing, unfit) = ReplicaSizer.Size(A.Serving(), new RequestMix(1000, 200, 2000), Catalog.FindGpu(name)!, 1);

        Assert.Null(sizing);
        Assert.Equal("support", unfit!.Constraint);
        Assert.Contains(reason, unfit.Detail);
    }

    [Fact]
    public void Uncertain_figures_say_so()
    {
        Assert.True(Catalog.FindGpu("b300")!.IsDoubtful(Precision.Fp4));
        Assert.False(Catalog.FindGpu("b300")!.IsDoubtful(Precision.Bf16));
        Assert.True(Catalog.FindGpu("rtx-pro-6000")!.IsDoubtful(Precision.Int4));
        Assert.All(Catalog.Gpus.Where(gpu => !gpu.DoubtfulFormats.IsEmpty), gpu => Assert.NotNull(gpu.Doubt));
    }
}
