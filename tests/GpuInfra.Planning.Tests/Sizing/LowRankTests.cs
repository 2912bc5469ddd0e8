using GpuInfra.Planning.Sizing;

namespace GpuInfra.Planning.Tests.Sizing;

public class LowRankTests
{
    /// <summary>What PEFT prints for rank 16 on all linear layers.</summary>
    [Fact]
    public void An_adapter_of_rank_16_has_the_parameters_that_the_library_counts() =>
        Assert.Equal(41_943_040, LowRank.Parameters(A.Model("llama-3.1-8b"), 16));

    [Fact]
    public void Parameters_grow_with_the_rank() =>
        Assert.Equal(4 * LowRank.Parameters(A.Model("llama-3.3-70b"), 8), LowRank.Parameters(A.Model("llama-3.3-70b"), 32));
}
