using System.Collections.Immutable;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Demands.Forecasting;

/// <summary>Where a history leads, and how well the same method would have foreseen its last months.</summary>
/// <param name="Months">A forecast for each month after the history.</param>
/// <param name="IsSeasonal">True when a season of twelve months was fitted: the history has two years or more.</param>
/// <param name="MonthlyFactor">The trend at the history's end, as a factor from month to month: 1.03 is 3 % more each month.</param>
/// <param name="Backtest">How the method does on months held back; null for a history too short to hold any back.</param>
public sealed record TrendForecast(ImmutableArray<ForecastMonth> Months, bool IsSeasonal, double MonthlyFactor, Backtest? Backtest)
{
    /// <summary>The forecast of a month.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The month is in the history, or beyond the forecast.</exception>
    public ForecastMonth Of(Month month) => Months.FirstOrDefault(forecast => forecast.Month == month)
        ?? throw new ArgumentOutOfRangeException(nameof(month), month, "The forecast does not cover this month.");
}

/// <summary>What a month may bring, in the history's unit: the figure is below each with 10, 50 and 90 % probability.</summary>
public sealed record ForecastMonth(Month Month, double P10, double P50, double P90);

/// <summary>A forecast of months that are known, made from those before them.</summary>
/// <param name="Months">Months held back.</param>
/// <param name="Error">Mean absolute error of the P50 as a share of what came (MAPE).</param>
/// <param name="NaiveError">The same if nothing had been expected to change: what a method must beat.</param>
public sealed record Backtest(int Months, Share Error, Share NaiveError);
