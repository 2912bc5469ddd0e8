using System.CommandLine;
using GpuInfra.Cli.Output;
using GpuInfra.Cli.Reports;
using GpuInfra.Offline;
using GpuInfra.Offline.Diff;
using GpuInfra.Offline.Drift;

namespace GpuInfra.Cli.Commands;

/// <summary><c>gpuinfra drift</c>: a plan against what Pulumi's state says is deployed.</summary>
internal static class DriftCommand
{
    private const string Examples = """
        Compare the plan with what is deployed, from pulumi stack export: what was never deployed, what no plan asks for, what was changed in the cloud

        Examples:
          pulumi refresh --stack prod && pulumi stack export --stack prod --file state.json
          gpuinfra drift --stack prod --state state.json
          gpuinfra drift --stack prod --state state.json --record main.record.json --exit-code
        """;

    public static Command Create(AppConsole console)
    {
        var state = new Option<string>("--state") { Description = "What pulumi stack export wrote", HelpName = "FILE", Required = true };
        var record = new Option<string?>("--record") { Description = "Compare with this record, as preview --record wrote it, instead of running the program", HelpName = "FILE" };
        var strict = new Option<bool>("--exit-code") { Description = "End with 1 where anything has drifted" };
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Show every property that differs" };
        var command = new Command("drift", Examples);
        var plan = new PlanOptions(command, console);
        var today = TodayOption.Create();
        foreach (var option in new Option[] { state, record, strict, verbose, today })
        {
            command.Options.Add(option);
        }

        var output = new OutputOptions(command, console);
        command.SetAction(async (parsed, cancellation) =>
        {
            var file = output.Out(parsed);
            var (name, day) = (parsed.GetValue(state)!, parsed.GetValue(today));

            // A state and a record are large: both are read at once.
            var deployed = Task.Run(() => StateFile.Read(console.Resolve(name), name), cancellation);
            var side = parsed.GetValue(record) is { } recorded
                ? await Task.Run(() => ReviewSide.OfFile(console, recorded), cancellation)
                : await Progress.ShowAsync(console, "Running the program", () => ReviewSide.OfPlanAsync(plan.Source(parsed), day), cancellation);
            var drift = StackDrift.Between(await deployed, side.Record, new DiffOptions { Today = day });
            var results = new Results(console);
            results.Add(output.Render(parsed, () => StackDriftJson.ToJson(drift), () => DriftReport.Of(drift, parsed.GetValue(verbose))), file);
            results.Write();
            var verdict = Verdict.Of(drift.Diff.Gate, console);
            return verdict == ExitCode.Done && parsed.GetValue(strict) && !drift.IsNone ? ExitCode.Refused : verdict;
        });
        return command;
    }
}
