using System.CommandLine;
using GpuInfra.Cli.Output;
using GpuInfra.Cli.Reports;
using GpuInfra.Offline;
using GpuInfra.Offline.Diff;
using GpuInfra.Planning;

namespace GpuInfra.Cli.Commands;

/// <summary><c>gpuinfra preview</c>: the main job, from plan to checked resources.</summary>
internal static class PreviewCommand
{
    public static Command Create(AppConsole console)
    {
        var markdown = OutputOptions.FileOption("--md", "Also write the pull-request comment, in Markdown");
        var record = OutputOptions.FileOption("--record", "Also write everything the program registers, as JSON");
        var earlier = new Option<string?>("--diff") { Description = "Also compare with an earlier record", HelpName = "FILE" };
        var unknown = DiffCommand.AllowUnknownReplace();
        var today = TodayOption.Create();
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Show every resource, zone and ladder" };
        var command = new Command("preview", "Show what would be created, at what cost, with what headroom and risk");
        var plan = new PlanOptions(command, console);
        command.Options.Add(markdown);
        command.Options.Add(record);
        command.Options.Add(earlier);
        command.Options.Add(unknown);
        command.Options.Add(today);
        command.Options.Add(verbose);
        var output = new OutputOptions(command, console);
        command.SetAction(async (parsed, cancellation) =>
        {
            var file = output.Out(parsed);
            var (markdownFile, recordFile) = (output.File(parsed, markdown), output.File(parsed, record));
            var source = plan.Source(parsed);
            var before = parsed.GetValue(earlier) is { } path ? DiffCommand.Read(console, path) : null;
            var run = await Progress.ShowAsync(
                console, "Running the program", () => FleetPreview.RunAsync(source, parsed.GetValue(today)), cancellation);
            var preview = parsed.GetValue(today) is { } day ? run.On(day) : run;

            var diff = before is null ? null : RecordComparison.Compare(
                before, StackRecord.Of(preview), new DiffOptions { AllowUnknownReplace = parsed.GetValue(unknown), Today = parsed.GetValue(today) });
            var results = new Results(console);
            results.Add(
                output.Render(
                    parsed, () => ToJson(preview, diff), () => PreviewReport.Of(preview, source, parsed.GetValue(verbose), diff)),
                file);
            if (markdownFile is not null)
            {
                results.Add(PreviewComment.Of(preview, diff), markdownFile);
            }

            if (recordFile is not null)
            {
                results.Add(PreviewJson.ToJson(preview), recordFile);
            }

            results.Write();
            return Verdict.Of(diff is null ? preview.Checks : preview.Checks.AddRange(diff.Gate), console);
        });
        return command;
    }

    private static string ToJson(PreviewRecord preview, RecordDiff? diff) => JsonText.Of(json =>
    {
        json.WriteStartObject();
        PreviewJson.WriteMembers(json, preview);
        if (diff is not null)
        {
            json.WritePropertyName("diff");
            RecordDiffJson.Write(json, diff);
        }

        json.WriteEndObject();
    });
}
