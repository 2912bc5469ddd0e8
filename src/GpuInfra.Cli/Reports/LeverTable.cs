using System.Collections.Immutable;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Units;

namespace GpuInfra.Cli.Reports;

/// <summary>What each lever would save, pulled alone; the most first.</summary>
internal static class LeverTable
{
    public static IEnumerable<Block> Of(FleetPlan fleet, ImmutableArray<LeverEffect> effects)
    {
        yield return new Block.Heading("Levers, each planned again alone");
        yield return new Block.Grid(
            [new("Lever"), new("$/month", true), new("Saves", true), new("Share", true), new("It assumes, or why not", Wrap: true)],
            [.. effects.OrderBy(effect => effect.Monthly?.Amount ?? decimal.MaxValue).Select(effect => Row(fleet.Cost.Monthly, effect))]);
        yield return new Block.Paragraph(new Cell("Savings do not add up: one lever changes what another one finds.", Tone.Muted));
    }

    private static ImmutableArray<Cell> Row(Usd now, LeverEffect effect)
    {
        if (effect.Monthly is not { } monthly)
        {
            return [effect.Name, Format.None, Format.None, Format.None, effect.Why ?? ""];
        }

        var saved = new Usd(now.Amount - monthly.Amount);
        return
        [
            effect.Name,
            FormattableString.Invariant($"{monthly.Amount:N2}"),
            new Cell(FormattableString.Invariant($"{saved.Amount:N2}"), saved.Amount > 0 ? Tone.Good : Tone.Plain),
            Format.Part(saved, now),
            effect.Assumes,
        ];
    }
}
