using System.Collections.Immutable;
using GpuInfra.Planning.Finance;
using GpuInfra.Planning.Finance.Footprints;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Cli.Reports;

/// <summary>What <c>gpuinfra budget</c> shows.</summary>
internal static class BudgetReport
{
    public static IEnumerable<Block> Of(FleetPlan fleet, SpendPlan spend, Footprint footprint)
    {
        yield return new Block.Paragraph(
            $"{fleet.Stack}, {fleet.Plan.AsOf}: machines cost {Format.Dollars(spend.Monthly)} a month"
            + (spend.Budget is { } budget ? $", {Format.Part(spend.Monthly, budget)} of the budget of {Format.Dollars(budget)}" : "; the plan names no budget") + $". {Format.Origin(fleet)}.");
        if (spend.FirstOver is { } month)
        {
            yield return new Block.Paragraph(new Cell($"From {month} the budget does not suffice.", Tone.Warning));
        }

        yield return new Block.Heading("By workload");
        yield return new Block.Grid(
            [new("Workload"), new("Team"), new("Kind"), new("$/month", Right: true), new("Share", Right: true), new("$/million tokens", Right: true), new("$/1,000 requests", Right: true)],
            [
                .. spend.Workloads.Select<WorkloadSpend, ImmutableArray<Cell>>(workload =>
                [
                    workload.Workload, workload.Team, Format.Word(workload.Kind), Format.Dollars(workload.Monthly), Format.Part(workload.Monthly, spend.Monthly),
                    Unit(workload.PerMillionTokens), Unit(workload.PerRequest * 1000),
                ]),
                .. spend.Unused.Amount != 0 ? [["held, not used", "", "", Format.Dollars(spend.Unused), Format.Part(spend.Unused, spend.Monthly), "", ""]] : Array.Empty<ImmutableArray<Cell>>(),
            ]);
        yield return new Block.Heading("By team");
        yield return new Block.Grid(
            [new("Team"), new("$/month", Right: true), new("Budget", Right: true), new("Of budget", Right: true)],
            [
                .. spend.Teams.Select<TeamSpend, ImmutableArray<Cell>>(team =>
                [
                    team.Team, Format.Dollars(team.Monthly), team.Budget is { } may ? Format.Dollars(may) : Format.None,
                    team.Budget is { } limit ? new Cell(Format.Part(team.Monthly, limit), team.Monthly.CompareTo(limit) > 0 ? Tone.Bad : Tone.Good) : Format.None,
                ]),
            ]);
        yield return new Block.Heading("By kind");
        yield return new Block.Grid(
            [new("Kind"), new("$/month", Right: true), new("Share", Right: true)],
            [.. spend.Kinds.Select<(ServingKind Kind, Usd Monthly), ImmutableArray<Cell>>(kind => [Format.Word(kind.Kind), Format.Dollars(kind.Monthly), Format.Part(kind.Monthly, spend.Monthly)])]);
        yield return new Block.Heading("By month");
        yield return new Block.Grid(
            [new("Month"), new("$/month", Right: true), new("Of budget", Right: true)],
            [
                .. spend.Months.Select<(Month Month, Usd Monthly), ImmutableArray<Cell>>(item =>
                    [item.Month.ToString(), Format.Dollars(item.Monthly), spend.Budget is { } may ? new Cell(Format.Part(item.Monthly, may), item.Monthly.CompareTo(may) > 0 ? Tone.Bad : Tone.Plain) : Format.None]),
            ]);
        foreach (var block in FootprintTables.Of(footprint))
        {
            yield return block;
        }

        yield return new Block.Paragraph(new Cell("Machines alone: preview prices the rest. Tokens are those read and generated; requests that a cache answers are not among them.", Tone.Muted));
    }

    private static string Unit(double amount) => FormattableString.Invariant($"{amount:0.####}");
}
