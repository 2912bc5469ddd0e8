using System.Diagnostics;
using GpuInfra.Planning.Sizing;
using GpuInfra.Tests;

namespace GpuInfra.Benchmarks.Accuracy;

/// <summary>Fits the coefficients to all tables and measures the error bands with each group left out; rewrites the data file.</summary>
internal static class FitCommand
{
    public static void Run(string directory)
    {
        var clock = Stopwatch.StartNew();
        var rows = MeasuredRow.ReadAll(directory);
        var fitted = CalibrationWriter.Rounded(CalibrationFit.Of(rows, Calibration.Embedded));
        var left = LeaveOneOut.Splits.SelectMany(split => LeaveOneOut.Run(rows, split.Group)).ToList();
        var path = Path.Combine(Repository.Root, "src", "GpuInfra.Planning", "Sizing", "Data", "calibration.json");
        File.WriteAllText(path, CalibrationWriter.Text(fitted.With(CalibrationWriter.Bands(left))));
        Console.WriteLine($"{rows.Count} rows, {clock.Elapsed.TotalSeconds:F0} s: {path}");
    }
}
