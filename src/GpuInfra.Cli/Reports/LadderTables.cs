using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Units;

namespace GpuInfra.Cli.Reports;

/// <summary>Commitment terms under the load of what runs around the clock.</summary>
internal static class LadderTables
{
    /// <summary>The ladders in short; nothing where no term is published for anything that runs.</summary>
    public static IEnumerable<Block> Of(ImmutableArray<CommitmentLadder> ladders)
    {
        if (ladders.IsEmpty)
        {
            yield break;
        }

        yield return new Block.Heading("Commitments that would pay");
        yield return new Block.Grid(
            [
                new("Serving"), new("Machines"), new("Runs", true), new("Covered", true), new("Pays from"), new("Commit"), new("Saves/month", true),
                new("Regret at most", true), new("Bears a price fall of"),
            ],
            [.. ladders.Select(Row)]);
        yield return new Block.Paragraph(new Cell(
            "Pays from: share of hours in which a machine must be needed. Saves: expected, against machines on demand that run only when needed; today's pools do not "
            + "scale, so their bill is that of all hours. Regret: against the best choice, had the future been known. A price fall: the yearly fall of the "
            + "on-demand price above which a machine that is always needed would have been cheaper on demand. No total counts any of it.", Tone.Muted));
    }

    /// <summary>One serving's ladders in full: how much each machine is needed, the terms with their sources, and the futures.</summary>
    public static IEnumerable<Block> Explained(IEnumerable<CommitmentLadder> ladders)
    {
        foreach (var ladder in ladders)
        {
            yield return new Block.Heading($"Commitment ladder of {ladder.Serving} on {ladder.InstanceType} in {ladder.Region}");
            yield return new Block.Grid(
                [new("Machine"), new("Needed", true), new("Because"), new("Commit to")],
                [.. Runs(ladder.Uses).Select(run => ImmutableArray.Create<Cell>(
                    run.First.Number == run.Last.Number ? Format.Count(run.First.Number) : $"{run.First.Number}-{run.Last.Number}",
                    run.First.Needed == run.Last.Needed ? $"{run.First.Needed}" : $"{run.First.Needed} to {run.Last.Needed}",
                    run.First.IsForLosses ? "kept for losses" : "load",
                    run.First.Term is { } term ? Name(term) : "none"))]);
            yield return new Block.Items([.. ladder.Steps.Select(step => new Cell(
                $"{Name(step.Discount.Term)}: {step.Discount.Off} off (grade {step.Discount.Grade}, {step.Discount.Source}), pays from {step.BreakEven} of hours on"))]);
            yield return new Block.Grid(
                [new("Future"), new("Weight", true), new("Best count", true), new("$/month", true), new("Regret", true)],
                [.. ladder.Futures.Select(future => ImmutableArray.Create<Cell>(
                    future.Name, future.Weight.ToString(), Format.Count(future.BestCount), Money(future.Monthly), Money(future.Regret)))]);
            yield return new Block.Paragraph(new Cell(
                $"The ladder commits to {Format.Count(ladder.Committed)} and leaves {Format.Count(ladder.Peak)} on demand, for ${Money(ladder.Expected)} a month as expected; the least worst "
                + $"regret is that of {Format.Count(ladder.LeastRegret)}. After the plan's horizon its last month goes on, so a longer term also bets that nothing newer is cheaper for a token by then.", Tone.Muted));
        }
    }

    private static ImmutableArray<Cell> Row(CommitmentLadder ladder) =>
    [
        ladder.Serving,
        ladder.InstanceType,
        Format.Count(ladder.Uses.Length),
        Format.Count(ladder.Covered),
        string.Join(", ", ladder.Steps.Select(step => $"{step.BreakEven} ({Name(step.Discount.Term)})")),
        ladder.Committed == 0 ? "none" : string.Join(", ", ladder.Steps.Where(step => step.Instances > 0).Select(step => $"{step.Instances} for {Name(step.Discount.Term)}")),
        Money(ladder.Saving),
        Money(ladder.MostRegret),
        string.Join(", ", ladder.Steps.Where(step => step.Instances > 0).Select(step => $"{step.BearsFall} ({Name(step.Discount.Term)})")),
    ];

    /// <summary>Machines next to each other with the same answer.</summary>
    private static IEnumerable<(InstanceUse First, InstanceUse Last)> Runs(ImmutableArray<InstanceUse> uses)
    {
        for (int first = 0, next; first < uses.Length; first = next)
        {
            for (next = first + 1; next < uses.Length && (uses[next].IsForLosses, uses[next].Term) == (uses[first].IsForLosses, uses[first].Term);)
            {
                next++;
            }

            yield return (uses[first], uses[next - 1]);
        }
    }

    private static string Name(CommitmentTerm term) => term == CommitmentTerm.OneYear ? "1 year" : "3 years";

    private static string Money(Usd amount) => FormattableString.Invariant($"{amount.Amount:N0}");
}
