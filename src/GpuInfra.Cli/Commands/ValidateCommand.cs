using System.CommandLine;
using GpuInfra.Cli.Output;
using GpuInfra.Cli.Reports;
using GpuInfra.Offline;
using GpuInfra.Offline.Models;
using GpuInfra.Planning;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Cli.Commands;

/// <summary>
/// <c>gpuinfra validate</c>: every problem of a plan, its waivers and its stack's configuration. The configuration is judged by the
/// Pulumi program itself, which is run for it, and waivers by what it registers.
/// </summary>
internal static class ValidateCommand
{
    private const string Examples = """
        Check a plan and its stack's configuration, and tell every problem

        Examples:
          gpuinfra validate --stack prod
          gpuinfra validate --plan stacks/prod.plan.yaml
          gpuinfra validate --stack prod --manifest models.txt --today 2026-12-24
        """;

    public static Command Create(AppConsole console)
    {
        var command = new Command("validate", Examples);
        var plan = new PlanOptions(command, console);
        var today = TodayOption.Create();
        var manifest = new Option<string?>("--manifest")
        {
            Description = "Also name weights and images that this file does not list: what the scripts of models sync and models shard write to standard output",
            HelpName = "FILE",
        };
        command.Options.Add(today);
        command.Options.Add(manifest);
        var output = new OutputOptions(command, console);
        command.SetAction(async (parsed, cancellation) =>
        {
            var file = output.Out(parsed);
            var problems = Array.Empty<PlanProblem>();
            PreviewRecord? preview = null;
            try
            {
                var source = plan.Source(parsed);
                preview = await Progress.ShowAsync(
                    console, "Checking", () => FleetPreview.RunAsync(source, parsed.GetValue(today)), cancellation);
                RefuseWaivers(preview, source);
                RefuseCombinations(preview, source);
                if (parsed.GetValue(manifest) is { } path)
                {
                    RefuseAbsent(preview, console.Resolve(path));
                }
            }
            catch (PlanException mistake) when (output.Json(parsed))
            {
                console.Error.WriteLine(mistake.Message);
                problems = [.. mistake.Problems];
            }

            var results = new Results(console);
            results.Add(output.Json(parsed) ? ToJson(problems) : Summary(preview!) + Uncut(preview!, parsed.GetValue(manifest) is { } listed ? console.Resolve(listed) : null), file);
            results.Write();
            return problems.Length == 0 ? ExitCode.Done : ExitCode.Refused;
        });
        return command;
    }

    /// <exception cref="PlanException">A waiver of the plan does nothing, or does it no more.</exception>
    private static void RefuseWaivers(PreviewRecord preview, PlanSource source)
    {
        var problems = preview.Checks.Where(check => check.Id == FleetPreview.WaiverPolicy && check.Status == CheckStatus.Fail)
            .Select(check => new PlanProblem(source.Path, 0, 0, "waivers", $"{check.Subject}: {check.Detail}.")).ToList();
        if (problems.Count > 0)
        {
            throw new PlanException(problems);
        }
    }

    /// <exception cref="PlanException">A cloud would refuse what the plan comes to.</exception>
    private static void RefuseCombinations(PreviewRecord preview, PlanSource source)
    {
        var problems = preview.RefusedCombinations(source.Path).ToList();
        if (problems.Count > 0)
        {
            throw new PlanException(problems);
        }
    }

    /// <exception cref="PlanException">Something that machines read is not in the manifest, or there is no manifest.</exception>
    private static void RefuseAbsent(PreviewRecord preview, string manifest)
    {
        if (!File.Exists(manifest))
        {
            throw UserError.Because("--manifest", $"there is no file {manifest}.");
        }

        var absent = ModelSync.Of(preview).Absent(File.ReadAllText(manifest), manifest).ToList();
        if (absent.Count > 0)
        {
            throw new PlanException(absent);
        }
    }

    /// <summary>Parts that a manifest does not list; nothing waits for them, so they are no problem.</summary>
    private static string Uncut(PreviewRecord preview, string? manifest) => manifest is null ? "" : string.Concat(ModelShards.Of(preview).Absent(File.ReadAllText(manifest)).Select(cut =>
        FormattableString.Invariant($"Note: {cut.Line.Split(' ')[1]} is absent in {cut.Weights.Region}: each of {cut.Gpus} GPUs reads all files of a replica's weights until it is cut (gpuinfra models shard --stack {preview.Stack}).\n")));

    private static string Summary(PreviewRecord preview)
    {
        var plan = preview.Fleet.Plan;
        return $"{preview.Stack}: valid. {Format.Count(plan.Servings.Length, "serving")}, "
            + $"{Format.Count(plan.Workloads.Length, "workload")}, {Format.Count(plan.Clouds.Length, "cloud")}, "
            + $"{Format.Count(preview.Fleet.Pools.Length, "pool")}, {Format.Dollars(preview.Fleet.Cost.Monthly)} a month.\n";
    }

    private static string ToJson(PlanProblem[] problems) => JsonText.Of(json =>
    {
        json.WriteStartObject();
        json.WriteBoolean("valid", problems.Length == 0);
        json.WriteStartArray("problems");
        foreach (var problem in problems)
        {
            json.WriteStartObject();
            json.WriteString("file", problem.File);
            json.WriteNumber("line", problem.Line);
            json.WriteNumber("column", problem.Column);
            json.WriteString("path", problem.Path);
            json.WriteString("message", problem.Message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });
}
