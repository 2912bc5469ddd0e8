using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Sizing;

namespace GpuInfra.Planning.Tests.Sizing;

public class CachePrecisionSizingTests
{
    private static readonly RequestMix Conversation = new(1155, 211, 4000);

    [Fact]
    public void A_cache_in_fp8_holds_twice_the_tokens()
    {
        var (native, half) = (Size(null, "l4").Sizing!, Size(CachePrecision.Fp8, "l4").Sizing!);
        Assert.Equal(native.Memory.CachePerToken.TotalBytes, 2 * half.Memory.CachePerToken.TotalBytes);
        Assert.InRange((double)half.MaxConcurrency / native.MaxConcurrency, 1.9, 2.1);
        Assert.True(half.RequestsPerSecond > native.RequestsPerSecond);
    }

    [Fact]
    public void Vllm_keeps_16_bits_unless_told_otherwise() =>
        Assert.Equal(Size(CachePrecision.Bits16, "l4").Sizing!.Memory.Cache, Size(null, "l4").Sizing!.Memory.Cache);

    [Fact]
    public void A_GPU_without_fp8_is_refused_a_cache_in_it()
    {
        Assert.Equal(
            new Unfit("precision", "a100-80gb has no fp8 arithmetic, which a key-value cache in fp8 needs"),
            Size(CachePrecision.Fp8, "a100-80gb").Unfit);
        Assert.Null(Size(CachePrecision.Bits16, "a100-80gb").Unfit);
    }

    private static (ReplicaSizing? Sizing, Unfit? Unfit) Size(CachePrecision? cache, string gpu) =>
        ReplicaSizer.Size(A.Serving() with { CachePrecision = cache, Latency = null }, Conversation, A.Gpu(gpu), 1);
}
