using System.CommandLine;
using GpuInfra.Cli.Output;
using GpuInfra.Cli.Reports;
using GpuInfra.Planning;
using GpuInfra.Planning.Drift;
using GpuInfra.Planning.Fleets;

namespace GpuInfra.Cli.Commands;

/// <summary><c>gpuinfra calibrate</c>: how fast replicas are against what was predicted, and what a plan should say of it.</summary>
internal static class CalibrateCommand
{
    private const string Description = """
        Compare how fast replicas were with what was predicted, and propose what each serving's measured should say

        Examples:
          gpuinfra calibrate --stack prod --prometheus http://localhost:9090
          gpuinfra calibrate --stack prod --prometheus http://localhost:9090 --over 336h --write
        """;

    public static Command Create(AppConsole console)
    {
        var command = new Command("calibrate", Description);
        var plan = new PlanOptions(command, console);
        var metrics = new MetricsOptions(command, isRequired: true);
        var edits = new PlanEdits(command);
        var output = new OutputOptions(command, console);
        command.SetAction(async (parsed, cancellation) =>
        {
            var file = output.Out(parsed);
            var source = plan.Source(parsed);
            var fleet = source.Deployed();
            var drifts = await metrics.AskAsync(
                parsed, console, async observed => ThroughputDrift.Of(fleet, await observed.PoolsAsync(cancellation), source.Catalog), cancellation);
            var changes = ThroughputDrift.Changes(drifts, fleet, edits.Tolerance(parsed));
            var results = new Results(console);
            var isWritten = edits.AddTo(results, parsed, source, changes);
            results.Add(
                output.Render(
                    parsed,
                    () => JsonText.Of(json =>
                    {
                        json.WriteStartObject();
                        json.WriteString("stack", fleet.Stack);
                        json.WriteOrigin(fleet);
                        ThroughputDrift.Write(json, drifts);
                        FigureDrift.WriteChanges(json, changes);
                        json.WriteEndObject();
                    }),
                    () =>
                    [
                        .. drifts.IsEmpty ? [new Block.Paragraph(new Cell("No pool of the plan that generates was seen: is it deployed, and scraped with the label pool?", Tone.Warning))] : FigureDriftReport.Throughput(drifts),
                        .. FigureDriftReport.Changes(changes, isWritten),
                    ]),
                file);
            results.Write();
            return ExitCode.Done;
        });
        return command;
    }
}
