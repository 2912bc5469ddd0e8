using GpuInfra.Planning.Fleets;

namespace GpuInfra.Cli.Reports;

/// <summary>What is in force, what comes next, and by when to ask for it, in three lines.</summary>
internal static class DatedSteps
{
    public static IEnumerable<Block> Of(FleetPlan fleet, DateOnly? today = null)
    {
        yield return new Block.Heading("Steps");
        yield return new Block.Items([InForce(fleet), Next(fleet), Orders(fleet, today)]);
    }

    private static Cell InForce(FleetPlan fleet) =>
        $"in force: {fleet.Plan.AsOf}{(fleet.IsLocked ? ", as locked" : "")}, {Format.Dollars(fleet.Cost.Monthly)} a month";

    private static Cell Next(FleetPlan fleet)
    {
        var next = fleet.Steps.FirstOrDefault(step =>
            step.Month.CompareTo(fleet.Plan.AsOf) > 0 && !PoolChange.Between(fleet.Pools, step.Pools).IsEmpty);
        if (next is null)
        {
            return $"next: none, the fleet stays as it is until {fleet.Steps[^1].Month}";
        }

        var changes = PoolChange.Between(fleet.Pools, next.Pools);
        var more = changes.Sum(change => change.After - change.Before);
        return $"next: {next.Month}, {Format.Count(changes.Length, "pool")} changed, {more:+0;-0;0} instances, {Format.Dollars(next.Monthly)} a month; "
            + $"it comes with asOf: {next.Month} in a reviewed change";
    }

    private static Cell Orders(FleetPlan fleet, DateOnly? today)
    {
        var orders = fleet.Times.Orders;
        if (orders.IsEmpty)
        {
            return $"to ask for: nothing, no pool grows after {fleet.Plan.AsOf}";
        }

        var late = today is { } day ? orders.Count(order => order.OrderBy < day) : 0;
        var first = orders[0];
        var text = $"to ask for: by {Format.Date(first.OrderBy)} {OrderTable.What(first)} in {first.Pool.Region} ({first.Owner})"
            + (orders.Length > 1 ? $", then {Format.Count(orders.Length - 1)} more until {Format.Date(orders[^1].OrderBy)}" : "");
        return late > 0
            ? new Cell($"{text}; {late} of them are overdue on {Format.Date(today!.Value)}: gpuinfra forecast", Tone.Warning)
            : $"{text}: gpuinfra forecast";
    }
}
