using System.CommandLine;
using GpuInfra.Cli.Batch;
using GpuInfra.Cli.Output;
using GpuInfra.Cli.Reports;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Sizing;

namespace GpuInfra.Cli.Commands;

/// <summary><c>gpuinfra size</c>: one model on one kind of GPU, or a file of them: memory, rate, latency, and what bounds them.</summary>
internal static class SizeCommand
{
    private const string Examples = """
        Size a model on a GPU: memory, throughput, latency, and what bounds them

        Examples:
          gpuinfra size --model llama-3.3-70b --gpu h100-80gb --tp 4 --isl 1000 --osl 300
          gpuinfra size --model llama-3.1-8b --gpu l40s --isl 1000 --osl 300 --ttft 2s --tpot 50ms
          gpuinfra size --model llama-3.1-8b --gpu a100-80gb --train lora --tokens 1B --deadline 48h
          gpuinfra size --batch replicas.csv --out sized.csv
        """;

    private const int ShownRefusals = 20;

    public static Command Create(AppConsole console)
    {
        var batch = new Option<string?>("--batch") { Description = "Size every row of a CSV file, and write it with the answers to --out", HelpName = "FILE" };
        var command = new Command("size", Examples);
        var options = new SizeOptions(command);
        var training = new TrainOptions(command, options);
        command.Options.Add(batch);
        var bench = new Option<bool>("--bench-job")
        {
            Description = "Write a script that measures this replica with the engine's own tool, as rows for --batch and calibration",
        };
        command.Options.Add(bench);
        var output = new OutputOptions(command, console);
        command.Validators.Add(result =>
        {
            training.Check(result);
            if (result.GetResult(batch) is null)
            {
                if (!training.IsGiven(result))
                {
                    options.Check(result);
                }
            }
            else if (training.IsGiven(result))
            {
                result.AddError("Give --batch or --train, not both.");
            }
            else if (options.Given(result).ToList() is { Count: > 0 } given)
            {
                result.AddError($"Give --batch alone: every row says what {string.Join(", ", given)} would.");
            }
            else if (!output.HasOut(result))
            {
                result.AddError("Give --out FILE: that is where --batch writes.");
            }
        });
        command.SetAction(parsed =>
            parsed.GetValue(batch) is { } file ? Many(console, console.Resolve(file), output.Out(parsed)!)
            : training.IsGiven(parsed.CommandResult) ? Training(console, training, output, parsed)
            : One(console, options, output, bench, parsed));
        return command;
    }

    private static int Training(AppConsole console, TrainOptions options, OutputOptions output, ParseResult parsed)
    {
        var file = output.Out(parsed);
        var answer = options.Answer(parsed, Catalog.Embedded);
        var results = new Results(console);
        results.Add(output.Render(parsed, () => TrainReport.ToJson(answer), () => TrainReport.Of(answer)), file);
        results.Write();
        return ExitCode.Done;
    }

    private static int One(AppConsole console, SizeOptions options, OutputOptions output, Option<bool> bench, ParseResult parsed)
    {
        var file = output.Out(parsed);
        var draft = options.Draft(parsed);
        var (setup, problems) = draft.Check(Catalog.Embedded);
        var tooLong = Catalog.Embedded.FindModel(draft.Model) is { } model ? SetupDraft.TooLong(model, draft.Load) : null;
        if (setup is null || tooLong is not null)
        {
            throw new PlanException(problems.Concat(tooLong is null ? [] : [tooLong]).Select(options.ProblemOf));
        }

        var latency = options.Latency(parsed);
        var answer = latency == default ? SizeAnswer.Under(setup, draft.Load) : SizeAnswer.Within(setup, draft.Load, latency);
        var results = new Results(console);
        results.Add(
            parsed.GetValue(bench) ? BenchJob.Script(answer) : output.Render(parsed, () => SizeJson.ToJson(answer), () => SizeReport.Of(answer)), file);
        results.Write();
        return ExitCode.Done;
    }

    private static int Many(AppConsole console, string input, FileInfo output)
    {
        var result = SizeBatch.Run(input, output.FullName, Catalog.Embedded);
        foreach (var refused in result.Refused.Take(ShownRefusals))
        {
            console.Error.WriteLine(refused);
        }

        console.Error.WriteLine($"Wrote {output.FullName}: {Format.Count(result.Rows, "row")}, {Format.Count(result.Refused.Length)} without a prediction.");
        return ExitCode.Done;
    }
}
