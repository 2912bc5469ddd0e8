using System.Collections.Immutable;
using System.Globalization;
using GpuInfra.Offline.Diff;
using GpuInfra.Planning.Bridges;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Units;

namespace GpuInfra.Cli.Reports.Reviews;

/// <summary>The figures that a reviewer weighs: what moves the cost, what is survived, what to order, what runs, the months to come.</summary>
internal static class ReviewTables
{
    private const int MostOrders = 5;

    public static IEnumerable<Block> Bridge(Review review) => review.Bridge is { } bridge && bridge.Parts.Any(part => part.Amount != default)
        ? [new Block.Heading("What moves the machines' cost"), .. Of(bridge)]
        : [];

    /// <summary>A bridge as a table: its parts add up to the change.</summary>
    public static IEnumerable<Block> Of(CostBridge bridge)
    {
        yield return new Block.Grid(
            [.. bridge.Parts.Select(part => new Column(Word(part.Factor), true)), new("Change a month", true)],
            [[.. bridge.Parts.Select(part => new Cell(Signed(part.Amount))), Signed(bridge.After - bridge.Before)]]);
        foreach (var note in bridge.Notes)
        {
            yield return new Block.Paragraph(new Cell($"{note}.", Tone.Muted));
        }
    }

    public static IEnumerable<Block> Survival(Review review)
    {
        var rows = review.After.Fleet.Servings.SelectMany(serving => Worst(serving).Select(loss => (serving.Name, Loss: loss))).ToList();
        var isPlayed = rows.Exists(row => row.Loss.Attainment is not null);
        return rows.Count == 0 ? [] :
        [
            new Block.Heading("What is served after a loss, of P95 demand"),
            new Block.Grid(
                [
                    new("Serving"), new("Worst loss"), new("Capacity left", true), new("Promised", true),
                    .. isPlayed ? [new("Within promised latency", true), new Column("Needed", true)] : Array.Empty<Column>(), new("Holds"),
                ],
                [.. rows.Select(row => ImmutableArray.CreateRange<Cell>(
                [
                    row.Name,
                    row.Loss.Lost,
                    Change(row.Name, row.Loss, loss => loss.Remaining),
                    row.Loss.Required > 0 ? Percent(row.Loss.Required) : "nothing",
                    .. isPlayed
                        ? [Change(row.Name, row.Loss, loss => loss.Attainment), row.Loss is { Required: > 0, Attainment: not null, Needed: { } needed } ? Percent(needed) : Format.None]
                        : Array.Empty<Cell>(),
                    row.Loss.Required == 0 ? Format.None : row.Loss.Holds ? "yes" : new Cell("no", Tone.Bad),
                ]))]),
        ];

        Cell Change(string serving, SurvivalFacts loss, Func<SurvivalFacts, double?> figure) => figure(loss) is not { } now
            ? Format.None
            : Before(serving, loss) is { } was && figure(was) is { } old ? DiffSections.Arrow(Percent(old), Percent(now)) : Percent(now);

        SurvivalFacts? Before(string serving, SurvivalFacts loss) =>
            review.Before?.Fleet.Servings.FirstOrDefault(other => other.Name == serving) is { } was ? Worst(was).FirstOrDefault(other => Kind(other) == Kind(loss)) : null;
    }

    /// <summary>
    /// Losses cost different things by kind, so the worst of each is told: first what fails, then what leaves least. A region costs no more than its
    /// cloud; what nothing is promised of is told where nothing else is.
    /// </summary>
    private static IEnumerable<SurvivalFacts> Worst(ServingFacts serving)
    {
        var told = serving.Survival.Where(loss => Kind(loss) != "region").ToList();
        var promised = told.Where(loss => loss.Required > 0).ToList();
        return (promised.Count > 0 ? promised : told.OrderBy(loss => loss.Remaining).Take(1)).GroupBy(Kind).OrderByDescending(kind => kind.Key, StringComparer.Ordinal)
            .Select(kind => kind.OrderBy(loss => loss.Holds).ThenBy(loss => loss.Remaining).First());
    }

    private static string Kind(SurvivalFacts loss) => loss.Lost.Split(' ')[0];

    public static IEnumerable<Block> Orders(Review review)
    {
        var (orders, quotas) = (review.After.Fleet.Orders, review.After.Fleet.Quotas.Where(quota => quota.Assigned is { } assigned && quota.Most > assigned).ToList());
        if (orders.IsEmpty && quotas.Count == 0)
        {
            yield break;
        }

        yield return new Block.Heading("To order");
        yield return new Block.Items([
            .. quotas.Select(quota => new Cell(
                $"quota {quota.Code} in {quota.Region}: {quota.MostIn} needs {Format.Count(quota.Most)} {quota.Unit}, {Format.Count(quota.Assigned!.Value)} are assigned", Tone.Warning)),
            .. orders.Take(MostOrders).Select(order => new Cell(
                $"by {Format.Date(order.OrderBy)}: {Format.Count(order.Instances)} more {order.InstanceType} for {order.Pool} in {order.Month}")),
            .. orders.Length > MostOrders ? [$"and {Format.Count(orders.Length - MostOrders)} more until {orders[^1].Month}: gpuinfra forecast"] : ImmutableArray<Cell>.Empty]);
    }

