using System.Collections.Immutable;
using GpuInfra.Offline;
using GpuInfra.Offline.Costs;
using GpuInfra.Planning.Units;

namespace GpuInfra.Cli.Reports;

/// <summary>What a preview costs: the total by kind, the machines' part cut four ways, and beside it what has no price.</summary>
internal static class CostTables
{
    /// <summary>The cost in short.</summary>
    public static IEnumerable<Block> Cost(PreviewRecord preview)
    {
        var costs = preview.Costs;
        yield return new Block.Heading($"Cost: {costs.Monthly} per month");
        yield return new Block.Grid(
            [new("Kind"), new("Resources", true), new("$/month", true), new("Share", true)],
            [.. costs.ByKind.Select(kind => ImmutableArray.Create<Cell>(
                Name(kind.Kind), Format.Count(kind.Resources), Money(kind.Monthly), Format.Part(kind.Monthly, costs.Monthly)))]);
        foreach (var block in Unpriced(costs))
        {
            yield return block;
        }

        yield return new Block.Heading($"Machines: {preview.Fleet.Cost.Monthly} per month");
        yield return FleetTables.Splits(preview.Fleet.Cost);
        foreach (var block in FleetTables.IfCommitted(preview.Fleet.Cost))
        {
            yield return block;
        }

        yield return FleetTables.Prices(preview.Fleet, costs.Oldest ?? preview.Fleet.PriceBook.AsOf, preview.Today);
    }

    /// <summary>Every priced line, dearest first.</summary>
    public static Block.Grid Lines(CostEstimate costs) => new(
        [new("Pool"), new("Kind"), new("What"), new("Quantity"), new("Unit price", true), new("Of"), new("$/month", true)],
        [.. costs.Resources.SelectMany(resource => resource.Lines.Select(line => (resource, line)))
            .OrderByDescending(item => item.line.Monthly.Amount).ThenBy(item => item.resource.Urn, StringComparer.Ordinal)
            .Select(item => ImmutableArray.Create<Cell>(
                item.resource.Pool,
                Name(item.line.Kind),
                item.line.Sku,
                item.line.Formula,
                FormattableString.Invariant($"{item.line.UnitPrice.Amount:0.######}/{item.line.Unit}"),
                item.line.AsOf is { } date ? Format.Date(date) : Format.None,
                Money(item.line.Monthly)))]);

    /// <summary>The total in a sentence, for the verdict.</summary>
    public static string Sentence(CostEstimate costs) =>
        $"{Format.Dollars(costs.Monthly)} a month: {Format.Dollars(costs.Machines)} machines, "
        + $"{Format.Dollars(costs.Other)} the rest{(costs.Unpriced.IsEmpty ? "" : ", and what has no price")}";

    private static IEnumerable<Block> Unpriced(CostEstimate costs)
    {
        if (costs.Unpriced.IsEmpty)
        {
            yield break;
        }

        yield return new Block.Paragraph(new Cell("Not in the total:", Tone.Warning));
        yield return new Block.Items([.. costs.Unpriced.Select(part => new Cell(
            $"{part.What}{(part.Resources == 0 ? "" : $" ({Format.Count(part.Resources, "resource")})")}: {part.Reason}"))]);
    }

    private static string Name(CostKind kind) => kind switch
    {
        CostKind.IdleReservations => "idle reservations",
        CostKind.Nat => "NAT",
        CostKind.Apis => "APIs",
        CostKind.External => "outside the clouds",
        CostKind.Unused => "held and not used",
        _ => Format.Word(kind),
    };

    private static string Money(Usd amount) => FormattableString.Invariant($"{amount.Amount:N2}");
}
