using System.Collections.Immutable;
using GpuInfra.Planning;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Units;

namespace GpuInfra.Cli.Reports;

/// <summary>Each month's machines split into a reserve to commit to and a peak to leave on demand.</summary>
internal static class ReserveTables
{
    /// <summary>The split of every month, of all machines and offer by offer; nothing where no term is published for anything that runs.</summary>
    public static IEnumerable<Block> Of(ImmutableArray<MonthForecast> months)
    {
        if (months.All(month => month.Ladders.IsEmpty))
        {
            yield break;
        }

        yield return new Block.Heading("Reserve and peak by month");
        yield return new Block.Grid(
            [
                new("Month"), new("Machines", true), new("For losses", true), new("Reserve", true), new("Peak", true), new("No term", true), new("Held", true), new("$/month expected", true),
                new("Saves", true), new("Regret at most", true), new("Of least regret", true),
            ],
            [.. months.Select(Row)]);
        yield return new Block.Grid(
            [new("Serving"), new("Machines"), .. months.Select(month => new Column(month.Step.Month.ToString(), true))],
            [.. months.SelectMany(month => month.Ladders).Select(Offer).Distinct().Order().Select(offer => ImmutableArray.CreateRange<Cell>(
                [offer.Serving, $"{offer.InstanceType} in {offer.Region}", .. months.Select(month => Split(month.Ladders.FirstOrDefault(ladder => Offer(ladder) == offer)))]))]);
        yield return new Block.Paragraph(new Cell(
            "Reserve + peak, as if terms began in the month: machines to commit to, of least cost expected over the futures, and machines to leave on demand, which "
            + "are paid in the hours that the load-duration curve needs them. No term: none is published for the type. Held: under commitments already. Saves: against all "
            + "on demand. Of least regret: the reserve whose worst future is the least bad. A term bets that its machine type stays; where a row breaks off, the plan leaves it.",
            Tone.Muted));
    }

    private static ImmutableArray<Cell> Row(MonthForecast month) =>
    [
        month.Step.Month.ToString(),
        Format.Count(month.Ladders.Sum(ladder => ladder.Uses.Length) + month.WithoutTerm),
        Format.Count(month.Ladders.Sum(ladder => ladder.ForLosses)),
        Format.Count(month.Ladders.Sum(ladder => ladder.Committed)),
        Format.Count(month.Ladders.Sum(ladder => ladder.Peak)),
        Format.Count(month.WithoutTerm),
        Format.Count(month.Ladders.Sum(ladder => ladder.Covered)),
        Money(month.Ladders.Sum(ladder => ladder.Expected.Amount)),
        Money(month.Ladders.Sum(ladder => ladder.Saving.Amount)),
        Money(month.MostRegret.Amount),
        Format.Count(month.Ladders.Sum(ladder => ladder.LeastRegret)),
    ];

    private static (string Serving, string InstanceType, string Region) Offer(CommitmentLadder ladder) => (ladder.Serving, ladder.InstanceType, ladder.Region);

    private static Cell Split(CommitmentLadder? ladder) => ladder is null ? Format.None : $"{Format.Count(ladder.Committed)} + {Format.Count(ladder.Peak)}";

    private static string Money(decimal amount) => FormattableString.Invariant($"{amount:N0}");
}
