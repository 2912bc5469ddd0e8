using System.Collections.Immutable;
using System.CommandLine;
using GpuInfra.Cli.Output;
using GpuInfra.Cli.Reports.Pages;
using GpuInfra.Offline;
using GpuInfra.Planning;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Demands.Forecasting;
using GpuInfra.Planning.Replays;

namespace GpuInfra.Cli.Commands;

/// <summary><c>gpuinfra report</c>: a stack on one page that can be sent around.</summary>
internal static class ReportCommand
{
    private const string Examples = """
        Write a stack's fleet, cost, survivability, forecast and replay as one HTML file that needs nothing else

        Examples:
          gpuinfra report --stack prod --out report.html
          gpuinfra report --stack prod --pack monthly --today 2026-12-01 --out december.html
        """;

    public static Command Create(AppConsole console)
    {
        var file = OutputOptions.FileOption("--out", "Write the page to a file instead of standard output");
        var pack = new Option<ReportPack>("--pack")
        {
            Description = "monthly: fleet, cost, survivability, orders; quarterly: and the forecast; yearly (default): and sizing, three years, replay, policies",
            HelpName = "PACK",
            DefaultValueFactory = _ => ReportPack.Yearly,
        };
        var today = TodayOption.Create();
        var command = new Command("report", Examples);
        var plan = new PlanOptions(command, console);
        foreach (var option in new Option[] { pack, today, file })
        {
            command.Options.Add(option);
        }

        command.SetAction(async (parsed, cancellation) =>
        {
            var source = plan.Source(parsed);
            var target = parsed.GetValue(file) is { } path ? new FileInfo(console.Resolve(path)) : null;
            Results.RequireDirectory(target);
            var page = await Progress.ShowAsync(console, "Writing the report", async () =>
            {
                var day = parsed.GetValue(today);
                var preview = await FleetPreview.RunAsync(source, day);
                var forecast = Forecaster.Of(preview.Fleet.Plan, preview.Stack, Catalog.Embedded, ImmutableSortedDictionary<string, MonthlyHistory>.Empty);
                var replay = Replayer.Replay(preview.Fleet, Catalog.Embedded, new ReplayLoad.Forecast(), new ReplayOptions());
                return StackPage.Of(day is { } date ? preview.On(date) : preview, forecast, replay, parsed.GetValue(pack));
            }, cancellation);
            var results = new Results(console);
            results.Add(page.Render(), target);
            results.Write();
            return ExitCode.Done;
        });
        return command;
    }
}
