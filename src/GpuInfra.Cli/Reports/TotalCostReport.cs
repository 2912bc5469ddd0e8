using System.Collections.Immutable;
using System.Globalization;
using GpuInfra.Cli.Charts;
using GpuInfra.Planning.Finance;
using GpuInfra.Planning.Finance.Penalties;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Units;

namespace GpuInfra.Cli.Reports;

/// <summary>What <c>gpuinfra tco</c> shows.</summary>
internal static class TotalCostReport
{
    /// <summary>The grade of an assumption that nobody looked up.</summary>
    private const char Guess = 'D';

    private const int MostBars = 10;

    public static IEnumerable<Block> Of(FleetPlan fleet, TotalCost cost, ImmutableArray<RentTerm> terms, ImmutableArray<Swing> tornado, ImmutableArray<ExpectedPenalty> penalties)
    {
        var (rent, buy) = (cost.Rent.Total, cost.Buy.Total);
        yield return new Block.Paragraph(
            $"{fleet.Stack}, three years from {fleet.Plan.AsOf}: rented {Format.Dollars(rent)}, bought {Format.Dollars(buy)}; "
            + $"{(rent.CompareTo(buy) <= 0 ? "renting" : "buying")} costs {Format.Dollars(new Usd(Math.Abs(rent.Amount - buy.Amount)))} less. {Format.Origin(fleet)}.");
        if (tornado.Count(swing => swing.Assumption.Grade == Guess) is > 0 and var guesses)
        {
            var widest = tornado.First(swing => swing.Assumption.Grade == Guess);
            yield return new Block.Paragraph(new Cell(
                $"{Format.Count(guesses)} of {Format.Count(tornado.Length, "assumption")} are guesses, one of which ({widest.Assumption.Id}) moves this by up to "
                + $"{Format.Dollars(new Usd(Math.Max(widest.Rent, widest.Buy)))}: no finding until they are replaced (--set).", Tone.Warning));
        }

        if (!penalties.IsEmpty)
        {
            yield return new Block.Paragraph($"{PenaltyTables.Sentence(penalties)} below: rented as planned in {fleet.Plan.AsOf}. What bought machines would lose is not known.");
        }

        foreach (var (title, way) in new[] { ("Rented as planned", cost.Rent), ("Bought instead", cost.Buy) })
        {
            yield return new Block.Heading(title);
            yield return new Block.Grid(
                [new("Line"), .. Enumerable.Range(1, TotalCost.Years).Select(year => new Column($"Year {year}", Right: true)), new("Together", Right: true), new("Share", Right: true)],
                [
                    .. way.Lines.Select<CostLineOfYears, ImmutableArray<Cell>>(line => [line.Name, .. line.Years.Select(year => (Cell)year.ToString()), line.Total.ToString(), Format.Part(line.Total, way.Total)]),
                    ["total", .. Enumerable.Range(0, TotalCost.Years).Select(year => (Cell)way.In(year).ToString()), way.Total.ToString(), ""],
                ]);
        }

        yield return new Block.Heading("Status quo and terms");
        yield return new Block.Grid(
            [new("Machines"), new("What it is", Wrap: true), new("$/month", Right: true), new("Three years", Right: true), new("Against the plan", Right: true), new("Owed when signed", Right: true)],
            [
                .. terms.Select<RentTerm, ImmutableArray<Cell>>(term =>
                [
                    term.Name, term.Why ?? term.Means, term.Monthly?.ToString() ?? Format.None, term.ThreeYears?.ToString() ?? Format.None,
                    term.ThreeYears is { } three ? Against(three - cost.Rent.Lines[0].Total) : Format.None, term.Owed.Amount == 0 ? Format.None : term.Owed.ToString(),
                ]),
            ]);
        yield return new Block.Paragraph(new Cell(
            "Terms bind the deployed month's machines that always run, at published discounts; what comes later is not bound. Owed: to the end of the term, used or not.", Tone.Muted));
        yield return new Block.Heading("Electricity");
        yield return FootprintTables.Years(cost);
        yield return new Block.Heading("What the assumptions do");
        yield return new Block.Grid(
            [new("#", Right: true), new("Assumption"), new("Low", Right: true), new("Value", Right: true), new("High", Right: true), new("Rented ±", Right: true), new("Bought ±", Right: true), new("Known")],
            [
                .. tornado.Index().Select<(int Index, Swing Swing), ImmutableArray<Cell>>(item =>
                [
                    Number(item.Index + 1), $"{item.Swing.Assumption.Title} ({item.Swing.Assumption.Id})", Number(item.Swing.Assumption.Low), Number(item.Swing.Assumption.Value), Number(item.Swing.Assumption.High),
                    Format.Dollars(new Usd(item.Swing.Rent)), Format.Dollars(new Usd(item.Swing.Buy)), item.Swing.Assumption.Grade.ToString(),
                ]),
            ]);
        foreach (var drawing in Tornadoes(cost, tornado))
        {
            yield return new Block.Figure(drawing);
        }

        yield return new Block.Paragraph(new Cell(
            "A swing is what lies between both ends of a range, all else as it is. Grade D is a guess: replace it with --set. Lost revenue and moving from one way to the other are in no figure.", Tone.Muted));
    }

    /// <summary>A tornado for each way: the assumptions that move its total most, the widest first.</summary>
    public static IEnumerable<Drawing> Tornadoes(TotalCost cost, ImmutableArray<Swing> tornado) =>
    [
        Tornado("rented", cost.Rent.Total, tornado, swing => (swing.Low.Rent.Total, swing.High.Rent.Total)),
        Tornado("bought", cost.Buy.Total, tornado, swing => (swing.Low.Buy.Total, swing.High.Buy.Total)),
    ];

    private static TornadoChart Tornado(string way, Usd total, ImmutableArray<Swing> tornado, Func<Swing, (Usd Low, Usd High)> ends)
    {
        ImmutableArray<TornadoBar> bars =
        [
            .. tornado.Select(swing => (swing.Assumption, Ends: ends(swing))).Where(swing => swing.Ends.Low != swing.Ends.High)
                .OrderByDescending(swing => Math.Abs(swing.Ends.High.Amount - swing.Ends.Low.Amount)).ThenBy(swing => swing.Assumption.Id, StringComparer.Ordinal).Take(MostBars)
                .Select(swing => new TornadoBar(swing.Assumption.Id, Number(swing.Assumption.Low), Number(swing.Assumption.High), (double)swing.Ends.Low.Amount, (double)swing.Ends.High.Amount)),
        ];
        return new TornadoChart(
            $"Three years {way}, by assumption ($)",
            bars.IsEmpty ? "No assumption moves it." : $"{bars[0].Name} moves the total of {Format.Dollars(total)} most: from {Number((decimal)Math.Round(bars[0].Low))} at {bars[0].From} to {Number((decimal)Math.Round(bars[0].High))} at {bars[0].To} dollars.",
            (double)total.Amount, bars);
    }

    private static string Against(Usd more) => more.Amount == 0 ? Format.None : $"{(more.Amount < 0 ? "−" : "+")}{Format.Dollars(new Usd(Math.Abs(more.Amount)))}";

    private static string Number(decimal value) => value.ToString("#,0.##", CultureInfo.InvariantCulture);
}
