using System.Collections.Immutable;

namespace GpuInfra.Planning.Demands;

/// <summary>
/// How the load of single minutes is spread around its mean: the load-duration curve, as quantiles relative to the mean.
/// Between the given percentiles it is a straight line; the mean is 1.
/// </summary>
public sealed class LoadCurve
{
    /// <summary>The percentile of minutes that fleets are sized for.</summary>
    public const double PeakPercentile = 99.9;

    private readonly ImmutableArray<(double Percentile, double Factor)> _points;

    private LoadCurve(ImmutableArray<(double, double)> points) => _points = points;

    /// <summary>Load that never changes.</summary>
    public static LoadCurve Flat { get; } = new([(0, 1), (100, 1)]);

    /// <summary>The factor of the planned peak minute.</summary>
    public double Peak => At(PeakPercentile);

    /// <summary>
    /// Minutes that are lognormal with mean 1 and whose 99.9th percentile is <paramref name="peakToMean"/>.
    /// With z = Φ⁻¹(0.999), exp(zσ − σ²/2) = peakToMean has the solution σ = z − √(z² − 2 ln peakToMean).
    /// </summary>
    /// <param name="peakToMean">1 (flat) up to exp(z²/2) ≈ 118, the steepest peak a lognormal of mean 1 can have.</param>
    /// <exception cref="ArgumentOutOfRangeException">The ratio is outside that range.</exception>
    public static LoadCurve Lognormal(double peakToMean)
    {
        if (!(peakToMean >= 1 && peakToMean <= MaxPeakToMean))
        {
            throw new ArgumentOutOfRangeException(nameof(peakToMean), peakToMean, $"peakToMean must lie in [1, {MaxPeakToMean:F0}].");
        }

        var z = Normal.Quantile(PeakPercentile / 100);
        var sigma = z - Math.Sqrt(Math.Max(0, z * z - 2 * Math.Log(peakToMean)));
        return new LoadCurve([.. Grid.Select(percentile =>
            (percentile, Math.Exp(sigma * Normal.Quantile(Math.Clamp(percentile / 100, 1e-6, 0.999_999)) - sigma * sigma / 2)))]);
    }

    /// <summary>Quantiles as measured.</summary>
    /// <param name="points">Percentiles (0 to 100, ascending) and the load there relative to the mean (never falling).</param>
    /// <exception cref="ArgumentException">There are fewer than two points, or they are out of order.</exception>
    public static LoadCurve Measured(IEnumerable<(double Percentile, double Factor)> points)
    {
        var curve = points.ToImmutableArray();
        var ordered = curve.Zip(curve.Skip(1)).All(pair =>
            pair.First.Percentile < pair.Second.Percentile && pair.First.Factor <= pair.Second.Factor);
        return curve.Length >= 2 && ordered
            ? new LoadCurve(curve)
            : throw new ArgumentException("A load curve needs two or more points with rising percentiles and factors that never fall.", nameof(points));
    }

    /// <summary>The steepest ratio of the 99.9th percentile to the mean that a lognormal can have.</summary>
    public static double MaxPeakToMean { get; } = Math.Exp(Math.Pow(Normal.Quantile(PeakPercentile / 100), 2) / 2);

    /// <summary>The load of a minute relative to the mean, at a percentile from 0 to 100.</summary>
    public double At(double percentile)
    {
        var after = 0;
        while (after < _points.Length - 1 && _points[after].Percentile < percentile)
        {
            after++;
        }

        var right = _points[after];
        if (after == 0 || percentile >= right.Percentile)
        {
            return right.Factor;
        }

        var left = _points[after - 1];
        return left.Factor + (right.Factor - left.Factor) * (percentile - left.Percentile) / (right.Percentile - left.Percentile);
    }

    /// <summary>Share of minutes with a load above a factor of the mean: the load-duration curve, read the other way round.</summary>
    public double ShareAbove(double factor)
    {
        if (factor < _points[0].Factor)
        {
            return 1;
        }

        var right = _points.FirstOrDefault(point => point.Factor > factor);
        if (right == default)
        {
            return 0;
        }

        var left = _points[_points.IndexOf(right) - 1];
        return 1 - (left.Percentile + (right.Percentile - left.Percentile) * (factor - left.Factor) / (right.Factor - left.Factor)) / 100;
    }

    /// <summary>
    /// Several streams together, weighted by their mean rates. Percentiles are added as if all streams peaked in the same minute,
    /// which is never too little.
    /// </summary>
    public static LoadCurve Combine(IReadOnlyCollection<(double Weight, LoadCurve Curve)> streams)
    {
        var total = streams.Sum(stream => stream.Weight);
        var grid = streams.SelectMany(stream => stream.Curve._points.Select(point => point.Percentile)).Distinct().Order();
        return new LoadCurve([.. grid.Select(percentile =>
            (percentile, streams.Sum(stream => stream.Weight * stream.Curve.At(percentile)) / total))]);
    }

    private static IEnumerable<double> Grid => [0, 1, 5, 10, 25, 50, 75, 90, 95, 97.5, 99, 99.5, PeakPercentile, 100];
}
