using System.Collections.Immutable;
using System.CommandLine;
using GpuInfra.Cli.Output;
using GpuInfra.Cli.Reports;
using GpuInfra.Planning.Drift;
using GpuInfra.Planning.Finance.Actuals;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Cli.Commands;

/// <summary><c>gpuinfra actuals</c>: what the clouds billed against what was planned, why, and who is charged.</summary>
internal static class ActualsCommand
{
    private const string Examples = """
        Compare a month's bill with the plan, from exports in FOCUS form: the gap split into its causes, and what each team is charged

        Examples:
          gpuinfra actuals --stack prod --focus aws.csv.gz gcp.csv
          gpuinfra actuals --stack prod --month 2026-12 --focus aws.csv.gz gcp.csv --md december.md
          gpuinfra actuals --stack prod --focus aws.csv.gz gcp.csv --prometheus http://localhost:9090
        """;

    public static Command Create(AppConsole console)
    {
        var focus = new Option<string[]>("--focus")
        {
            Description = "Exports in FOCUS form (1.0 to 1.2), CSV, plain or gzip",
            HelpName = "FILE",
            Required = true,
            AllowMultipleArgumentsPerToken = true,
        };
        var month = new Option<string?>("--month") { Description = "The month to look at, as 2026-12 (default: the plan's deployed month)", HelpName = "MONTH" };
        var markdown = OutputOptions.FileOption("--md", "Also write the result as Markdown");
        var command = new Command("actuals", Examples);
        var plan = new PlanOptions(command, console);
        foreach (var option in new Option[] { focus, month, markdown })
        {
            command.Options.Add(option);
        }

        var metrics = new MetricsOptions(command, isRequired: false, hasTime: false);
        month.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !Month.TryParse(token.Value, out _))
            {
                result.AddError($"--month: '{token.Value}' is no month; write it as 2026-12.");
            }
        });
        var output = new OutputOptions(command, console);
        command.SetAction(async (parsed, cancellation) =>
        {
            var (file, page) = (output.Out(parsed), output.File(parsed, markdown));
            var exports = Exports(console, parsed.GetValue(focus)!);
            var fleet = plan.Source(parsed).Deployed();
            var looked = parsed.GetValue(month) is { } text && Month.TryParse(text, out var named) ? named : fleet.Plan.AsOf;
            var bill = await Progress.ShowAsync(console, "Reading the exports", () => ReadAsync(exports, looked, fleet.Plan.Tags, cancellation), cancellation);
            var demand = metrics.IsGiven(parsed) ? await DemandAsync(parsed, console, metrics, fleet, looked, bill, cancellation) : ImmutableSortedDictionary<string, double>.Empty;
            var billed = BilledMonth.Of(fleet, looked, bill, demand);
            var results = new Results(console);
            results.Add(output.Render(parsed, () => BilledMonthJson.ToJson(fleet, billed), () => BilledMonthReport.Of(fleet, billed)), file);
            if (page is not null)
            {
                results.Add(MarkdownRenderer.Render(BilledMonthReport.Of(fleet, billed)), page);
            }

            results.Write();
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>
    /// The demand that was seen in the hours that are billed, over the planned one. Requests per second of the time that there are figures for: a serving
    /// that was hardly seen is left out, and said so.
    /// </summary>
    private static async Task<ImmutableSortedDictionary<string, double>> DemandAsync(
        ParseResult parsed, AppConsole console, MetricsOptions metrics, FleetPlan fleet, Month month, FocusBill bill, CancellationToken cancellation)
    {
        var hours = bill.Hours.Count > 0 ? bill.Hours.Values.Max() : DateTime.DaysInMonth(month.Year, month.Number) * 24;
        var (over, start) = (TimeSpan.FromHours(hours), new DateTimeOffset(month.Year, month.Number, 1, 0, 0, 0, TimeSpan.Zero));
        var seen = await metrics.AskAsync(parsed, console, over, start + over, figures => figures.ServingsAsync(cancellation), cancellation);
        var drifts = DemandDrift.Of(fleet with { Plan = fleet.Plan with { AsOf = month } }, seen, default);
        foreach (var drift in drifts.Where(drift => drift.RatioWhileSeen is null))
        {
            console.Error.WriteLine(FormattableString.Invariant($"--prometheus: {drift.Serving} was seen {(drift.Observed?.Covered ?? 0) * 100:0} % of the time only; its demand counts as unknown."));
        }

        return drifts.Where(drift => drift.RatioWhileSeen is not null).ToImmutableSortedDictionary(drift => drift.Serving, drift => drift.RatioWhileSeen!.Value, StringComparer.Ordinal);
    }

    /// <summary>The exports by what they are called; one that is named twice would be counted twice.</summary>
    private static ImmutableArray<(string Name, string Path)> Exports(AppConsole console, string[] names)
    {
        ImmutableArray<(string Name, string Path)> exports = [.. names.Select(name => (name, console.Resolve(name)))];
        var problems = exports.GroupBy(export => export.Path).Where(export => export.Count() > 1).Select(export => new PlanProblem("--focus", 0, 0, "", $"{export.First().Name} is named twice, and would count twice."))
            .Concat(exports.Where(export => !File.Exists(export.Path)).Select(export => new PlanProblem("--focus", 0, 0, "", $"there is no file {export.Name}."))).ToList();
        return problems.Count == 0 ? exports : throw new PlanException(problems);
    }

    /// <summary>Reads exports side by side; they are added up in the order in which they are named.</summary>
    private static async Task<FocusBill> ReadAsync(ImmutableArray<(string Name, string Path)> exports, Month month, TagPolicy tags, CancellationToken cancellation) =>
        FocusBill.Sum(await Task.WhenAll(exports.Select(export => Task.Run(() => Read(export, month, tags), cancellation))));

    private static FocusBill Read((string Name, string Path) export, Month month, TagPolicy tags)
    {
        try
        {
            using var stream = File.OpenRead(export.Path);
            return FocusReader.Read(stream, export.Name, month, tags);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw UserError.Because(export.Name, $"cannot be read: {exception.Message}");
        }
    }
}
