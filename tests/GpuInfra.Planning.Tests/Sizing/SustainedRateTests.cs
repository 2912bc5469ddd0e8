using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Sizing;

namespace GpuInfra.Planning.Tests.Sizing;

public class SustainedRateTests
{
    /// <summary>Same chip, same peak: the card has 300 W, the module 400.</summary>
    [Fact]
    public void A_card_with_less_power_keeps_up_less_of_the_same_peak()
    {
        var (module, card) = (Rate(A.Gpu("a100-80gb"), 16), Rate(A.Gpu("a100-pcie-80gb"), 16));
        Assert.InRange(card / module, 0.7, 0.95);
    }

    [Fact]
    public void Fewer_bits_are_faster_though_not_by_as_much_as_the_peak()
    {
        var gpu = A.Gpu("b200-180gb");
        var (half, four) = (Rate(gpu, 16), SustainedRate.Of(gpu.Fp4!.Value.OperationsPerSecond, 4, gpu.Board, Calibration.Embedded));
        Assert.InRange(four / half, 1.5, gpu.Fp4.Value.Tera / gpu.Fp16.Tera);
    }

    [Fact]
    public void No_rate_is_above_the_peak() => Assert.All(A.Catalog.Gpus, gpu => Assert.InRange(Rate(gpu, 16), 1, gpu.Fp16.OperationsPerSecond));

    private static double Rate(Gpu gpu, double bits) => SustainedRate.Of(gpu.Fp16.OperationsPerSecond, bits, gpu.Board, Calibration.Embedded);
}
