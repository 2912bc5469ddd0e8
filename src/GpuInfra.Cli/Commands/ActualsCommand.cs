using System.Collections.Immutable;
using System.CommandLine;
using GpuInfra.Cli.Output;
using GpuInfra.Cli.Reports;
using GpuInfra.Planning.Catalogs;
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
          gpuinfra actuals --stack prod --focus aws.csv.gz gcp.csv --prometheus http://localhost:9090 --tolerance 5% --write
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
        var edits = new PlanEdits(command);
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
            var source = plan.Source(parsed);
            var fleet = source.Deployed();
            var looked = parsed.GetValue(month) is { } text && Month.TryParse(text, out var named) ? named : fleet.Plan.AsOf;
            var bill = await Progress.ShowAsync(console, "Reading the exports", () => ReadAsync(exports, looked, fleet.Plan.Tags, cancellation), cancellation);
            var (demand, speeds) = metrics.IsGiven(parsed) ? await SeenAsync(parsed, console, metrics, fleet, source.Catalog, looked, bill, edits.Tolerance(parsed), cancellation) : ([], []);
            var ratios = demand.Where(drift => drift.RatioWhileSeen is not null).ToImmutableSortedDictionary(drift => drift.Serving, drift => drift.RatioWhileSeen!.Value, StringComparer.Ordinal);
            var billed = BilledMonth.Of(fleet, looked, bill, ratios);
            var proposals = BillProposal.Of(fleet, billed, demand, speeds, edits.Tolerance(parsed));
            var results = new Results(console);
            var isWritten = edits.AddTo(results, parsed, source, [.. proposals.Select(proposal => proposal.Change).OfType<PlanChange>()]);
            results.Add(output.Render(parsed, () => BilledMonthJson.ToJson(fleet, billed, proposals), () => Report()), file);
            if (page is not null)
            {
                results.Add(MarkdownRenderer.Render(Report()), page);
            }

            IEnumerable<Block> Report() => BilledMonthReport.Of(fleet, billed).Concat(BilledMonthReport.Proposals(proposals, edits.Tolerance(parsed), isWritten));

            results.Write();
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>
    /// The demand and throughput that were seen in the hours that are billed, against those planned. Of a serving that was hardly seen the demand is unknown, and
    /// that is said.
    /// </summary>
    private static async Task<(ImmutableArray<DemandDrift> Demand, ImmutableArray<ThroughputDrift> Speeds)> SeenAsync(
        ParseResult parsed, AppConsole console, MetricsOptions metrics, FleetPlan fleet, Catalog catalog, Month month, FocusBill bill, Share tolerance, CancellationToken cancellation)
    {
        var hours = bill.Hours.Count > 0 ? bill.Hours.Values.Max() : DateTime.DaysInMonth(month.Year, month.Number) * 24;
        var (over, start) = (TimeSpan.FromHours(hours), new DateTimeOffset(month.Year, month.Number, 1, 0, 0, 0, TimeSpan.Zero));
        var (servings, pools) = await metrics.AskAsync(
            parsed, console, over, start + over, async figures => (await figures.ServingsAsync(cancellation), await figures.PoolsAsync(cancellation)), cancellation);
        var drifts = DemandDrift.Of(fleet with { Plan = fleet.Plan with { AsOf = month } }, servings, tolerance);
        foreach (var drift in drifts.Where(drift => drift.RatioWhileSeen is null))
        {
            console.Error.WriteLine(FormattableString.Invariant($"--prometheus: {drift.Serving} was seen {(drift.Observed?.Covered ?? 0) * 100:0} % of the time only; its demand counts as unknown."));
        }

        return (drifts, ThroughputDrift.Of(fleet, pools, catalog));
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
