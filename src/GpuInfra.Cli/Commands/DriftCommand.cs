using System.Collections.Immutable;
using System.CommandLine;
using GpuInfra.Cli.Import;
using GpuInfra.Cli.Output;
using GpuInfra.Cli.Reports;
using GpuInfra.Offline;
using GpuInfra.Offline.Diff;
using GpuInfra.Offline.Drift;
using GpuInfra.Planning;
using GpuInfra.Planning.Drift;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Cli.Commands;

/// <summary><c>gpuinfra drift</c>: a plan against what Pulumi's state says is deployed, what replicas are seen to do, and today's prices.</summary>
internal static class DriftCommand
{
    private const string Examples = """
        Compare the plan with what is deployed (pulumi stack export), with the demand and throughput that Prometheus has seen, and with today's prices and quotas

        Examples:
          pulumi refresh --stack prod && pulumi stack export --stack prod --file state.json
          gpuinfra drift --stack prod --state state.json
          gpuinfra drift --stack prod --state state.json --record main.record.json --exit-code
          gpuinfra drift --stack prod --prometheus http://localhost:9090 --over 168h
          gpuinfra drift --stack prod --prometheus http://localhost:9090 --write
          aws service-quotas list-service-quotas --service-code ec2 > aws.json && gpuinfra drift --stack prod --quotas aws.json
        """;

    public static Command Create(AppConsole console)
    {
        var state = new Option<string?>("--state") { Description = "What pulumi stack export wrote", HelpName = "FILE" };
        var record = new Option<string?>("--record") { Description = "Compare the state with this record, as preview --record wrote it, instead of running the program", HelpName = "FILE" };
        var prices = new Option<string?>("--prices") { Description = "Compare with the prices in this directory, CSV files as catalog import takes them", HelpName = "DIR" };
        var quotas = new Option<string[]>("--quotas")
        {
            Description = "Compare the ledger with what accounts have: files that aws service-quotas list-service-quotas or gcloud compute regions describe wrote as JSON",
            HelpName = "FILE",
            AllowMultipleArgumentsPerToken = true,
        };
        var strict = new Option<bool>("--exit-code") { Description = "End with 1 where anything has drifted" };
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Show every property that differs" };
        var command = new Command("drift", Examples);
        var plan = new PlanOptions(command, console);
        var today = TodayOption.Create();
        command.Options.Add(state);
        command.Options.Add(record);
        var metrics = new MetricsOptions(command, isRequired: false);
        command.Options.Add(prices);
        command.Options.Add(quotas);
        var edits = new PlanEdits(command);
        foreach (var option in new Option[] { strict, verbose, today })
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (result.GetResult(state) is null && result.GetResult(prices) is null && result.GetResult(quotas) is null && !metrics.IsGiven(result))
            {
                result.AddError("Give what to compare the plan with: --state FILE, --prometheus URL, --prices DIR or --quotas FILE.");
            }
        });
        var output = new OutputOptions(command, console);
        command.SetAction(async (parsed, cancellation) =>
        {
            var file = output.Out(parsed);
            var day = parsed.GetValue(today);
            var source = plan.Source(parsed);
            var stack = parsed.GetValue(state) is { } name ? await StackAsync(console, name, parsed.GetValue(record), source, day, cancellation) : null;
            var accounts = (parsed.GetValue(quotas) ?? []).SelectMany(item => QuotaFile.Read(console.Resolve(item), item)).ToImmutableArray();
            var figures = metrics.IsGiven(parsed) || parsed.GetValue(prices) is not null || !accounts.IsEmpty ? source.Deployed() : null;
            var seen = metrics.IsGiven(parsed)
                ? await metrics.AskAsync(
                    parsed, console,
                    async asked => FigureDrift.Of(
                        figures!, source.Catalog, await asked.ServingsAsync(cancellation), await asked.PoolsAsync(cancellation), edits.Tolerance(parsed), metrics.Over(parsed)),
                    cancellation)
                : new FigureDrift();
            var directory = parsed.GetValue(prices);
            var priced = directory is null ? null : PriceDrift.Of(console.Resolve(directory), source, figures!);

            var limits = accounts.IsEmpty ? [] : QuotaDrift.Of(source.Read().Ledger, figures!, accounts);

            var results = new Results(console);
            var isWritten = edits.AddTo(results, parsed, source, seen.Changes) | edits.AddBeside(results, parsed, source, limits.Select(limit => limit.Change).OfType<(string, PlanChange)>());
            var hasDrifted = stack is { IsNone: false } || (metrics.IsGiven(parsed) && !seen.IsNone) || priced is { IsNone: false } || !limits.IsEmpty;
            results.Add(
                output.Render(
                    parsed,
                    () => Json(stack?.Diff.Stack ?? figures!.Stack, hasDrifted, stack, seen, priced, limits),
                    () => [.. stack is null ? [] : DriftReport.Of(stack, parsed.GetValue(verbose)), .. FigureDriftReport.Of(seen, isWritten), .. priced?.Report(directory!) ?? [], .. QuotaDriftReport.Of(limits, accounts.Length, isWritten)]),
                file);
            results.Write();
            var verdict = stack is null ? ExitCode.Done : Verdict.Of(stack.Diff.Gate, console);
            return verdict == ExitCode.Done && parsed.GetValue(strict) && hasDrifted ? ExitCode.Refused : verdict;
        });
        return command;
    }

    private static async Task<StackDrift> StackAsync(AppConsole console, string name, string? record, PlanSource source, DateOnly? day, CancellationToken cancellation)
    {
        // A state and a record are large: both are read at once.
        var deployed = Task.Run(() => StateFile.Read(console.Resolve(name), name), cancellation);
        var side = record is not null
            ? await Task.Run(() => ReviewSide.OfFile(console, record), cancellation)
            : await Progress.ShowAsync(console, "Running the program", () => ReviewSide.OfPlanAsync(source, day), cancellation);
        return StackDrift.Between(await deployed, side.Record, new DiffOptions { Today = day });
    }

    private static string Json(string stack, bool hasDrifted, StackDrift? deployed, FigureDrift figures, PriceDrift? prices, ImmutableArray<QuotaDrift> quotas) => JsonText.Of(json =>
    {
        json.WriteStartObject();
        json.WriteString("stack", stack);
        json.WriteBoolean("drifted", hasDrifted);
        if (deployed is not null)
        {
            StackDriftJson.Write(json, deployed);
        }

        figures.Write(json);
        prices?.Write(json);
        QuotaDrift.Write(json, quotas);
        json.WriteEndObject();
    });
}
