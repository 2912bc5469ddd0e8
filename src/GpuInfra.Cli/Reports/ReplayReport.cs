using System.Collections.Immutable;
using GpuInfra.Cli.Charts;
using GpuInfra.Planning.Demands.Traces;
using GpuInfra.Planning.Replays;
using GpuInfra.Planning.Units;

namespace GpuInfra.Cli.Reports;

/// <summary>What <c>gpuinfra replay</c> shows.</summary>
internal static class ReplayReport
{
    private const int TimelineRows = 24;

    public static IEnumerable<Block> Of(ReplayResult replay, RequestTrace? trace)
    {
        yield return new Block.Paragraph(new Cell(
            $"{replay.Stack}, plan {replay.PlanHash[..12]}: {Format.Count(replay.Servings.Sum(serving => serving.All.Arrived), "request")} in {Span(replay.Options.Length)}, seed {replay.Options.Seed}: "
            + (replay.Keeps ? "every serving keeps its promise." : $"{Format.Names(replay.Servings.Where(serving => !serving.Keeps).Select(serving => serving.Serving))} breaks its promise."),
            replay.Keeps ? Tone.Good : Tone.Bad));
        foreach (var block in Trace(trace, replay.Options))
        {
            yield return block;
        }

        if (replay.Incident is { } incident)
        {
            yield return new Block.Paragraph(new Cell(
                $"{char.ToUpperInvariant(incident.ToString()[0])}{incident.ToString()[1..]} from the start; {Format.Count(replay.Standing, "machine")} there carry nothing. "
                + "The fleet that was planned for it is played.", Tone.Warning));
        }

        if (!replay.Options.Losses.IsEmpty)
        {
            yield return new Block.Items([.. replay.Options.Losses.Select(loss => new Cell(
                $"{loss.Name} is lost after {Span(loss.At)}, {(loss.Lasts is { } lasts ? $"for {Span(lasts)}" : "for the rest")}; "
                + $"nothing unreserved of its families starts in its regions for {Span(replay.Options.LaunchBlock)}", Tone.Warning))]);
        }

        yield return new Block.Heading("Requests");
        yield return new Block.Grid(
            [
                new("Serving"), new("Arrived", true), new("Served", true), new("Rejected", true), new("To an API", true), new("Lost", true), new("Queued", true),
                new("Within promise", true), new("Promised", true),
            ],
            [.. replay.Servings.Select(Requests)]);
        yield return new Block.Paragraph(new Cell(
            "Rejected: 429, as they would have waited too long. Lost: broken off with their replica. Queued: in the system at the end. Within promise: of all whose fate is known.", Tone.Muted));
        yield return new Block.Heading("Times");
        yield return new Block.Grid(
            [
                new("Serving"), new("TTFT P50", true), new("P95", true), new("P99", true), new("Promised", true),
                new("TPOT P50", true), new("P95", true), new("P99", true), new("Promised", true), new("Wait P50", true), new("P95", true),
            ],
            [.. replay.Servings.Select(Times)]);
        yield return new Block.Paragraph(new Cell("Of served requests, to 0.5 %. Wait: for a place on a replica; it is part of TTFT.", Tone.Muted));
        yield return new Block.Heading("Tokens and cost");
        yield return new Block.Grid(
            [
                new("Serving"), new("Tokens served", true), new("Output lost", true), new("Output late", true), new("Places used", true), new("$", true),
                new("of it extra", true), new("$/M tokens", true),
            ],
            [.. replay.Servings.Select(Cost)]);
        yield return new Block.Paragraph(new Cell("Extra: machines beyond the planned size, which stand in for what is lost or were scaled up.", Tone.Muted));
        foreach (var block in Apis(replay))
        {
            yield return block;
        }

        foreach (var serving in replay.Servings.Where(serving => serving.All.Arrived > 0))
        {
            yield return new Block.Heading($"{serving.Serving}, over time");
            yield return new Block.Figure(Chart(serving));
            yield return Timeline(serving);
        }
    }

