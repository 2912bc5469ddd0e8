using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using GpuInfra.Cli.Output;
using GpuInfra.Cli.Reports;
using GpuInfra.Offline;
using GpuInfra.Planning;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Finance;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Cli.Commands;

/// <summary><c>gpuinfra scorecard</c>: the plan's clouds by weighted criteria, from facts where there are any.</summary>
internal static class ScorecardCommand
{
    private const string Examples = """
        Score the plan's clouds by GPU availability, price, quotas and policies; support and ecosystem as you judge them

        Examples:
          gpuinfra scorecard --stack prod
          gpuinfra scorecard --stack prod --judge aws.support=8 --judge gcp.support=7 --json
        """;

    public static Command Create(AppConsole console)
    {
        var judge = new Option<string[]>("--judge") { Description = "Points of your own from 0 to 10, as aws.support=8; may be repeated", HelpName = "CLOUD.CRITERION=POINTS" };
        var command = new Command("scorecard", Examples);
        var plan = new PlanOptions(command, console);
        command.Options.Add(judge);
        var today = TodayOption.Create();
        command.Options.Add(today);
        var output = new OutputOptions(command, console);
        command.SetAction(async (parsed, cancellation) =>
        {
            var file = output.Out(parsed);
            var source = plan.Source(parsed);
            var judged = Judged(parsed.GetValue(judge) ?? [], [.. source.Deployed().Plan.Clouds.Select(target => target.Cloud)]);
            var preview = await Progress.ShowAsync(console, "Running the program", () => FleetPreview.RunAsync(source, parsed.GetValue(today)), cancellation);
            var card = CloudScores.Of(preview.Fleet, Catalog.Embedded, Policies(preview.Checks, preview.Fleet.Plan.Clouds.Select(target => target.Cloud)), judged);
            var results = new Results(console);
            results.Add(output.Render(parsed, () => ScorecardJson.ToJson(preview.Fleet.PlanHash, preview.Fleet.Plan.AsOf.ToString(), card), () => ScorecardReport.Of(preview.Fleet, card)), file);
            results.Write();
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Policies that hold on each cloud's resources, of those that looked at anything.</summary>
    internal static Dictionary<CloudProvider, (int Held, int Judged)> Policies(ImmutableArray<CheckResult> checks, IEnumerable<CloudProvider> clouds)
    {
        var judged = checks.Where(check => check.Examined != 0).GroupBy(check => check.Id).ToList();
        return clouds.ToDictionary(cloud => cloud, cloud => (judged.Count(policy => policy.All(check => check.Status == CheckStatus.Pass || IsElsewhere(check.Subject, cloud))), judged.Count));
    }

    /// <summary>Whether a URN's type is of a provider that is not the cloud's; what concerns the stack concerns every cloud.</summary>
    private static bool IsElsewhere(string subject, CloudProvider cloud) =>
        subject.Split("::") is [_, _, var types, _] && types.Split('$')[^1].Split(':')[0] is "aws" or "gcp" && types.Split('$')[^1].Split(':')[0] != JsonText.Word(cloud);

    private static Dictionary<(CloudProvider Cloud, string Criterion), decimal> Judged(string[] judgements, ImmutableArray<CloudProvider> clouds)
    {
        var names = clouds.SelectMany(cloud => Criterion.All.Select(criterion => (Name: $"{JsonText.Word(cloud)}.{criterion.Id}", Key: (cloud, criterion.Id)))).ToDictionary(item => item.Name, item => item.Key);
        var judged = new Dictionary<(CloudProvider Cloud, string Criterion), decimal>();
        var problems = new List<string>();
        foreach (var judgement in judgements)
        {
            var (name, value) = judgement.Split('=', 2) is [var left, var right] ? (left, right) : (judgement, "");
            if (!names.TryGetValue(name, out var key))
            {
                problems.Add($"\"{name}\" is no criterion of a cloud of the plan{Suggestion.DidYouMean(name, names.Keys)}; there are {string.Join(", ", names.Keys)}.");
            }
            else if (!decimal.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var points) || points > CloudScores.Best)
            {
                problems.Add($"{name}: \"{value}\" is not a number from 0 to {CloudScores.Best}.");
            }
            else if (!judged.TryAdd(key, points))
            {
                problems.Add($"{name} is judged twice.");
            }
        }

        return problems.Count == 0 ? judged : throw new PlanException([.. problems.Select(problem => new PlanProblem("--judge", 0, 0, "", problem))]);
    }
}
