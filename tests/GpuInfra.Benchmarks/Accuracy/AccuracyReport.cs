using System.Globalization;
using GpuInfra.Planning;
using GpuInfra.Planning.Sizing;

namespace GpuInfra.Benchmarks.Accuracy;

/// <summary>Prints how far predictions are from published rates that they were not fitted to.</summary>
internal static class AccuracyReport
{
    private const int Worst = 10;

    private const string Header = "| rows | mean % | median % | p90 % |";

    /// <summary>The three splits and the rows that come out worst.</summary>
    public static void Print(IReadOnlyList<MeasuredRow> rows)
    {
        foreach (var (name, group) in LeaveOneOut.Splits)
        {
            var predicted = LeaveOneOut.Run(rows, group);
            Console.WriteLine($"## One {name} left out\n\n| loads, rule {Header}\n|---|---:|---:|---:|---:|");
            foreach (var loads in predicted.GroupBy(left => left.Row.IsSaturated).OrderByDescending(loads => loads.Key))
            {
                var load = loads.Key ? "saturated" : "fixed concurrency";
                Line($"{load}: this product", loads.Select(left => left.Product));
                Line($"{load}: roofline, one factor", loads.Select(left => left.Roofline));
                Line($"{load}: bandwidth rule", loads.Select(left => left.BandwidthRule));
            }

            By("GPU", predicted, left => left.Row.Setup.Gpu.Id);
            By("precision", predicted, left => JsonText.Word(left.Row.Setup.Precision));
            By("model", predicted, left => left.Row.Setup.Model.Id);
            By("release", predicted, left => left.Row.File);
            PrintWorst(predicted);
        }
    }

    /// <summary>Rows of tables that are kept apart from every fit.</summary>
    public static void PrintExam(IReadOnlyList<MeasuredRow> rows, Calibration calibration)
    {
        var predicted = rows.Select(row => new LeftOut(
            row, Prediction.Product(row, calibration) / row.TokensPerSecond, 0, Prediction.BandwidthRule(row) / row.TokensPerSecond)).ToList();
        Console.WriteLine($"## Rows kept apart\n\n| rows of {Header}\n|---|---:|---:|---:|---:|");
        Line("all", predicted.Select(left => left.Product));
        By("release", predicted, left => left.Row.Release);
        By("GPU", predicted, left => left.Row.Setup.Gpu.Id);
        By("precision", predicted, left => JsonText.Word(left.Row.Setup.Precision));
        By("model", predicted, left => left.Row.Setup.Model.Id);
        PrintWorst(predicted);
    }

    private static void By(string name, List<LeftOut> predicted, Func<LeftOut, string> key)
    {
        Console.WriteLine($"\n| {name} {Header} bias |\n|---|---:|---:|---:|---:|---:|");
        foreach (var group in predicted.GroupBy(key).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var middle = ErrorSummary.Quantile([.. group.Select(left => left.Product).Order()], 0.5);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"| {group.Key} | {ErrorSummary.Of(group.Select(left => left.Product))} {middle:F2} |"));
        }
    }

    private static void Line(string name, IEnumerable<double> ratios) => Console.WriteLine($"| {name} | {ErrorSummary.Of(ratios)}");

    private static void PrintWorst(List<LeftOut> predicted)
    {
        Console.WriteLine($"\nWorst {Worst}:\n");
        foreach (var left in predicted.OrderByDescending(left => Math.Abs(Math.Log(Math.Max(left.Product, 1e-3)))).Take(Worst))
        {
            var (row, setup) = (left.Row, left.Row.Setup);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"- {row.File}:{row.Line} {setup.Model.Id}, {setup.Parallelism.Gpus} × {setup.Gpu.Id}, {JsonText.Word(setup.Precision)}, {row.Load.InputTokens}/{row.Load.OutputTokens}, {row.Load.Kind} {row.Load.Requests}: {left.Product:F2} of measured {row.TokensPerSecond:F0}"));
        }

        Console.WriteLine();
    }
}