    /// <summary>Its charts, one for each serving that requests came for.</summary>
    public static IEnumerable<Chart> Charts(ReplayResult replay) => replay.Servings.Where(serving => serving.All.Arrived > 0).Select(Chart);

    private static IEnumerable<Block> Trace(RequestTrace? trace, ReplayOptions options)
    {
        if (trace is null)
        {
            yield break;
        }

        var beyond = trace.After(options.Length);
        yield return new Block.Items(
        [
            $"{Format.Count(trace.Count, "request")} in {Span(trace.Length)}, read as {trace.Format}",
            .. beyond > 0 ? [new Cell($"{Format.Count(beyond, "request")} come after the {Span(options.Length)} that are played, and are left out", Tone.Warning)] : ImmutableArray<Cell>.Empty,
            .. trace.OutOfOrder > 0 ? [new Cell($"{Format.Count(trace.OutOfOrder, "row")} came before the row above in time; they were put in order", Tone.Warning)] : ImmutableArray<Cell>.Empty,
            .. trace.SkippedRows > 0 ? [new Cell($"{Format.Count(trace.SkippedRows, "row")} could not be read and are left out:", Tone.Warning)] : ImmutableArray<Cell>.Empty,
            .. trace.Skipped.Select(problem => new Cell(problem.ToString(), Tone.Warning)),
        ]);
    }

    private static ImmutableArray<Cell> Requests(ServingReplay serving) =>
    [
        serving.Serving,
        Format.Count(serving.All.Arrived),
        Format.Count(serving.All.Served),
        Format.Count(serving.All.Rejected),
        Format.Count(serving.All.Overflowed),
        Format.Count(serving.All.Lost),
        Format.Count(serving.All.Queued),
        new Cell(Percent(serving.Measured.Attainment), serving.Keeps ? Tone.Good : Tone.Bad),
        serving.Latency is { } promised ? $"{promised.Percentile} %" : Format.None,
    ];

    private static ImmutableArray<Cell> Times(ServingReplay serving) =>
    [
        serving.Serving,
        .. new[] { 50.0, 95, 99 }.Select(percentile => (Cell)Format.Duration(serving.TimeToFirstToken.At(percentile))),
        serving.Latency is { } first ? Format.Duration(first.TimeToFirstToken) : Format.None,
        .. new[] { 50.0, 95, 99 }.Select(percentile => (Cell)(serving.TimePerOutputToken.Count == 0 ? Format.None : Format.Duration(serving.TimePerOutputToken.At(percentile)))),
        serving.Latency is { } next ? Format.Duration(next.TimePerOutputToken) : Format.None,
        Format.Duration(serving.Wait.At(50)),
        Format.Duration(serving.Wait.At(95)),
    ];

    private static ImmutableArray<Cell> Cost(ServingReplay serving) =>
    [
        serving.Serving,
        Format.Count(serving.TokensServed),
        Format.Count(serving.TokensLost),
        Format.Count(serving.TokensLate),
        Percent(serving.Utilization),
        Dollars(serving.Cost),
        Dollars(serving.Extra),
        serving.CostPerMillionTokens is { } price ? FormattableString.Invariant($"{price.Amount:N4}") : Format.None,
    ];

