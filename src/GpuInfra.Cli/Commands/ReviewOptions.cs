using System.CommandLine;
using GpuInfra.Cli.Output;
using GpuInfra.Cli.Reports.Reviews;
using GpuInfra.Offline;
using GpuInfra.Offline.Diff;
using GpuInfra.Offline.Reviews;

namespace GpuInfra.Cli.Commands;

/// <summary>What <c>preview</c> and <c>diff</c> have in common: what a review is judged by, what it is compared with, and its comment.</summary>
internal sealed class ReviewOptions
{
    private readonly Option<string?> _markdown = OutputOptions.FileOption("--md", "Also write the pull-request comment, in Markdown");
    private readonly Option<DateOnly?> _today = TodayOption.Create();
    private readonly Option<bool> _verbose = new("--verbose", "-v") { Description = "Show every resource and property, zone and ladder" };

    private readonly Option<bool> _unknown = new("--allow-unknown-replace")
    {
        Description = "Let irrevocable resources change where it is unknown whether that replaces them",
    };

    private readonly Option<string[]> _failOn = new("--fail-on")
    {
        Description = $"Also end with 1 on any of: {FailOn.Form}. Broken policies always do",
        HelpName = "RULES",
        AllowMultipleArgumentsPerToken = false,
    };

    private readonly Option<string?> _running = new("--running")
    {
        Description = "What the stack runs now, from pulumi stack output --json: also tell what else would be applied",
        HelpName = "FILE",
    };

    private readonly Option<string?> _engine = new("--engine")
    {
        Description = "The real engine's word, from pulumi preview --json: also tell where it differs",
        HelpName = "FILE",
    };

    private readonly AppConsole _console;

    public ReviewOptions(Command command, AppConsole console)
    {
        _console = console;
        foreach (var option in new Option[] { _markdown, _failOn, _running, _engine, _unknown, _today, _verbose })
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (FailOn.Read(result.GetValue(_failOn) ?? []).Problem is { } problem)
            {
                result.AddError(problem);
            }
        });
    }

    public DateOnly? Today(ParseResult parsed) => parsed.GetValue(_today);

    public bool IsVerbose(ParseResult parsed) => parsed.GetValue(_verbose);

    public FileInfo? Markdown(ParseResult parsed, OutputOptions output) => output.File(parsed, _markdown);

    /// <summary>Compares two records of a stack.</summary>
    public RecordDiff Compare(ParseResult parsed, StackRecord before, StackRecord after) => RecordComparison.Compare(
        before, after, new DiffOptions { AllowUnknownReplace = parsed.GetValue(_unknown), Today = Today(parsed) });

    /// <summary>Gathers all that is shown and judged.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="before">What is compared with; null for nothing.</param>
    /// <param name="after">What would be deployed.</param>
    public Review Review(ParseResult parsed, ReviewSide? before, ReviewSide after)
    {
        var running = parsed.GetValue(_running) is { } outputs ? RunningStack.Read(_console.Resolve(outputs), outputs) : null;
        var said = parsed.GetValue(_engine) is { } file ? EnginePreview.Read(_console.Resolve(file), file) : null;
        var diff = before is null ? null : Compare(parsed, before.Record, after.Record);
        var engine = said is null ? null : EngineComparison.Of(diff, after.Record, said);
        var policies = after.Record.Checks.AddRange(diff?.Gate ?? []);
        return new Review
        {
            Before = before?.Record,
            After = after.Record,
            Diff = diff,
            Bridge = before is null ? null : ReviewSide.Bridge(before, after),
            Preview = after.Preview,
            Checks =
            [
                .. policies,
                .. FailOn.Read(parsed.GetValue(_failOn) ?? []).FailOn!.Judge(before?.Record.Fleet, after.Record, diff, policies),
                .. engine?.Checks(after.Record.Stack) ?? [],
            ],
            Running = running,
            Engine = engine,
            Notes = [.. before?.Notes ?? [], .. after.Notes],
            Today = Today(parsed) ?? after.Record.Fleet.FirstDay,
        };
    }
}
