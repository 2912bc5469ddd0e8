using System.Collections.Immutable;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Cli.Reports;

/// <summary>The order list: what to ask for, how many, where, by when, who asks, and what else to do if it is refused.</summary>
internal static class OrderTable
{
    public static IEnumerable<Block> Of(FleetPlan fleet)
    {
        yield return new Block.Heading("What to ask for");
        if (fleet.Times.Orders.IsEmpty)
        {
            yield return new Block.Paragraph($"Nothing: no pool grows after {fleet.Plan.AsOf}.");
            yield break;
        }

        yield return new Block.Grid(
            [new("By"), new("Needed"), new("What"), new("Where"), new("Quota"), new("Owner"), new("If refused", Wrap: true)],
            [.. fleet.Times.Orders.Select(order => ImmutableArray.Create<Cell>(
                Format.Date(order.OrderBy),
                $"{order.Month}-01",
                What(order),
                Where(order),
                order.Quota is { } quota ? $"+{Format.Count(order.QuotaUnits)} of {quota}" : Format.None,
                order.Owner,
                order.Fallback))]);
        yield return new Block.Paragraph(new Cell(LeadTimes(fleet.Plan.LeadTimes), Tone.Muted));
    }

    /// <summary>What an order asks for, as <c>reservation of 2 × p5.48xlarge (4 → 6)</c>.</summary>
    public static string What(PoolOrder order) =>
        $"{(order.Kind == OrderKind.Reservation ? "reservation of " : "quota for ")}{order.Instances} × {order.Pool.InstanceType} ({order.Before} → {order.Pool.Instances.Desired})";

    /// <summary>Where, with the zones of a reservation.</summary>
    private static string Where(PoolOrder order) => order.Kind == OrderKind.Reservation
        ? $"{order.Pool.Region}: {string.Join(", ", order.Zones.Select(zone => $"{zone.Zone} +{zone.Instances}"))}"
        : order.Pool.Region;

    private static string LeadTimes(LeadTimes times) =>
        $"By: the month's first day less {times.Reservation} days for a reservation and {times.Quota} for a quota increase (leadTimes in the plan; "
        + "no cloud promises any of it, the defaults are assumptions).";
}
