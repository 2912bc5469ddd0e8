using System.Collections.Immutable;
using System.CommandLine;
using GpuInfra.Cli.Output;
using GpuInfra.Cli.Reports;
using GpuInfra.Offline;
using GpuInfra.Planning;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Finance;

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
            var judged = Judged(parsed.GetValue(judge) ?? [], [.. source.Read().Clouds.Select(target => target.Cloud)]);
            var preview = await Progress.ShowAsync(console, "Running the program", () => FleetPreview.RunAsync(source, parsed.GetValue(today)), cancellation);
            var card = CloudScores.Of(preview.Fleet, Catalog.Embedded, preview.Fleet.Plan.Clouds.ToDictionary(target => target.Cloud, target => preview.PoliciesOn(target.Cloud)), judged);
            var results = new Results(console);
            results.Add(output.Render(parsed, () => ScorecardJson.ToJson(preview.Fleet, card), () => ScorecardReport.Of(preview.Fleet, card)), file);
            results.Write();
            return ExitCode.Done;
        });
        return command;
    }

    private static Dictionary<(CloudProvider Cloud, string Criterion), decimal> Judged(string[] judgements, ImmutableArray<CloudProvider> clouds)
    {
        var names = clouds.SelectMany(cloud => Criterion.All.Select(criterion => (Name: $"{JsonText.Word(cloud)}.{criterion.Id}", Key: (cloud, criterion.Id)))).ToDictionary(item => item.Name, item => item.Key);
        return NamedNumbers.Read("--judge", judgements, names.Keys, "criterion of a cloud of the plan", CloudScores.Best).ToDictionary(value => names[value.Name], value => value.Number);
    }
}
