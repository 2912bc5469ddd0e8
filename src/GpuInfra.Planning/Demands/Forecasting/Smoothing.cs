namespace GpuInfra.Planning.Demands.Forecasting;

/// <summary>
/// Additive Holt–Winters smoothing of a series yₜ in error-correction form (ETS(A,A,A); without a season ETS(A,A,N); Hyndman, Koehler, Ord and
/// Snyder, Forecasting with Exponential Smoothing, 2008). With the one-step error e = yₜ − (l + b + s): l ← l + b + αe, b ← b + βe, s ← s + γe.
/// </summary>
internal sealed class Smoothing
{
    private readonly double[] _season;
    private readonly (double Alpha, double Beta, double Gamma) _weights;
    private readonly int _count;
    private double _level;
    private double _trend;

    /// <summary>Smooths a series from its first value to its last.</summary>
    /// <param name="values">The series.</param>
    /// <param name="period">Values in a season; 1 for none. A season needs two of them.</param>
    /// <param name="weights">0 &lt; α &lt; 1, 0 ≤ β ≤ α, 0 ≤ γ ≤ 1 − α.</param>
    public Smoothing(ReadOnlySpan<double> values, int period, (double Alpha, double Beta, double Gamma) weights)
    {
        (_weights, _count, _season) = (weights, values.Length, new double[period]);
        Start(values, period);
        for (var t = 0; t < values.Length; t++)
        {
            ref var season = ref _season[t % period];
            var error = values[t] - (_level + _trend + season);
            SquaredErrors += error * error;
            _level += _trend + weights.Alpha * error;
            _trend += weights.Beta * error;
            season += weights.Gamma * error;
        }
    }

    /// <summary>Sum of the squared one-step errors.</summary>
    public double SquaredErrors { get; private set; }

    /// <summary>Growth a step, at the end of the series.</summary>
    public double Trend => _trend;

    /// <summary>The forecast <paramref name="steps"/> after the last value, from 1.</summary>
    public double Ahead(int steps) => _level + steps * _trend + _season[(_count + steps - 1) % _season.Length];

    /// <summary>Variance of that forecast over the variance of one step: 1 + Σ cⱼ², cⱼ = α + βj + γ·[j is a multiple of the period].</summary>
    public double VarianceAhead(int steps)
    {
        var sum = 1.0;
        for (var j = 1; j < steps; j++)
        {
            var weight = _weights.Alpha + _weights.Beta * j + (_season.Length > 1 && j % _season.Length == 0 ? _weights.Gamma : 0);
            sum += weight * weight;
        }

        return sum;
    }

    /// <summary>Starting states: the trend between the first two seasons (or the line through the first six values), what is left is the season.</summary>
    private void Start(ReadOnlySpan<double> values, int period)
    {
        if (period == 1)
        {
            (_level, _trend) = Line(values[..Math.Min(values.Length, MonthlyHistory.FewestMonths)]);
            return;
        }

        var (first, second) = (Mean(values[..period]), Mean(values[period..(2 * period)]));
        _trend = (second - first) / period;
        _level = first - _trend * (period + 1) / 2;
        for (var i = 0; i < period; i++)
        {
            _season[i] = (values[i] + values[i + period]) / 2 - (_level + _trend * (i + 1 + period / 2.0));
        }
    }

    /// <summary>The least-squares line: its value one step before the first, and its slope.</summary>
    private static (double Before, double Slope) Line(ReadOnlySpan<double> values)
    {
        var (middle, mean) = ((values.Length - 1) / 2.0, Mean(values));
        var (products, squares) = (0.0, 0.0);
        for (var i = 0; i < values.Length; i++)
        {
            products += (i - middle) * (values[i] - mean);
            squares += (i - middle) * (i - middle);
        }

        var slope = products / squares;
        return (mean - slope * (middle + 1), slope);
    }

    private static double Mean(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value;
        }

        return sum / values.Length;
    }
}
