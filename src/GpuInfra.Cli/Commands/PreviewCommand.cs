using System.CommandLine;
using GpuInfra.Cli.Output;
using GpuInfra.Cli.Reports;
using GpuInfra.Cli.Reports.Reviews;
using GpuInfra.Offline;
using GpuInfra.Offline.Diff;
using GpuInfra.Planning;

namespace GpuInfra.Cli.Commands;

/// <summary><c>gpuinfra preview</c>: the main job, from plan to checked resources.</summary>
internal static class PreviewCommand
{
    private const string Examples = """
        Show what would be created, at what cost, with what headroom and risk

        Examples:
          gpuinfra preview --stack prod
          gpuinfra preview --stack prod --base origin/main --md comment.md --fail-on cost=10%,survivability
          gpuinfra preview --stack prod --record main.record.json
          gpuinfra preview --stack prod --diff main.record.json
        """;

    public static Command Create(AppConsole console)
    {
        var record = OutputOptions.FileOption("--record", "Also write everything the program registers, as JSON");
        var earlier = new Option<string?>("--diff") { Description = "Also compare with an earlier record", HelpName = "FILE" };
        var revision = new Option<string?>("--base")
        {
            Description = "Also compare with the stack as a git revision has it, as origin/main; with --diff, only to split the change of cost",
            HelpName = "REVISION",
        };
        var command = new Command("preview", Examples);
        var plan = new PlanOptions(command, console);
        var review = new ReviewOptions(command, console);
        command.Options.Add(record);
        command.Options.Add(earlier);
        command.Options.Add(revision);
        var output = new OutputOptions(command, console);
        command.SetAction(async (parsed, cancellation) =>
        {
            var file = output.Out(parsed);
            var (markdownFile, recordFile) = (review.Markdown(parsed, output), output.File(parsed, record));
            var source = plan.Source(parsed);
            var before = parsed.GetValue(earlier) is { } path ? ReviewSide.OfFile(console, path) : null;
            var shown = await Progress.ShowAsync(console, "Running the program", async () =>
            {
                var after = await ReviewSide.OfPlanAsync(source, review.Today(parsed));
                if (parsed.GetValue(revision) is { } name)
                {
                    var project = source.Project ?? throw UserError.Because("--base", $"is a revision of a project, and {source.Path} is in none.");
                    var old = await ReviewSide.OfRevisionAsync(project, name, after.Record.Stack, review.Today(parsed));
                    before = before is null ? old : old with { Record = before.Record };
                }

                return review.Review(parsed, before, after);
            }, cancellation);
            var preview = shown.Preview!;
            var results = new Results(console);
            results.Add(
                output.Render(
                    parsed, () => ToJson(preview, shown), () => PreviewReport.Of(preview, source, review.IsVerbose(parsed), shown)),
                file);
            if (markdownFile is not null)
            {
                results.Add(ReviewComment.Of(shown, "gpuinfra preview"), markdownFile);
            }

            if (recordFile is not null)
            {
                results.Add(stream => PreviewJson.Write(stream, preview), recordFile);
            }

            results.Write();
            return Verdict.Of(shown.Checks, console);
        });
        return command;
    }

    private static string ToJson(PreviewRecord preview, Review review) => JsonText.Of(json =>
    {
        json.WriteStartObject();
        PreviewJson.WriteMembers(json, preview);
        if (review.Diff is { } diff)
        {
            json.WritePropertyName("diff");
            RecordDiffJson.Write(json, diff, review.Bridge);
        }

        json.WriteEndObject();
    });
}
