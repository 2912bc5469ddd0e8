using FsCheck;
using FsCheck.Fluent;
using GpuInfra.Planning.Demands;

namespace GpuInfra.Planning.Tests.Demands;

public class LoadCurveTests
{
    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.95, 1.6448536269514722)]
    [InlineData(0.999, 3.090232306167813)]
    [InlineData(0.025, -1.959963984540054)]
    public void Normal_quantiles_agree_with_published_tables(double probability, double quantile) =>
        Assert.Equal(quantile, Normal.Quantile(probability), 12);

    [Fact]
    public void A_lognormal_has_the_given_peak_and_the_quantiles_of_one_with_mean_one() =>
        Prop.ForAll(Gen.Choose(100, 1500).Select(value => value / 100.0).ToArbitrary(), ratio =>
        {
            var z = Normal.Quantile(0.999);
            var sigma = z - Math.Sqrt(z * z - 2 * Math.Log(ratio));
            var curve = LoadCurve.Lognormal(ratio);
            return Math.Abs(curve.Peak - ratio) < 1e-9 * ratio
                && Math.Abs(curve.At(50) - Math.Exp(-sigma * sigma / 2)) < 1e-9
                && Math.Abs(curve.At(95) - Math.Exp(1.6448536269514722 * sigma - sigma * sigma / 2)) < 1e-9 * ratio;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_curve_never_falls() =>
        Prop.ForAll(
            Gen.Choose(100, 1000).Select(value => value / 100.0).ToArbitrary(),
            Gen.Choose(0, 999).Select(value => value / 10.0).ToArbitrary(),
            (ratio, percentile) => LoadCurve.Lognormal(ratio).At(percentile) <= LoadCurve.Lognormal(ratio).At(percentile + 0.1) + 1e-12)
            .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0.99)]
    [InlineData(200)]
    [InlineData(double.NaN)]
    public void A_peak_that_no_lognormal_has_is_refused(double ratio) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => LoadCurve.Lognormal(ratio));

    [Fact]
    public void A_flat_load_is_its_mean_at_every_percentile()
    {
        Assert.Equal(1, LoadCurve.Flat.Peak);
        Assert.Equal(1, LoadCurve.Lognormal(1).At(5), 12);
    }

    [Fact]
    public void Measured_quantiles_are_joined_by_straight_lines()
    {
        var curve = LoadCurve.Measured([(0, 0.5), (50, 1), (100, 3)]);
        Assert.Equal([0.5, 0.75, 1, 2, 3], new double[] { 0, 25, 50, 75, 100 }.Select(curve.At));
    }

    [Fact]
    public void Streams_together_are_weighted_by_their_rates_as_if_they_peaked_together()
    {
        var combined = LoadCurve.Combine([(3, LoadCurve.Flat), (1, LoadCurve.Lognormal(5))]);
        Assert.Equal((3 * 1 + 1 * 5) / 4.0, combined.Peak, 9);
    }

    [Fact]
    public void Points_out_of_order_are_refused() => Assert.Throws<ArgumentException>(() => LoadCurve.Measured([(0, 1), (50, 0.5)]));
}
