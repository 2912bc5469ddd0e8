using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Tests.Demands;

public class LengthDistributionTests
{
    [Fact]
    public void Measured_quantiles_are_met_and_joined_by_lines()
    {
        var lengths = LengthDistribution.Measured([new(50, 1000), new(90, 3000), new(100, 8000)]);
        Assert.Equal((1000, 2000, 8000), (lengths.At(50), lengths.At(70), lengths.At(100)));
        Assert.Equal(10, lengths.Above(3000).Percent, 9);
        Assert.Equal(5, lengths.Above(5500).Percent, 9);
        Assert.Equal(0, lengths.Above(8000).Percent);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(1.0)]
    public void A_lognormal_has_the_mean_that_was_asked_for(double sigma)
    {
        var lengths = LengthDistribution.Lognormal(1200, sigma);
        Assert.Equal(1200, Enumerable.Range(0, 100_000).Average(step => lengths.At((step + 0.5) / 1000)), 1200 * 0.02);
        Assert.Equal(1200 * Math.Exp(-sigma * sigma / 2), lengths.At(50), 6);
    }

    [Fact]
    public void Without_a_spread_lengths_are_exponential() =>
        Assert.Equal(1000 * Math.Log(20), LengthDistribution.Of(null, 1000).At(95), 6);

    [Fact]
    public void Of_two_parts_the_share_above_is_between_that_of_each_end()
    {
        var (input, output) = (LengthDistribution.Exponential(1000), LengthDistribution.Measured([new(0, 0), new(100, 1000)]));
        var share = LengthDistribution.SumAbove(input, output, 5000).Fraction;
        Assert.InRange(share, input.Above(5000).Fraction, input.Above(4000).Fraction);
    }

    [Fact]
    public void The_Azure_trace_fits_sixteen_thousand_tokens_and_not_four()
    {
        var profile = A.Catalog.FindProfile("azure-conv-2023")!;
        var (input, output) = (LengthDistribution.Measured(profile.InputTokens.Quantiles), LengthDistribution.Measured(profile.OutputTokens.Quantiles));
        Assert.Equal(0, LengthDistribution.SumAbove(input, output, 16_384).Fraction);
        Assert.InRange(LengthDistribution.SumAbove(input, output, 4096).Percent, 4, 8);
    }

    [Fact]
    public void A_longer_limit_never_refuses_more()
    {
        var lengths = LengthDistribution.Of(new LengthSpread.Lognormal(1.2), 2000);
        var shares = Enumerable.Range(1, 40).Select(thousand => LengthDistribution.SumAbove(lengths, lengths, thousand * 1000).Fraction).ToList();
        Assert.Equal(shares.OrderDescending(), shares);
    }
}
