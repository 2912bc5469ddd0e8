using System.Collections.Immutable;
using System.CommandLine;
using GpuInfra.Cli.Output;
using GpuInfra.Cli.Reports;
using GpuInfra.Planning;
using GpuInfra.Planning.Drift;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Units;

namespace GpuInfra.Cli.Commands;

/// <summary><c>gpuinfra audit</c>: where the time of requests goes, and the money with it.</summary>
internal static class AuditCommand
{
    private const string Description = """
        Split the time of requests into queue, prefill, decode and post, as Prometheus has seen it, and what 1,000 tokens cost in each

        Examples:
          gpuinfra audit --stack prod --prometheus http://localhost:9090
          gpuinfra audit --stack prod --prometheus http://localhost:9090 --over 24h --at 2026-11-29T00:00:00Z --json
        """;

    public static Command Create(AppConsole console)
    {
        var command = new Command("audit", Description);
        var plan = new PlanOptions(command, console);
        var metrics = new MetricsOptions(command, isRequired: true);
        var output = new OutputOptions(command, console);
        command.SetAction(async (parsed, cancellation) =>
        {
            var file = output.Out(parsed);
            var fleet = plan.Source(parsed).Deployed();
            var seen = await metrics.AskAsync(parsed, console, observed => observed.PhasesAsync(cancellation), cancellation);
            var audits = PhaseAudit.Of(fleet, seen, metrics.Over(parsed));
            var results = new Results(console);
            results.Add(
                output.Render(
                    parsed,
                    () => JsonText.Of(json =>
                    {
                        json.WriteStartObject();
                        json.WriteString("stack", fleet.Stack);
                        json.WriteOrigin(fleet);
                        json.WriteNumber("overHours", metrics.Over(parsed).TotalHours);
                        PhaseAudit.Write(json, audits);
                        json.WriteEndObject();
                    }),
                    () => Report(fleet, audits, metrics.Over(parsed))),
                file);
            results.Write();
            return ExitCode.Done;
        });
        return command;
    }

    private static IEnumerable<Block> Report(FleetPlan fleet, ImmutableArray<PhaseAudit> audits, TimeSpan over)
    {
        yield return new Block.Paragraph($"{fleet.Stack}: {Format.Origin(fleet)}.");
        if (audits.IsEmpty)
        {
            yield return new Block.Paragraph(new Cell("No serving of the plan was seen to answer requests: is it deployed, and scraped with the label serving?", Tone.Warning));
        }

        foreach (var audit in audits)
        {
            yield return new Block.Heading(audit.Serving);
            yield return new Block.Paragraph(FormattableString.Invariant(
                $"{audit.Requests:N0} requests in {over.TotalHours:0} hours; planned machines cost {Format.Dollars(audit.Cost)} in that time, {PerThousand(audit.PerThousandTokens)} for 1,000 tokens."));
            yield return new Block.Grid(
                [new("Phase"), new("Seconds per request", Right: true), new("Part", Right: true), new("Tokens/s of a request", Right: true), new("Cost", Right: true), new("For 1,000 tokens", Right: true)],
                [.. audit.Phases.Select(phase => ImmutableArray.Create<Cell>(
                    phase.Name, FormattableString.Invariant($"{phase.SecondsPerRequest:0.000}"), FormattableString.Invariant($"{phase.Part * 100:0.0} %"),
                    phase.TokensPerSecond > 0 ? Format.Number(phase.TokensPerSecond) : Format.None, Format.Dollars(phase.Cost), PerThousand(phase.PerThousandTokens)))]);
        }

        yield return new Block.Paragraph(new Cell(
            "Cost is shared by the seconds that requests spend in a phase. Tokens of prefill are input tokens, of decode output tokens, of the others both. Idle machines are in it.", Tone.Muted));
    }

    private static string PerThousand(Usd amount) => amount.Amount == 0 ? "$0" : FormattableString.Invariant($"${(double)amount.Amount:G3}");
}
