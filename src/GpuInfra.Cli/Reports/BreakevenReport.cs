using System.Collections.Immutable;
using System.Globalization;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Finance;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Units;

namespace GpuInfra.Cli.Reports;

/// <summary>What <c>gpuinfra breakeven</c> shows.</summary>
internal static class BreakevenReport
{
    private const int ListedApis = 12;

    public static IEnumerable<Block> Of(FleetPlan fleet, ImmutableArray<Breakeven> servings, DateOnly today)
    {
        yield return new Block.Paragraph($"{fleet.Stack}, {fleet.Plan.AsOf}: what servings cost on this fleet, and what the same tokens cost behind an API. {Format.Origin(fleet)}.");
        foreach (var block in servings.SelectMany(serving => OfServing(serving, today)))
        {
            yield return block;
        }

        yield return new Block.Paragraph(new Cell(
            "By cost alone, at list prices: whether an API's model is good enough is for you to judge, and so are its rate limits and terms. "
            + "A serving's own cost is its part of the machines and what --people says, not of networks, disks and monitors.", Tone.Muted));
    }

    private static IEnumerable<Block> OfServing(Breakeven serving, DateOnly today)
    {
        yield return new Block.Heading(serving.Serving);
        yield return new Block.Paragraph(
            $"{Format.Number(serving.Tokens.Requests)} requests a month with {Format.Number(serving.Tokens.Input)} input and {Format.Number(serving.Tokens.Output)} output tokens "
            + $"cost {Format.Dollars(serving.Own)}: {PerMillion(serving.Own, serving.Tokens.Output)} for a million output tokens, input included.");
        if (serving.Stranded.Amount > 0)
        {
            yield return new Block.Paragraph(new Cell($"{Format.Dollars(serving.Stranded)} of reservations stay to be paid, whatever is decided.", Tone.Warning));
        }

        foreach (var block in serving.Chosen is { } chosen ? Closely(serving, chosen, today) : Listed(serving, today))
        {
            yield return block;
        }
    }

    private static IEnumerable<Block> Listed(Breakeven serving, DateOnly today)
    {
        yield return new Block.Grid(
            [new("API"), new("$/month", Right: true), new("Against own", Right: true), new("Price of")],
            [
                .. serving.Apis.Take(ListedApis).Select<(ApiPrice Price, Usd Monthly), ImmutableArray<Cell>>(item =>
                [
                    item.Price.Id, Format.Dollars(item.Monthly),
                    new Cell(Times(item.Monthly, serving.Own), item.Monthly.Amount < serving.Own.Amount ? Tone.Warning : Tone.Good),
                    new Cell(Format.Date(item.Price.AsOf), item.Price.IsOldOn(today) ? Tone.Warning : Tone.Plain),
                ]),
            ]);
        if (serving.Apis.Take(ListedApis).Count(item => item.Price.IsOldOn(today)) is > 0 and var old)
        {
            yield return new Block.Paragraph(new Cell($"{old} of these prices are over {ApiPrice.FreshDays} days old on {Format.Date(today)}: look them up before you decide.", Tone.Warning));
        }

        yield return new Block.Paragraph(new Cell($"The cheapest {Math.Min(ListedApis, serving.Apis.Length)} of {serving.Apis.Length} prices. Look at one closely with --api.", Tone.Muted));
    }

    private static IEnumerable<Block> Closely(Breakeven serving, Breakeven.Comparison chosen, DateOnly today)
    {
        var api = serving.Tokens.At(chosen.Price);
        var mix = chosen.BestMix;
        yield return new Block.Paragraph(new Cell(
            !serving.MayLeave ? $"Keep: its residency does not let data go to {chosen.Price.Provider}, where it would cost {Format.Dollars(api)}." : serving.Answer switch
            {
                BreakevenAnswer.Keep => $"Keep: {chosen.Price.Id} would cost {Format.Dollars(api)}, {Times(api, serving.Own)} as much.",
                BreakevenAnswer.Mix => $"Mix: own machines up to the {mix!.Value.Percentile}th percentile of minutes and {chosen.Price.Id} above cost {Format.Dollars(mix.Value.Own + mix.Value.Api)}; all of it there {Format.Dollars(api)}.",
                _ => $"Buy: {chosen.Price.Id} would cost {Format.Dollars(api)}, {Times(api, serving.Own)} as much.",
            },
            serving.MayLeave && serving.Answer == BreakevenAnswer.Buy ? Tone.Warning : Tone.Good));
        yield return new Block.Items(
        [
            chosen.BreakEvenScale switch
            {
                null => $"It never breaks even: up to {Scale(chosen.Scales.Select(point => point.Scale).LastOrDefault())} times this demand, as far as a fleet could be planned, none of one's own is cheaper.",
                { } least when least == chosen.Scales[0].Scale => $"Down to {Scale(least)} times this demand a fleet of one's own is cheaper.",
                { } scale => $"From {Scale(scale)} times this demand a fleet of one's own is cheaper ({Format.Number(serving.Tokens.Requests * scale)} requests a month).",
            },
            chosen.Flips is { } month ? $"In {month} that turns." : "That does not turn within the horizon.",
            chosen.Price.IsOldOn(today)
                ? new Cell($"The price is of {Format.Date(chosen.Price.AsOf)}, {today.DayNumber - chosen.Price.AsOf.DayNumber} days old: look it up before you decide.", Tone.Warning)
                : new Cell($"The price is of {Format.Date(chosen.Price.AsOf)}.", Tone.Muted),
        ]);
        yield return Table("Month", chosen.Months.Select(item => (item.Month.ToString(), item.Own, item.Api)));
        yield return Table("Demand", chosen.Scales.Select(item => ($"× {Scale(item.Scale)}", item.Own, item.Api)));
        if (!chosen.Mixes.IsEmpty)
        {
            yield return new Block.Grid(
                [new("Own machines up to"), new("Own $/month", Right: true), new("API $/month", Right: true), new("Together", Right: true)],
                [.. chosen.Mixes.Select<(int Percentile, Usd Own, Usd Api), ImmutableArray<Cell>>(item => [$"P{item.Percentile}", Format.Dollars(item.Own), Format.Dollars(item.Api), Format.Dollars(item.Own + item.Api)])]);
        }
    }

    private static Block.Grid Table(string first, IEnumerable<(string Name, Usd Own, Usd Api)> rows) => new(
        [new(first), new("Own $/month", Right: true), new("API $/month", Right: true), new("Cheaper")],
        [.. rows.Select<(string Name, Usd Own, Usd Api), ImmutableArray<Cell>>(row => [row.Name, Format.Dollars(row.Own), Format.Dollars(row.Api), row.Own.Amount <= row.Api.Amount ? "own" : "API"])]);

    private static string Times(Usd cost, Usd own) => own.Amount == 0 ? Format.None : $"× {((double)(cost.Amount / own.Amount)).ToString("0.##", CultureInfo.InvariantCulture)}";

    private static string Scale(double scale) => scale.ToString("0.###", CultureInfo.InvariantCulture);

    private static string PerMillion(Usd cost, double tokens) => tokens > 0 ? FormattableString.Invariant($"${(double)cost.Amount / tokens * 1e6:0.##}") : Format.None;
}
