using GpuInfra.Planning.Sizing;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Sizing;

public class CalibrationTests
{
    [Fact]
    public void At_most_25_coefficients_are_fitted_and_each_lies_where_it_is_plausible()
    {
        Assert.InRange(Calibration.Embedded.Rows.Length, 1, 25);
        Assert.All(Calibration.Embedded.Rows, row =>
        {
            Assert.InRange(row.Value, row.Low, row.High);
            Assert.InRange(row.Expected, row.Low, row.High);
            Assert.True(row.Meaning.Length > 20, row.Id.ToString());
        });
    }

    [Fact]
    public void Every_load_on_every_engine_has_a_band_around_the_prediction()
    {
        var bands = Enum.GetValues<LoadKind>().SelectMany(load => Enum.GetValues<Engine>().Select(engine => Calibration.Embedded.Band(load, engine)));
        Assert.All(bands, band =>
        {
            Assert.InRange(band.Low, 0.5, 1);
            Assert.InRange(band.High, 1, 2);
        });
    }

    [Fact]
    public void The_rate_reached_for_sure_is_the_prediction_at_even_odds_and_the_bands_end_at_nine_in_ten()
    {
        var band = new ErrorBand(0.8, 1.3);
        Assert.Equal(1, band.ReachedWith(Share.FromPercent(50)), 1e-12);
        Assert.Equal(0.8, band.ReachedWith(Share.FromPercent(90)), 1e-12);
        Assert.InRange(band.ReachedWith(Share.FromPercent(95)), 0.7, 0.8);
    }
}
