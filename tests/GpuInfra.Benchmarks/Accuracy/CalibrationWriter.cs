using System.Collections.Immutable;
using System.Globalization;
using GpuInfra.Planning;
using GpuInfra.Planning.Sizing;

namespace GpuInfra.Benchmarks.Accuracy;

/// <summary>Writes the data file of the fitted coefficients; the same rows give the same bytes.</summary>
internal static class CalibrationWriter
{
    /// <summary>Digits that a coefficient is given with: more than measurements warrant, few enough to be the same on every processor.</summary>
    private const string Digits = "G4";

    /// <summary>The coefficients as they are written, rounded.</summary>
    public static Calibration Rounded(Calibration calibration) => calibration.With(
        calibration.Rows.Select(row => double.Parse(Number(row.Value), CultureInfo.InvariantCulture)).ToArray());

    /// <summary>The file's text.</summary>
    public static string Text(Calibration calibration) => $$"""
        {"coefficients": [
        {{string.Join(",\n", calibration.Rows.Select(Row))}}
        ],
        "bands": [
        {{string.Join(",\n", calibration.Bands.Select(Band))}}
        ]}

        """;

    /// <summary>The bands of each kind of load: what was measured over what was predicted without the row's group, of all splits together.</summary>
    public static ImmutableArray<ClassBand> Bands(IEnumerable<LeftOut> predicted)
    {
        var fitting = predicted.Where(left => left.Product > 0).ToList();
        return [.. Enum.GetValues<LoadKind>().Select(kind =>
        {
            // Static batches are saturated too; no measured table has them, so they share the band of those that are.
            var ratios = fitting.Where(left => left.Row.IsSaturated == (kind != LoadKind.Concurrency)).Select(left => 1 / left.Product).Order().ToArray();
            return new ClassBand(
                kind, new ErrorBand(Math.Round(ErrorSummary.Quantile(ratios, 0.1), 2), Math.Round(ErrorSummary.Quantile(ratios, 0.9), 2)), ratios.Length);
        })];
    }

    private static string Row(CalibrationRow row) =>
        $"{{\"id\": \"{JsonText.Word(row.Id)}\", \"unit\": \"{row.Unit}\", \"low\": {Number(row.Low)}, \"high\": {Number(row.High)}, "
        + $"\"expected\": {Number(row.Expected)}, \"spread\": {Number(row.Spread)}, \"value\": {Number(row.Value)}, \"meaning\": \"{row.Meaning}\"}}";

    private static string Band(ClassBand band) =>
        $"{{\"load\": \"{JsonText.Word(band.Load)}\", \"band\": {{\"low\": {Number(band.Band.Low)}, \"high\": {Number(band.Band.High)}}}, \"rows\": {band.Rows}}}";

    private static string Number(double value) => value.ToString(Digits, CultureInfo.InvariantCulture);
}
