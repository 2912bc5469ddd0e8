using System.Collections.Immutable;
using GpuInfra.Planning.Finance;
using GpuInfra.Planning.Finance.Cases;
using GpuInfra.Planning.Units;

namespace GpuInfra.Cli.Reports;

/// <summary>What <c>gpuinfra case</c> shows.</summary>
internal static class CaseReport
{
    public static IEnumerable<Block> Of(CaseFile made) =>
        [new Block.Paragraph($"{made.Fleet.Stack}, {made.Fleet.Plan.AsOf}. {Format.Origin(made.Fleet)}."), .. Pays(made), .. Penalty(made), .. Phases(made), Tier(made), .. Risks(made)];

    /// <summary>Whether it pays, in a sentence.</summary>
    public static Cell Verdict(CaseFile made)
    {
        var (it, least) = (made.Case, Format.Dollars(made.Case.LeastBenefit));
        if (!made.HasBenefit)
        {
            return new Cell($"What it brings is not known (--benefit). It pays from {least} a month on.", Tone.Warning);
        }

        var times = it.Return is { } known ? FormattableString.Invariant($"{known:0.0} times its cost of three years") : "no cost";
        var back = it.Payback is { } months ? FormattableString.Invariant($", its first year paid by {months:0.0} months of it") : ", never paid back";
        var (verdict, tone) = (it.PassesByReturn, it.PassesByPayback) switch
        {
            (true, _) => ("It passes", Tone.Good),
            (_, true) => ("It passes by payback alone: its return over three years is below the gate", Tone.Warning),
            _ => ($"It does not pass; from {least} a month on it would", Tone.Bad),
        };
        return new Cell($"{Format.Dollars(it.Benefit)} a month: {times}{back}. {verdict}.", tone);
    }

    /// <summary>Where the fleet stands among the seed's sizes.</summary>
    private static Block.Paragraph Tier(CaseFile made)
    {
        var gpus = FleetTables.Machines(made.Fleet.Pools).Gpus;
        var tier = ReferenceTier.Of(gpus);
        return new Block.Paragraph(
            $"Reference: {Format.Count(gpus)} GPUs are of tier {tier.Number}, {tier.Name} ({tier.People}), in which a GPU costs {Format.Dollars(tier.PerGpuMonth)} a month; here it costs "
            + $"{(gpus > 0 ? Format.Dollars(new Usd(made.Fleet.Cost.Monthly.Amount / gpus)) : Format.None)}. {tier.Source}.");
    }

    /// <summary>The risks as a table.</summary>
    public static IEnumerable<Block> Risks(CaseFile made)
    {
        var spares = !made.Penalties.IsEmpty;
        yield return new Block.Heading("Risks");
        yield return new Block.Grid(
            [new("Risk"), new("Exposure", Wrap: true), new("Against it", Wrap: true), new("In place"), new("$/month", Right: true), .. spares ? [new Column("Spares, expected", Right: true)] : Array.Empty<Column>()],
            [
                .. made.Risks.Select<Risk, ImmutableArray<Cell>>(risk =>
                    [risk.Name, risk.Exposure, risk.Why is { } why ? $"{risk.Mitigation}: {why}" : risk.Mitigation, risk.InPlace ? new Cell("yes", Tone.Good) : new Cell("no", Tone.Warning), risk.Monthly?.ToString() ?? Format.None,
                    .. spares ? [risk.Spares is { } spared ? PenaltyTables.Amount(spared) : Format.None] : Array.Empty<Cell>()]),
            ]);
        yield return new Block.Paragraph(new Cell("What stands against a risk costs what the fleet, planned again with or without it, costs more or less; below zero it is cheaper. A dash: it cannot be planned."
            + (spares ? " Spares: expected penalties a month without it, less those with it." : ""), Tone.Muted));
    }

    private static IEnumerable<Block> Pays(CaseFile made)
    {
        yield return new Block.Heading("Does it pay?");
        yield return new Block.Paragraph(Verdict(made));
        yield return new Block.Paragraph(new Cell(
            FormattableString.Invariant($"The gate: {BusinessCase.LeastReturn:0} times its cost over three years, or its first year paid back within {BusinessCase.MostMonths:0} months; the benefit is taken to stay as it is. The cost is tco's of renting, ")
            + $"{Format.Dollars(made.Case.Running)}, with its assumptions{(made.Case.Upfront.Amount > 0 ? $", and {Format.Dollars(made.Case.Upfront)} before" : "")}.", Tone.Muted));
    }

    /// <summary>What months below the promise cost beside the case; nothing where no serving has a penalty.</summary>
    private static IEnumerable<Block> Penalty(CaseFile made) => made.Penalties.IsEmpty ? [] : [new Block.Paragraph($"{PenaltyTables.Sentence(made.Penalties)} of the case.")];

    private static IEnumerable<Block> Phases(CaseFile made)
    {
        yield return new Block.Heading("Phases");
        yield return new Block.Grid(
            [new("Phase"), new("Months"), new("Of demand"), new("$/month", Right: true), new("Cost", Right: true), new("The seed expects", Right: true), new("Gate")],
            [
                .. made.Gates.Select<RoadmapGate, ImmutableArray<Cell>>(gate =>
                [
                    gate.Phase.Name, FormattableString.Invariant($"{gate.Phase.First} to {gate.Phase.Last}"), FormattableString.Invariant($"{gate.Phase.High} %"), gate.Monthly?.ToString() ?? Format.None,
                    gate.Cost is { } cost ? new Cell(cost.ToString(), cost.CompareTo(gate.Phase.HighUsd) > 0 ? Tone.Warning : Tone.Plain) : Format.None,
                    $"{Format.Dollars(gate.Phase.LowUsd)} to {Format.Dollars(gate.Phase.HighUsd)}", gate.Passes ? new Cell("open", Tone.Good) : new Cell("shut", Tone.Bad),
                ]),
            ]);
        yield return new Block.Items(
        [
            .. made.Gates.SelectMany(gate => gate.Conditions.Select(condition => new Cell($"{gate.Phase.Name}, {condition.Name}: {condition.Why}.", condition.Holds ? Tone.Good : Tone.Bad))),
        ]);
        yield return new Block.Paragraph(new Cell(
            $"Machines for the phase's part of {made.Fleet.Plan.AsOf}'s demand, planned anew. The seed's sums ({made.Gates[0].Phase.Source[..7]}) are of its own examples. After production: levers (plan --levers), month by month.", Tone.Muted));
    }
}
