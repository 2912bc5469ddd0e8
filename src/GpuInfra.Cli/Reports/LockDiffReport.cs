using System.Collections.Immutable;
using GpuInfra.Cli.Reports.Reviews;
using GpuInfra.Planning.Bridges;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Locks;
using GpuInfra.Planning.Units;

namespace GpuInfra.Cli.Reports;

/// <summary>What changes between two locks: money first, then machines.</summary>
internal static class LockDiffReport
{
    public static ImmutableArray<Block> Of(LockDiff diff) =>
    [
        new Block.Paragraph(Summary(diff)),
        .. Bridge(diff),
        .. Pools(diff),
        new Block.Heading("Cost of machines per month"),
        Months(diff),
    ];

    /// <summary>The same as a pull-request comment.</summary>
    public static string Comment(LockDiff diff) => $"{ReviewComment.Marker(diff.After.Stack)}\n" + MarkdownComment.Fit(
        [
            new("the summary", [new Block.Heading($"GpuInfra lock: {diff.After.Stack}"), .. Of(diff)]),
            new("the horizon", [.. ReviewTables.Chart(Steps(diff.Before), Steps(diff.After))]),
        ],
        "gpuinfra diff");

    private static ImmutableArray<(string, decimal)> Steps(FleetLock fleetLock) => [.. fleetLock.Steps.Select(step => (step.Month.ToString(), step.Monthly.Amount))];

    private static string Summary(LockDiff diff)
    {
        var kinds = diff.Pools.DistinctBy(change => (change.Pool, change.Kind)).CountBy(change => change.Kind)
            .OrderBy(kind => kind.Key, StringComparer.Ordinal).Select(kind => $"{Format.Count(kind.Value, "pool")} {kind.Key}");
        var prices = diff.Before.PriceBook == diff.After.PriceBook
            ? $"price book {Book(diff.After.PriceBook)}"
            : $"price book {Book(diff.Before.PriceBook)} → {Book(diff.After.PriceBook)}";
        var plan = diff.Before.PlanHash == diff.After.PlanHash
            ? $"plan {diff.After.PlanHash[..12]}"
            : $"plan {diff.Before.PlanHash[..12]} → {diff.After.PlanHash[..12]}";
        return $"{diff.After.Stack}: {(diff.Pools.IsEmpty ? "the same machines" : string.Join(", ", kinds))}; {plan}; {prices}.";
    }

    private static string Book(PriceBook book) => $"{book.Hash[..12]} of {Format.Date(book.AsOf)}";

    private static IEnumerable<Block> Bridge(LockDiff diff) => diff.FirstShared is not { } month ? [] :
    [
        new Block.Heading($"What moves the machines' cost of {month.Before.Month}"),
        .. ReviewTables.Of(CostBridge.Between(PricedFleet.Of(month.Before), PricedFleet.Of(month.After))),
    ];

    private static IEnumerable<Block> Pools(LockDiff diff)
    {
        if (diff.Pools.IsEmpty)
        {
            yield break;
        }

        yield return new Block.Heading("Pools");
        yield return new Block.Grid(
            [new("Pool"), new("Change"), new("Months"), new("Before"), new("After")],
            [.. diff.Pools.Select(change => ImmutableArray.Create<Cell>(
                change.Pool,
                change.Kind,
                change.First == change.Last ? $"{change.First}" : $"{change.First} to {change.Last}",
                change.Before?.ToString() ?? Format.None,
                change.After?.ToString() ?? Format.None))]);
    }

    private static Block.Grid Months(LockDiff diff) => new(
        [new("Month"), new("Before", true), new("After", true), new("Change", true)],
        [.. diff.Months.Select(month => ImmutableArray.Create<Cell>(
            month.Month.ToString(),
            Money(month.Before),
            Money(month.After),
            month is { Before: { } before, After: { } after } ? FormattableString.Invariant($"{after.Amount - before.Amount:+#,##0.00;-#,##0.00;0.00}") : Format.None))]);

    private static string Money(Usd? amount) => amount is { } money ? FormattableString.Invariant($"{money.Amount:N2}") : Format.None;
}
