using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Planning.Tests.Catalogs;

public class LengthHistogramTests
{
    [Fact]
    public void Buckets_begin_at_powers_of_two_and_half_way_between() =>
        Assert.Equal([0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48], Enumerable.Range(0, 12).Select(LengthHistogram.StartOf));

    [Fact]
    public void Every_length_is_in_the_bucket_that_begins_at_or_before_it() => Assert.All(
        Enumerable.Range(0, 5_000).Append(LengthHistogram.LongestTokens),
        tokens =>
        {
            var bucket = LengthHistogram.BucketOf(tokens);
            Assert.InRange(bucket, 0, LengthHistogram.Buckets - 1);
            Assert.InRange(tokens, LengthHistogram.StartOf(bucket), LengthHistogram.StartOf(bucket + 1) - 1);
        });
}
