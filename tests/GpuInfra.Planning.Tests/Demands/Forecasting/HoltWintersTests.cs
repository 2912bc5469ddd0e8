using GpuInfra.Planning.Demands.Forecasting;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Demands.Forecasting;

public class HoltWintersTests
{
    private static readonly Month First = new(2024, 1);

    [Fact]
    public void Steady_growth_goes_on_with_certainty()
    {
        var trend = Forecast(12, month => 1e9 * Math.Pow(1.05, month), 12);
        Assert.Equal(1.05, trend.MonthlyFactor, 9);
        Assert.All(trend.Months.Index(), month =>
        {
            var exact = 1e9 * Math.Pow(1.05, 12 + month.Index);
            Assert.Equal(exact, month.Item.P50, exact * 1e-9);
            Assert.Equal(exact, month.Item.P10, exact * 1e-6);
            Assert.Equal(exact, month.Item.P90, exact * 1e-6);
        });
    }

    [Fact]
    public void Two_years_show_a_season_that_comes_again()
    {
        var trend = Forecast(36, Seasonal, 12);
        Assert.True(trend.IsSeasonal);
        Assert.All(trend.Months.Index(), month => Assert.Equal(1, month.Item.P50 / Seasonal(36 + month.Index), 0.02));
        Assert.InRange(trend.Backtest!.Error.Percent, 0, 2);
        Assert.True(trend.Backtest.Error.Fraction < trend.Backtest.NaiveError.Fraction / 3);
    }

    [Fact]
    public void Less_than_two_years_show_none() => Assert.False(Forecast(23, Seasonal, 1).IsSeasonal);

    [Fact]
    public void Noise_widens_the_band_and_time_widens_it_more()
    {
        var trend = Forecast(24, month => 1e9 * (1 + 0.2 * Math.Sin(month * 2.7)), 12);
        var widths = trend.Months.Select(month => month.P90 / month.P10).ToList();
        Assert.All(trend.Months, month => Assert.True(month.P10 < month.P50 && month.P50 < month.P90));
        Assert.True(widths[0] > 1.05);
        Assert.Equal(widths.Order(), widths);
    }

    [Fact]
    public void The_band_holds_four_months_in_five()
    {
        // Lognormal steps around a trend, from a fixed linear congruential generator: what the method assumes.
        var state = 12345u;
        double Next()
        {
            state = unchecked(state * 1_664_525 + 1_013_904_223);
            return Math.Clamp(state / 4294967296.0, 1e-6, 1 - 1e-6);
        }

        var inside = 0;
        for (var run = 0; run < 400; run++)
        {
            double[] figures = [.. Enumerable.Range(0, 21).Select(month => 1e9 * Math.Pow(1.03, month) * Math.Exp(0.1 * Math.Sqrt(-2 * Math.Log(Next())) * Math.Cos(2 * Math.PI * Next())))];
            var next = HoltWinters.Forecast(new MonthlyHistory(First, [.. figures[..20]]), First.Plus(20)).Of(First.Plus(20));
            inside += figures[20] >= next.P10 && figures[20] <= next.P90 ? 1 : 0;
        }

        Assert.InRange(inside / 400.0, 0.72, 0.88);
    }

    [Fact]
    public void The_unit_of_the_figures_does_not_matter()
    {
        var (one, million) = (Forecast(30, Seasonal, 6), Forecast(30, month => 1e6 * Seasonal(month), 6));
        Assert.All(one.Months.Zip(million.Months), pair => Assert.Equal(1e6, pair.Second.P90 / pair.First.P90, 1e-3));
    }

    [Fact]
    public void A_short_history_is_not_tested_and_a_shorter_one_refused()
    {
        Assert.Null(Forecast(6, month => 100 + month, 3).Backtest);
        Assert.Equal(2, Forecast(8, month => 100 + month, 3).Backtest!.Months);
        Assert.Throws<ArgumentException>(() => Forecast(5, month => 100 + month, 3));
        Assert.Throws<ArgumentException>(() => Forecast(8, month => month, 3));
    }

    private static double Seasonal(int month) => 1e9 * Math.Pow(1.02, month) * (1 + 0.2 * Math.Sin(2 * Math.PI * month / 12));

    private static TrendForecast Forecast(int months, Func<int, double> figure, int ahead) =>
        HoltWinters.Forecast(new MonthlyHistory(First, [.. Enumerable.Range(0, months).Select(figure)]), First.Plus(months - 1 + ahead));
}
