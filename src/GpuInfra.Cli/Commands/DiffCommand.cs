using System.CommandLine;
using GpuInfra.Cli.Git;
using GpuInfra.Cli.Output;
using GpuInfra.Cli.Reports;
using GpuInfra.Cli.Reports.Reviews;
using GpuInfra.Offline;
using GpuInfra.Offline.Diff;
using GpuInfra.Planning.Locks;

namespace GpuInfra.Cli.Commands;

/// <summary><c>gpuinfra diff</c>: what changes between two records, plans, locks or git revisions, and whether that may be.</summary>
internal static class DiffCommand
{
    private const string Examples = """
        Show what changes between two records, plans, locks or git revisions, and refuse the loss of what cannot be undone

        Examples:
          gpuinfra diff origin/main HEAD --stack prod
          gpuinfra diff main.record.json branch.record.json --md comment.md --fail-on replace,policy
        """;

    private static readonly string[] PlanEndings = [".yaml", ".yml"];

    public static Command Create(AppConsole console)
    {
        var before = new Argument<string>("before") { Description = "What is deployed: a record, plan or lock file, or a git revision, as main" };
        var after = new Argument<string>("after") { Description = "What would be deployed, named the same way, as HEAD" };
        var stack = new Option<string?>("--stack", "-s") { Description = "The stack, where a git revision is named", HelpName = "NAME" };
        var root = PlanOptions.RootOption();
        var command = new Command("diff", Examples)
        {
            before, after, stack, root,
        };
        var review = new ReviewOptions(command, console);
        var output = new OutputOptions(command, console);
        command.SetAction(async (parsed, cancellation) =>
        {
            var (file, markdownFile) = (output.Out(parsed), review.Markdown(parsed, output));
            var results = new Results(console);
            var (old, current) = (parsed.GetValue(before)!, parsed.GetValue(after)!);
            if (LockFiles.Compare(console, old, current) is { } locks)
            {
                results.Add(output.Render(parsed, () => LockDiffJson.ToJson(locks), () => LockDiffReport.Of(locks)), file);
                if (markdownFile is not null)
                {
                    results.Add(LockDiffReport.Comment(locks), markdownFile);
                }

                results.Write();
                return ExitCode.Done;
            }

            var project = new Lazy<ProjectDirectory>(() => PlanOptions.Project(console, parsed.GetValue(root)) ?? throw UserError.Because(
                "diff", $"a revision is one of a project, and there is no Pulumi.yaml in {console.Directory} or above it; name the project with --root DIR."));
            var shown = await Progress.ShowAsync(console, "Comparing", async () =>
            {
                // Records are large: both are read at once.
                var sides = await Task.WhenAll(new[] { old, current }.Select(name => Task.Run(
                    () => ReadAsync(console, name, parsed.GetValue(stack), project, review.Today(parsed)), cancellation)));
                return review.Review(parsed, sides[0], sides[1]);
            }, cancellation);
            results.Add(
                output.Render(
                    parsed, () => RecordDiffJson.ToJson(shown.Diff!, shown.Bridge), () => DiffReport.Of(shown, review.IsVerbose(parsed))),
                file);
            if (markdownFile is not null)
            {
                results.Add(ReviewComment.Of(shown, "gpuinfra diff"), markdownFile);
            }

            results.Write();
            return Verdict.Of(shown.Checks, console);
        });
        return command;
    }

    /// <summary>A side that the command line names: a file wins over a revision of the same name.</summary>
    private static async Task<ReviewSide> ReadAsync(AppConsole console, string name, string? stack, Lazy<ProjectDirectory> project, DateOnly? today)
    {
        var path = console.Resolve(name);
        if (File.Exists(path))
        {
            return PlanEndings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase)
                ? await ReviewSide.OfPlanAsync(PlanSource.OfFile(PlanOptions.Project(console, null) ?? ProjectDirectory.Above(Path.GetDirectoryName(path)!), path), today)
                : ReviewSide.OfFile(console, name);
        }

        // v1.2 may be a tag, and gone.json is a file that is not there.
        var isPath = Path.HasExtension(name) || Directory.Exists(path);
        if (isPath && !(project.Value is { Root: var root } && GitRevision.IsRepository(root) && GitRevision.Exists(root, name)))
        {
            return ReviewSide.OfFile(console, name);
        }

        if (!GitRevision.IsRepository(project.Value.Root))
        {
            throw UserError.Because(name, $"is no file, and no revision can be looked up: {project.Value.Root} is in no git repository.");
        }

        if (!GitRevision.Exists(project.Value.Root, name))
        {
            throw UserError.Because(name, "is neither a file nor a revision that git knows here; name a record, plan or lock, or a branch, tag or commit.");
        }

        return await ReviewSide.OfRevisionAsync(
            project.Value, name, stack ?? throw UserError.Because("--stack", $"is needed: {name} is a git revision, and a revision holds several stacks."), today);
    }
}
