using System.Collections.Immutable;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Demands.Forecasting;

/// <summary>
/// Fits Holt–Winters smoothing to the logarithms of a history, so that trend and season are factors. Smoothing weights are those of a grid
/// with the least squared one-step error. Errors are taken as normal: the quantiles of a month are exp(forecast ± z·σ·√variance).
/// </summary>
public static class HoltWinters
{
    private const int Season = 12;
    private const int MostHeldBack = 6;

    // States and weights that are fitted: level, trend, α, β; with a season also its values and γ.
    private const int Fitted = 4;

    private static readonly double Z90 = Normal.Quantile(0.9);

    /// <summary>Forecasts the months after a history, up to and with <paramref name="last"/>.</summary>
    public static TrendForecast Forecast(MonthlyHistory history, Month last)
    {
        double[] logs = [.. history.Figures.Select(Math.Log)];
        var (fit, period) = Fit(logs);
        var freedom = Math.Max(1, logs.Length - Fitted - (period == 1 ? 0 : period));
        var deviation = Math.Sqrt(fit.SquaredErrors / freedom);
        return new TrendForecast(
            [.. Enumerable.Range(1, Math.Max(0, last.MonthsSince(history.Last))).Select(steps =>
            {
                var (middle, spread) = (fit.Ahead(steps), Z90 * deviation * Math.Sqrt(fit.VarianceAhead(steps)));
                return new ForecastMonth(history.Last.Plus(steps), Math.Exp(middle - spread), Math.Exp(middle), Math.Exp(middle + spread));
            })],
            period > 1,
            Math.Exp(fit.Trend),
            Test(logs));
    }

    private static (Smoothing Best, int Period) Fit(ReadOnlySpan<double> logs)
    {
        var period = logs.Length >= 2 * Season ? Season : 1;
        Smoothing? best = null;
        foreach (var weights in Grid(period > 1))
        {
            var smoothing = new Smoothing(logs, period, weights);
            best = best is null || smoothing.SquaredErrors < best.SquaredErrors ? smoothing : best;
        }

        return (best!, period);
    }

    /// <summary>The last quarter, at most six months, forecast from what came before it.</summary>
    private static Backtest? Test(double[] logs)
    {
        var heldBack = Math.Min(MostHeldBack, logs.Length / 4);
        var known = logs.Length - heldBack;
        if (heldBack == 0 || known < MonthlyHistory.FewestMonths)
        {
            return null;
        }

        var (fit, _) = Fit(logs.AsSpan(0, known));
        return new Backtest(heldBack, Error(step => fit.Ahead(step)), Error(_ => logs[known - 1]));

        Share Error(Func<int, double> forecast) => Share.FromFraction(
            Enumerable.Range(1, heldBack).Average(step => Math.Abs(Math.Exp(forecast(step) - logs[known + step - 1]) - 1)));
    }

    /// <summary>α from 0.05 to 0.95; β and γ in tenths of what α leaves them.</summary>
    private static IEnumerable<(double Alpha, double Beta, double Gamma)> Grid(bool seasonal) =>
        from a in Enumerable.Range(1, 19)
        from b in Enumerable.Range(0, 11)
        from g in Enumerable.Range(0, seasonal ? 11 : 1)
        let alpha = a * 0.05
        select (alpha, alpha * b / 10, (1 - alpha) * g / 10);
}
