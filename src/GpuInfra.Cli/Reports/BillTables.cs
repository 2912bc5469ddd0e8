using System.Collections.Immutable;
using GpuInfra.Planning.Finance.Actuals;
using GpuInfra.Planning.Units;

namespace GpuInfra.Cli.Reports;

/// <summary>What was in a bill, from the invoice to what is compared, and what could not be read of it.</summary>
internal static class BillTables
{
    public static IEnumerable<Block> Of(FocusBill bill)
    {
        yield return new Block.Heading("From the invoice");
        yield return new Block.Grid(
            [new("What"), new("$", Right: true), new("Why", Wrap: true)],
            [
                ["invoiced", Cents(bill.Billed), "BilledCost of the month's charges"],
                ["spread", Cents(bill.Effective - bill.Billed), "from commitments' purchases to what they cover: EffectiveCost − BilledCost"],
                ["charged back", Cents(bill.Effective), "EffectiveCost of all charges"],
                .. Kinds.Where(kind => bill.Of(kind.Kind) != 0).Select<(ChargeKind Kind, string Why), ImmutableArray<Cell>>(kind => [$"  {Format.Word(kind.Kind)}", Cents(bill.Of(kind.Kind)), kind.Why]),
            ]);
        var left = Left(bill).ToImmutableArray();
        if (!left.IsEmpty)
        {
            yield return new Block.Heading("To be looked at");
            yield return new Block.Grid([new("What", Wrap: true), new("Rows", Right: true), new("EffectiveCost", Right: true)], left);
        }

        if (!bill.Told.IsEmpty)
        {
            yield return new Block.Items([.. bill.Told.Select(row => new Cell(row.ToString(), Tone.Warning))]);
        }

        yield return new Block.Paragraph(new Cell($"{Format.Count(bill.Rows, "row")} read.", Tone.Muted));
    }

    private static readonly ImmutableArray<(ChargeKind Kind, string Why)> Kinds =
    [
        (ChargeKind.Machine, "machines by the hour"),
        (ChargeKind.Beside, "use of anything else"),
        (ChargeKind.Idle, "commitments and reservations not used"),
        (ChargeKind.Purchase, "purchases that cover nothing later"),
        (ChargeKind.Tax, "not compared: a plan has no taxes"),
        (ChargeKind.Credit, "not compared: a plan has no credits"),
        (ChargeKind.Adjustment, "not compared"),
        (ChargeKind.Correction, "not compared: it corrects a month that was invoiced before"),
    ];

    private static IEnumerable<ImmutableArray<Cell>> Left(FocusBill bill)
    {
        foreach (var (reason, sum) in bill.Unread)
        {
            yield return Row($"unread: {reason}; in no figure above", sum, Tone.Bad);
        }

        foreach (var (currency, sum) in bill.Foreign)
        {
            yield return Row($"in {currency}: not converted, in no figure above", sum, Tone.Bad);
        }

        foreach (var (month, sum) in bill.Outside)
        {
            yield return Row($"of {month}: another month, in no figure above", sum, Tone.Muted);
        }

        if (bill.BadTags.Rows > 0)
        {
            yield return Row("tags that cannot be read: nobody's, dealt out to all", bill.BadTags, Tone.Warning);
        }

        var (rows, cost) = (bill.Lines.Where(line => line.Key.Owner == CostOwner.None).Sum(line => line.Value.Rows), bill.Lines.Where(line => line.Key.Owner == CostOwner.None).Sum(line => line.Value.Effective));
        if (rows > bill.BadTags.Rows)
        {
            yield return Row("without cost tags: dealt out to all", new RowSum(rows - bill.BadTags.Rows, cost - bill.BadTags.Effective), Tone.Warning);
        }

        if (bill.Refunds.Rows > 0)
        {
            yield return Row("refunds of use: in the cost of what they refund", bill.Refunds, Tone.Muted);
        }
    }

    private static ImmutableArray<Cell> Row(string what, RowSum sum, Tone tone) => [new Cell(what, tone), Format.Count(sum.Rows), Cents(sum.Effective)];

    private static string Cents(decimal amount) => new Usd(amount).ToCents().ToString();
}
