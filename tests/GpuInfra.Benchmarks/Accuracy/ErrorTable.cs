using System.Globalization;

namespace GpuInfra.Benchmarks.Accuracy;

/// <summary>Absolute relative errors, |predicted / measured − 1|, of rows left out of a fit.</summary>
/// <param name="Rows">How many.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="Median">Their median.</param>
/// <param name="High">Their 90th percentile.</param>
internal readonly record struct ErrorSummary(int Rows, double Mean, double Median, double High)
{
    /// <summary>Of ratios of predicted over measured.</summary>
    public static ErrorSummary Of(IEnumerable<double> ratios)
    {
        var errors = ratios.Select(ratio => Math.Abs(ratio - 1)).Order().ToArray();
        return new(errors.Length, errors.Average(), Quantile(errors, 0.5), Quantile(errors, 0.9));
    }

    /// <summary>A quantile of sorted values, between the two nearest.</summary>
    public static double Quantile(IReadOnlyList<double> sorted, double share)
    {
        var place = share * (sorted.Count - 1);
        var below = (int)place;
        return sorted[below] + ((place - below) * (sorted[Math.Min(below + 1, sorted.Count - 1)] - sorted[below]));
    }

    /// <summary>As cells of a table.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Rows,5} | {100 * Mean,6:F1} | {100 * Median,6:F1} | {100 * High,6:F1} |");
}
