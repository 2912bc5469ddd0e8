using System.CommandLine;
using GpuInfra.Cli.Output;
using GpuInfra.Cli.Reports;
using GpuInfra.Offline;
using GpuInfra.Offline.Diff;

namespace GpuInfra.Cli.Commands;

/// <summary><c>gpuinfra diff</c>: what changes between two records, and whether anything irrevocable is lost.</summary>
internal static class DiffCommand
{
    public static Command Create(AppConsole console)
    {
        var before = new Argument<string>("before") { Description = "The record of what is deployed, as preview --record wrote it" };
        var after = new Argument<string>("after") { Description = "The record of what would be deployed" };
        var markdown = OutputOptions.FileOption("--md", "Also write the pull-request comment, in Markdown");
        var today = TodayOption.Create();
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Show every property with its values" };
        var unknown = AllowUnknownReplace();
        var command = new Command("diff", "Show what changes between two records, and refuse the loss of what cannot be undone")
        {
            before, after, markdown, verbose, unknown, today,
        };
        var output = new OutputOptions(command, console);
        command.SetAction(parsed =>
        {
            var (file, markdownFile) = (output.Out(parsed), output.File(parsed, markdown));
            var diff = RecordComparison.Compare(
                Read(console, parsed.GetValue(before)!),
                Read(console, parsed.GetValue(after)!),
                new DiffOptions { AllowUnknownReplace = parsed.GetValue(unknown), Today = parsed.GetValue(today) });
            var results = new Results(console);
            results.Add(
                output.Render(parsed, () => RecordDiffJson.ToJson(diff), () => DiffReport.Of(diff, parsed.GetValue(verbose))), file);
            if (markdownFile is not null)
            {
                results.Add(DiffComment.Of(diff), markdownFile);
            }

            results.Write();
            return Verdict.Of(diff.Gate, console);
        });
        return command;
    }

    /// <summary>The option that lets irrevocable resources change where it is unknown whether that replaces them.</summary>
    public static Option<bool> AllowUnknownReplace() => new("--allow-unknown-replace")
    {
        Description = "Let irrevocable resources change where it is unknown whether that replaces them",
    };

    /// <summary>Reads a record that the command line names.</summary>
    public static StackRecord Read(AppConsole console, string path) => RecordFile.Read(console.Resolve(path), path);
}
