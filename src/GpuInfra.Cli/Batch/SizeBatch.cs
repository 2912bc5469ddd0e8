using System.Collections.Immutable;
using GpuInfra.Cli.Csv;
using GpuInfra.Cli.Output;
using GpuInfra.Planning;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Sizing;

namespace GpuInfra.Cli.Batch;

/// <summary>Sizes every row of a CSV file. Rows and columns keep their places; predictions are added at the end of each row.</summary>
internal static class SizeBatch
{
    private static readonly ImmutableArray<string> Added =
        ["predicted_output_tokens_per_s", "fits", "max_concurrency", "ttft_ms", "tpot_ms", "limit", "reason"];

    /// <summary>Reads one file and writes another, row by row.</summary>
    /// <param name="input">The questions; columns beyond <see cref="BatchRow.Columns"/> are passed through.</param>
    /// <param name="output">Where the answers go: written beside it, renamed when whole.</param>
    /// <param name="catalog">The models and GPUs known.</param>
    /// <returns>Rows read, and those without a prediction with their lines and reasons.</returns>
    /// <exception cref="PlanException">A file cannot be read or written, or the input is no CSV of these columns.</exception>
    public static BatchResult Run(string input, string output, Catalog catalog)
    {
        using var questions = CsvFile.Open(input, [.. BatchRow.Columns]);
        if (questions.Columns.Intersect(Added).ToList() is { Count: > 0 } taken)
        {
            throw UserError.Because(input, $"has already {string.Join(", ", taken)}, which size adds; take the columns out first.");
        }

        using var file = StagedFile.Begin(output);
        var (rows, refused) = (0, ImmutableArray.CreateBuilder<PlanProblem>());
        using (var answers = new CsvOutput(file.Stream))
        {
            answers.Write(questions.Columns.AddRange(Added));
            foreach (var row in questions.Rows())
            {
                rows++;
                var answer = Answer(row, catalog);
                answers.Write(row.Fields.AddRange(answer));
                if (answer[0].Length == 0)
                {
                    refused.Add(new PlanProblem(input, row.Line, 0, "", answer[^1]));
                }
            }
        }

        file.Finish();
        return new BatchResult(rows, refused.ToImmutable());
    }

    /// <summary>The added fields of a row. Longer requests than the model was made for are predicted, and the reason says so.</summary>
    private static ImmutableArray<string> Answer(CsvRow row, Catalog catalog)
    {
        var (setup, load, problems) = BatchRow.Read(row, catalog);
        if (setup is null)
        {
            return ["", "", "", "", "", "", $"line {row.Line}: {string.Join("; ", problems)}"];
        }

        var (performance, unfit) = PerformanceModel.Predict(setup, load);
        return performance is null
            ? ["", "false", "0", "", "", unfit!.Constraint, unfit.Detail]
            :
            [
                Number(performance.OutputTokensPerSecond),
                "true",
                Number(performance.MaxConcurrency),
                Number(performance.TimeToFirstToken.TotalMilliseconds),
                Number(performance.TimePerOutputToken.TotalMilliseconds),
                JsonText.Word(performance.Limit),
                SetupDraft.TooLong(setup.Model, load)?.Message ?? "",
            ];
    }

    private static string Number(double value) => FormattableString.Invariant($"{value:0.####}");
}

/// <summary>What became of a file of questions.</summary>
/// <param name="Rows">Rows read.</param>
/// <param name="Refused">Rows without a prediction.</param>
internal sealed record BatchResult(int Rows, ImmutableArray<PlanProblem> Refused);