    public static IEnumerable<Block> Running(Review review)
    {
        var reviewed = review.Before ?? review.After;
        if (review.Running is not { } running)
        {
            return [];
        }

        var behind = running.Behind(reviewed.Fleet);
        var title = new Block.Heading("What runs now");
        if (running.PlanHash == reviewed.Fleet.PlanHash && behind.IsEmpty)
        {
            return [title, new Block.Paragraph($"Plan {running.PlanHash.Short()} of {running.AsOf}, which this change starts from: a deployment applies this change and nothing else.")];
        }

        return
        [
            title,
            new Block.Paragraph(new Cell(
                $"Plan {running.PlanHash.Short()} of {running.AsOf}, not {reviewed.Fleet.PlanHash.Short()} of {reviewed.Fleet.AsOf}, which this change starts from: "
                + $"a deployment also applies what was merged before{(behind.IsEmpty ? ", which moves no pool." : ":")}",
                Tone.Warning)),
            .. behind.IsEmpty ? [] : ImmutableArray.Create<Block>(new Block.Grid(
                [new("Pool"), new("Runs"), new("Merged before")], [.. behind.Select(pool => ImmutableArray.Create<Cell>(pool.Pool, pool.Runs, pool.Base))])),
        ];
    }

    public static IEnumerable<Block> Horizon(Review review) =>
        Chart([.. review.Before?.Fleet.Steps ?? []], [.. review.After.Fleet.Steps]);

    /// <summary>Machines' cost by month, before and after, as Mermaid draws it.</summary>
    public static IEnumerable<Block> Chart(ImmutableArray<(string Month, decimal MonthlyUsd)> before, ImmutableArray<(string Month, decimal MonthlyUsd)> after)
    {
        var months = before.Concat(after).Select(step => step.Month).Distinct().Order(StringComparer.Ordinal).ToList();
        if (months.Count < 2)
        {
            return [];
        }

        var lines = new[] { before, after }.Where(steps => months.TrueForAll(month => steps.Any(step => step.Month == month)))
            .Select(steps => months.Select(month => steps.First(step => step.Month == month).MonthlyUsd).ToList()).ToList();
        var distinct = lines.Count == 2 && lines[0].SequenceEqual(lines[1]) ? lines[..1] : lines;
        if (distinct.Count == 0)
        {
            return [];
        }

        var legend = distinct.Count == 2 ? "before (grey) and after (blue)" : lines.Count == 2 ? "unchanged" : "planned";
        return
        [
            new Block.Heading($"Machines' cost over the horizon: {legend}"),
            new Block.Commands([
                $"%%{{init: {{\"themeVariables\": {{\"xyChart\": {{\"plotColorPalette\": \"{(distinct.Count == 2 ? "#8c959f, " : "")}#0969da\"}}}}}}}}%%",
                "xychart-beta",
                $"    x-axis [{string.Join(", ", months.Select(month => $"\"{month}\""))}]",
                FormattableString.Invariant($"    y-axis \"$1,000 a month\" 0 --> {Math.Ceiling(distinct.Max(line => line.Max()) / 1000 * 1.1m):0}"),
                .. distinct.Select(line => $"    line [{string.Join(", ", line.Select(amount => (amount / 1000).ToString("0.0", CultureInfo.InvariantCulture)))}]"),
            ], "mermaid"),
        ];
    }

    public static IEnumerable<Block> PriceBook(Review review)
    {
        if (review.After.Fleet.PriceBook is not { } book)
        {
            yield break;
        }

        var was = review.Before?.Fleet.PriceBook is { } earlier && earlier.Hash != book.Hash ? $"{earlier.Hash.Short()} of {Format.Date(earlier.AsOf)} → " : "";
        yield return new Block.Paragraph(
            $"Prices: book {was}{book.Hash.Short()}, the oldest of {Format.Date(book.AsOf)}, {Format.Count(PriceAge.Days(book.AsOf, review.Today), "day")} before {Format.Date(review.Today)}. "
            + $"Plan {review.After.Fleet.PlanHash.Short()}{(review.Before is { } before && before.Fleet.PlanHash != review.After.Fleet.PlanHash ? $", before {before.Fleet.PlanHash.Short()}" : "")}."
            + (review.Running is null ? " What runs now was not asked (--running FILE, from pulumi stack output --json)." : ""));
    }

    /// <summary>The beginning of a hash.</summary>
    public static string Short(this string hash) => hash.Length <= 12 ? hash : hash[..12];

    private static string Word(BridgeFactor factor) => factor == BridgeFactor.Machines ? "demand, calibration, policy" : Format.Word(factor);

    private static string Signed(Usd amount) => FormattableString.Invariant($"{amount.Amount:+#,##0.00;−#,##0.00;0.00}");

    private static string Percent(double fraction) => FormattableString.Invariant($"{fraction * 100:0.0} %");
}
