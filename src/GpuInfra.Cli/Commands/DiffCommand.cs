using System.CommandLine;
using GpuInfra.Cli.Output;
using GpuInfra.Cli.Reports;
using GpuInfra.Offline;
using GpuInfra.Offline.Diff;
using GpuInfra.Planning.Locks;

namespace GpuInfra.Cli.Commands;

/// <summary><c>gpuinfra diff</c>: what changes between two records or two locks, and whether a record loses anything irrevocable.</summary>
internal static class DiffCommand
{
    public static Command Create(AppConsole console)
    {
        var before = new Argument<string>("before") { Description = "What is deployed: a record of preview --record, or a lock of plan --write" };
        var after = new Argument<string>("after") { Description = "What would be deployed: the same kind of file" };
        var markdown = OutputOptions.FileOption("--md", "Also write the pull-request comment, in Markdown");
        var today = TodayOption.Create();
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Show every property with its values" };
        var unknown = AllowUnknownReplace();
        var command = new Command("diff", "Show what changes between two records or locks, and refuse the loss of what cannot be undone")
        {
            before, after, markdown, verbose, unknown, today,
        };
        var output = new OutputOptions(command, console);
        command.SetAction(parsed =>
        {
            var (file, markdownFile) = (output.Out(parsed), output.File(parsed, markdown));
            var results = new Results(console);
            if (LockFiles.Compare(console, parsed.GetValue(before)!, parsed.GetValue(after)!) is { } locks)
            {
                results.Add(output.Render(parsed, () => LockDiffJson.ToJson(locks), () => LockDiffReport.Of(locks)), file);
                if (markdownFile is not null)
                {
                    results.Add(LockDiffReport.Comment(locks), markdownFile);
                }

                results.Write();
                return ExitCode.Done;
            }

            var diff = RecordComparison.Compare(
                Read(console, parsed.GetValue(before)!),
                Read(console, parsed.GetValue(after)!),
                new DiffOptions { AllowUnknownReplace = parsed.GetValue(unknown), Today = parsed.GetValue(today) });
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
