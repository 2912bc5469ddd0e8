using GpuInfra.Planning.Sizing;

namespace GpuInfra.Benchmarks.Accuracy;

/// <summary>A row with what was predicted for it by models that had not seen its group.</summary>
/// <param name="Row">The row.</param>
/// <param name="Product">Predicted over measured by the product.</param>
/// <param name="Roofline">By the roofline with one factor, fitted to the same rows.</param>
/// <param name="BandwidthRule">By the bandwidth rule.</param>
internal sealed record LeftOut(MeasuredRow Row, double Product, double Roofline, double BandwidthRule);

/// <summary>Splits that ask how good a prediction is for what was never measured: each group is left out, all is fitted anew, and the group predicted.</summary>
internal static class LeaveOneOut
{
    /// <summary>The three splits, by name.</summary>
    public static readonly (string Name, Func<MeasuredRow, string> Group)[] Splits =
    [
        ("GPU", row => row.Setup.Gpu.Id),
        ("model", row => row.Architecture),
        ("release", row => row.File),
    ];

    /// <summary>Every row, predicted without its group.</summary>
    public static List<LeftOut> Run(IReadOnlyList<MeasuredRow> rows, Func<MeasuredRow, string> group)
    {
        var predicted = new List<LeftOut>();
        foreach (var left in rows.GroupBy(group).OrderBy(left => left.Key, StringComparer.Ordinal))
        {
            var seen = rows.Where(row => group(row) != left.Key).ToList();
            var calibration = CalibrationFit.Of(seen, Calibration.Embedded);
            var factor = Math.Exp(seen.Average(row => Math.Log(row.TokensPerSecond / Prediction.Roofline(row))));
            predicted.AddRange(left.Select(row => new LeftOut(
                row,
                Prediction.Product(row, calibration) / row.TokensPerSecond,
                factor * Prediction.Roofline(row) / row.TokensPerSecond,
                Prediction.BandwidthRule(row) / row.TokensPerSecond)));
        }

        return predicted;
    }
}