    private static IEnumerable<Block> Apis(ReplayResult replay)
    {
        var uses = replay.Servings.SelectMany(serving => serving.Apis.Select(use => (serving.Serving, Use: use))).ToList();
        if (uses.Count == 0)
        {
            yield break;
        }

        yield return new Block.Heading("What APIs took");
        yield return new Block.Grid(
            [
                new("Serving"), new("API"), new("Requests", true), new("Input tokens", true), new("Output tokens", true), new("$/M input", true), new("$/M output", true),
                new("$", true), new("Price of"),
            ],
            [.. uses.Select(row => ImmutableArray.Create<Cell>(
                row.Serving,
                row.Use.Api,
                Format.Count(row.Use.Requests),
                Format.Count(row.Use.InputTokens),
                Format.Count(row.Use.OutputTokens),
                row.Use.Price is { } input ? Price(input.Input) : Format.None,
                row.Use.Price is { } output ? Price(output.Output) : Format.None,
                row.Use.Cost is { } cost ? Dollars(cost) : Format.None,
                row.Use.Price is { } price ? $"{price.Id}, {Format.Date(price.AsOf)}" : "not known"))]);
        yield return new Block.Paragraph(new Cell(
            "List prices, beside the cost of machines and not in it. Answers are taken to be as long as here, and nothing is known of how long they take: such requests are not within the "
            + "promise. " + (uses.Any(row => row.Use.Price is null) ? "An API without a price: --api PROVIDER/MODEL, or price in the plan's overflow." : ""), Tone.Muted));

        static string Price(decimal usd) => FormattableString.Invariant($"{usd:0.00##}");
    }

    private static Chart Chart(ServingReplay serving)
    {
        var parts = Parts(serving).ToImmutableArray();
        return new Chart(
            $"{serving.Serving} (requests/s)",
            $"{Format.Count(serving.All.Arrived, "request")} came, {Format.Count(serving.All.Served)} were served.",
            [.. parts.Select(Label)],
            [
                new ChartSeries("served", ChartShape.Bars, [.. parts.Select(part => part.Sum(minute => minute.Served) / (60.0 * part.Length))]),
                new ChartSeries("arrived", ChartShape.Line, [.. parts.Select(part => part.Sum(minute => minute.Arrived) / (60.0 * part.Length))]),
            ]);
    }

    private static Block.Grid Timeline(ServingReplay serving) => new(
        [
            new("Minutes"), new("Requests/s", true), new("Served/s", true), new("Within promise", true), new("Refused", true), new("Lost", true),
            new("Waiting", true), new("Replicas", true), new("Places used", true), new("$/h", true),
            .. serving.Apis.IsEmpty ? ImmutableArray<Column>.Empty : [new("To an API", true), new("$ of APIs", true)],
        ],
        [.. Parts(serving).Select(part => ImmutableArray.CreateRange<Cell>(
        [
            Label(part),
            Format.Number(part.Sum(minute => minute.Arrived) / (60.0 * part.Length)),
            Format.Number(part.Sum(minute => minute.Served) / (60.0 * part.Length)),
            part.Sum(minute => minute.Served) is > 0 and var served ? Percent((double)part.Sum(minute => minute.Kept) / served) : Format.None,
            Format.Count(part.Sum(minute => minute.Refused - minute.Overflowed)),
            Format.Count(part.Sum(minute => minute.Lost)),
            Format.Count(part[^1].Waiting),
            Format.Count(part[^1].Replicas),
            Percent(part.Average(minute => minute.Utilization)),
            FormattableString.Invariant($"{part[^1].HourlyUsd:N2}"),
            .. serving.Apis.IsEmpty ? ImmutableArray<Cell>.Empty
                : [Format.Count(part.Sum(minute => minute.Overflowed)), Dollars(new Usd(part.Sum(minute => minute.ApiUsd)))],
        ]))]);

    private static IEnumerable<MinuteFigures[]> Parts(ServingReplay serving) =>
        serving.Minutes.Chunk((serving.Minutes.Length + TimelineRows - 1) / TimelineRows);

    private static string Label(MinuteFigures[] part) => part.Length == 1 ? Format.Count(part[0].Minute) : $"{part[0].Minute}-{part[^1].Minute}";

    private static string Percent(double share) => FormattableString.Invariant($"{share * 100:0.0} %");

    private static string Dollars(Usd amount) => FormattableString.Invariant($"{amount.Amount:N2}");

    private static string Span(TimeSpan time) => time.TotalHours >= 2 ? FormattableString.Invariant($"{time.TotalHours:0.##} hours")
        : time.TotalMinutes >= 2 ? FormattableString.Invariant($"{time.TotalMinutes:0.##} minutes")
        : FormattableString.Invariant($"{time.TotalSeconds:0.##} s");
}
