using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Tests.Demands;

public class RequestSizesTests
{
    [Theory]
    [InlineData("azure-conv-2023")]
    [InlineData("azure-code-2023")]
    public void Sizes_add_up_to_the_requests_and_tokens_of_the_profile(string profile)
    {
        var sizes = Of([new DemandSource.Profiled(A.Profile(profile), 3)]);
        Assert.True(sizes.Count > 1);
        Assert.Equal(1, sizes.Sum(size => size.Share.Fraction), 9);
        Assert.Equal(A.Profile(profile).InputTokens.Mean, sizes.Sum(size => size.Share.Fraction * size.InputTokens), 6);
        Assert.Equal(A.Profile(profile).OutputTokens.Mean, sizes.Sum(size => size.Share.Fraction * size.OutputTokens), 6);
    }

    [Fact]
    public void They_lie_side_by_side_at_the_same_cuts_whatever_the_demand()
    {
        var one = Of([new DemandSource.Profiled(A.Profile("azure-conv-2023"), 1)]);
        var ten = Of([new DemandSource.Profiled(A.Profile("azure-conv-2023"), 10)]);
        Assert.Equal(one, ten);
        Assert.Equal(0, one[0].From);
        Assert.Null(one[^1].Below);
        Assert.All(one.Zip(one.Skip(1)), pair => Assert.Equal(pair.First.Below, pair.Second.From));
        Assert.All(one, size => Assert.InRange(size.InputTokens, size.From, size.Below ?? 16_384));
        Assert.All(one, size => Assert.InRange(size.LongInputTokens, size.From, Math.Max(size.From, 4_000)));
    }

    [Fact]
    public void Independent_lengths_are_cut_where_the_distribution_says()
    {
        // Exponential around 1000: below 256 lie 1 - exp(-0.256) of the requests, with 1 - 1.256 exp(-0.256) of the tokens.
        var sizes = Of([new DemandSource.Daily(1e9, 2e8, 1e6)]);
        Assert.Equal(1 - Math.Exp(-0.256), sizes[0].Share.Fraction, 2);
        Assert.Equal(1_000 * (1 - 1.256 * Math.Exp(-0.256)), sizes[0].Share.Fraction * sizes[0].InputTokens, 5.0);
        Assert.All(sizes, size => Assert.Equal(200, size.OutputTokens, 6));
    }

    [Fact]
    public void A_context_that_is_short_has_no_long_sizes() =>
        Assert.Null(Assert.Single(RequestSizes.Of([(new DemandSource.Daily(1e9, 0, 1e6), 1)], 200, 180)).Below);

    [Fact]
    public void Streams_count_by_their_requests()
    {
        var both = RequestSizes.Of([(new DemandSource.Profiled(A.Profile("azure-conv-2023"), 1), 3), (new DemandSource.Profiled(A.Profile("azure-code-2023"), 1), 1)], 16_384, 4_000);
        var expected = (3 * A.Profile("azure-conv-2023").InputTokens.Mean + A.Profile("azure-code-2023").InputTokens.Mean) / 4;
        Assert.Equal(expected, both.Sum(size => size.Share.Fraction * size.InputTokens), 6);
    }

    private static List<RequestSize> Of(List<DemandSource> sources) => [.. RequestSizes.Of([.. sources.Select(source => (source, 1.0))], 16_384, 4_000)];
}
