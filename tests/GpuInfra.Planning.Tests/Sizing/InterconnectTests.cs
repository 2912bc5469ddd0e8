using GpuInfra.Planning.Sizing;

namespace GpuInfra.Planning.Tests.Sizing;

public class InterconnectTests
{
    [Fact]
    public void NVLink_is_faster_than_PCI_Express_and_that_than_the_network()
    {
        Assert.True(Seconds("h100-80gb", 8) < Seconds("h100-pcie-80gb", 8));
        Assert.True(Seconds("h100-80gb", 8) < Seconds("h100-80gb", 16));
    }

    [Fact]
    public void Beyond_a_bridge_of_two_cards_the_host_carries_the_rest() =>
        Assert.True(Seconds("h100-nvl-94gb", 4) > 3 * Seconds("h100-nvl-94gb", 2));

    [Fact]
    public void A_rack_of_NVLink_needs_no_network() => Assert.True(Seconds("gb200-186gb", 16) < 2 * Seconds("gb200-186gb", 8));

    [Fact]
    public void One_GPU_exchanges_nothing() => Assert.Equal(0, Seconds("h100-80gb", 1));

    private static double Seconds(string gpu, int gpus) => new Interconnect(A.Gpu(gpu), Calibration.Embedded).SecondsPerByte(gpus, 2);
}
