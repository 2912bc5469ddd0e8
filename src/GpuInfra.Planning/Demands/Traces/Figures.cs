using System.Collections.Immutable;
using System.Globalization;
using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Planning.Demands.Traces;

/// <summary>How a profile's figures are computed and rounded.</summary>
internal static class Figures
{
    private static readonly double[] Percentiles = [0, 1, 5, 10, 25, 50, 75, 90, 95, 99, 99.9, 100];

    /// <summary>Six significant digits: more than a trace can tell.</summary>
    public static double Round(double value) =>
        double.Parse(value.ToString("G6", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    /// <summary>Quantiles with straight lines between ranks (Hyndman and Fan's type 7).</summary>
    /// <param name="count">How many values there are, above zero.</param>
    /// <param name="at">The value of a rank, counted from 0.</param>
    public static ImmutableArray<Quantile> Quantiles(long count, Func<long, double> at) => [.. Percentiles.Select(percentile =>
    {
        var position = percentile / 100 * (count - 1);
        var rank = (long)position;
        var low = at(rank);
        var high = at(Math.Min(rank + 1, count - 1));
        return new Quantile(percentile, Round(low + (high - low) * (position - rank)));
    })];

    /// <summary>Quantiles of values in rising order.</summary>
    public static ImmutableArray<Quantile> Quantiles(double[] sorted) => Quantiles(sorted.Length, rank => sorted[rank]);
}
