using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Demands;

/// <summary>How long requests are, by percentile. Between given quantiles it is a straight line.</summary>
public sealed class LengthDistribution
{
    /// <summary>
    /// Percentiles that a formula is held at, closer towards the long end. Its longest request is one in a million: a formula has no end.
    /// </summary>
    private static readonly ImmutableArray<double> Grid =
        [0, 1, 5, .. Enumerable.Range(1, 17).Select(step => 5.0 * (step + 1)), 92.5, 95, 97.5, 98, 99, 99.5, 99.9, 99.99];

    private readonly ImmutableArray<Quantile> _points;

    private LengthDistribution(ImmutableArray<Quantile> points) => _points = points;

    /// <summary>Requests of no tokens, as the output of embeddings.</summary>
    public static LengthDistribution Nothing { get; } = new([new(0, 0), new(100, 0)]);

    /// <summary>Quantiles as measured, percentiles ascending to 100 and lengths never falling.</summary>
    public static LengthDistribution Measured(ImmutableArray<Quantile> points) =>
        new(points[0].Percentile > 0 ? points.Insert(0, new Quantile(0, Math.Min(1, points[0].Value))) : points);

    /// <summary>
    /// Exponential around a mean: the percentile p lies at −ln(1 − p) times the mean. The Azure conversation trace's P95 is 3.5 times its
    /// mean, the code trace's 2.7 times; the exponential's is 3.0 times.
    /// </summary>
    public static LengthDistribution Exponential(double mean) => OfFormula(share => -mean * Math.Log(1 - share));

    /// <summary>Lognormal with a mean and the standard deviation of its logarithm: quantiles exp(ln mean − σ²/2 + σ·Φ⁻¹(p)).</summary>
    public static LengthDistribution Lognormal(double mean, double sigma) => OfFormula(share =>
        share <= 0 ? 0 : mean * Math.Exp((sigma * Normal.Quantile(share)) - (sigma * sigma / 2)));

    /// <summary>What a plan says of lengths with a mean; exponential where it says nothing.</summary>
    public static LengthDistribution Of(LengthSpread? spread, double mean) => spread switch
    {
        _ when mean == 0 => Nothing,
        LengthSpread.Lognormal lognormal => Lognormal(mean, lognormal.Sigma),
        LengthSpread.Measured measured => Measured(measured.Points),
        _ => Exponential(mean),
    };

    /// <summary>The length that a percentage of requests does not exceed.</summary>
    /// <param name="percentile">0 to 100.</param>
    public double At(double percentile)
    {
        for (var index = 1; index < _points.Length; index++)
        {
            if (percentile <= _points[index].Percentile)
            {
                return Between(_points[index - 1], _points[index], percentile);
            }
        }

        return _points[^1].Value;
    }

    /// <summary>The share of requests longer than <paramref name="tokens"/>.</summary>
    public Share Above(double tokens)
    {
        if (tokens >= _points[^1].Value)
        {
            return default;
        }

        for (var index = _points.Length - 2; index >= 0; index--)
        {
            var (low, high) = (_points[index], _points[index + 1]);
            if (tokens >= low.Value)
            {
                var percentile = low.Percentile + ((high.Percentile - low.Percentile) * (tokens - low.Value) / (high.Value - low.Value));
                return Share.FromPercent(100 - percentile);
            }
        }

        return Share.All;
    }

    /// <summary>Tokens of the requests longer than <paramref name="tokens"/>, per request of all.</summary>
    public double TokensAbove(double tokens)
    {
        var sum = 0.0;
        for (var index = 1; index < _points.Length; index++)
        {
            var (low, high) = (_points[index - 1], _points[index]);
            var from = Math.Max(low.Value, tokens);
            if (high.Value > from)
            {
                sum += (high.Percentile - low.Percentile) / 100 * ((high.Value - from) / (high.Value - low.Value)) * (from + high.Value) / 2;
            }
            else if (high.Value > tokens)
            {
                sum += (high.Percentile - low.Percentile) / 100 * high.Value;
            }
        }

        return sum;
    }

    /// <summary>The share of requests whose input and output together exceed <paramref name="tokens"/>, the two taken as independent.</summary>
    public static Share SumAbove(LengthDistribution input, LengthDistribution output, double tokens)
    {
        // Outputs in a hundred equal shares, each at its middle.
        const int steps = 100;
        return Share.FromFraction(Enumerable.Range(0, steps).Sum(step => input.Above(tokens - output.At((step + 0.5) * 100 / steps)).Fraction) / steps);
    }

    private static LengthDistribution OfFormula(Func<double, double> quantile) =>
        new([.. Grid.Select(percentile => new Quantile(percentile, quantile(percentile / 100))), new Quantile(100, quantile(0.999999))]);

    private static double Between(Quantile low, Quantile high, double percentile) =>
        low.Value + ((high.Value - low.Value) * (percentile - low.Percentile) / (high.Percentile - low.Percentile));
}
