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

    /// <summary>A band of fewer rows would say more than is known.</summary>
    private const int LeastRows = 100;

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

    /// <summary>
    /// The bands of each kind of load, of all engines and of each: what was measured over what was predicted without the row's group, of
    /// all splits together.
    /// </summary>
    public static ImmutableArray<ClassBand> Bands(IEnumerable<LeftOut> predicted)
    {
        var fitting = predicted.Where(left => left.Product > 0).ToList();
        return
        [
            .. from kind in Enum.GetValues<LoadKind>()
               from engine in Enum.GetValues<Engine>().Select(engine => (Engine?)engine).Prepend(null)

               // Static batches are saturated too; no table that is fitted has them, so they share the band of those that are.
               let rows = fitting.Where(left => left.Row.IsSaturated == (kind != LoadKind.Concurrency) && (engine ?? left.Row.Setup.Engine) == left.Row.Setup.Engine)
               let ratios = rows.Select(left => 1 / left.Product).Order().ToArray()
               where ratios.Length >= LeastRows
               select new ClassBand(kind, engine, new ErrorBand(Rounded(ratios, 0.1), Rounded(ratios, 0.9)), ratios.Length),
        ];
    }

    private static double Rounded(double[] ratios, double share) => Math.Round(ErrorSummary.Quantile(ratios, share), 2);

    private static string Row(CalibrationRow row) =>
        $"{{\"id\": \"{JsonText.Word(row.Id)}\", \"unit\": \"{row.Unit}\", \"low\": {Number(row.Low)}, \"high\": {Number(row.High)}, "
        + $"\"expected\": {Number(row.Expected)}, \"spread\": {Number(row.Spread)}, \"value\": {Number(row.Value)}, \"meaning\": \"{row.Meaning}\"}}";

    private static string Band(ClassBand band) =>
        $"{{\"load\": \"{JsonText.Word(band.Load)}\", \"engine\": {(band.Engine is { } engine ? $"\"{JsonText.Word(engine)}\"" : "null")}, \"band\": {{\"low\": {Number(band.Band.Low)}, \"high\": {Number(band.Band.High)}}}, \"rows\": {band.Rows}}}";

    private static string Number(double value) => value.ToString(Digits, CultureInfo.InvariantCulture);
}
