using System.Collections.Immutable;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Bridges;

/// <summary>The inputs on the way from one fleet to another: each step changes one factor more.</summary>
internal static class InputSteps
{
    /// <summary>The way: first the earlier inputs as they are, last the later ones.</summary>
    public static IEnumerable<(BridgeFactor? Factor, FleetInputs Inputs)> Between(FleetInputs before, FleetInputs after)
    {
        var demand = before with { Capacity = Demand(before.Capacity, after.Capacity), Stack = after.Stack };
        var calibration = demand with
        {
            Capacity = Figures(demand.Capacity, after),
            Catalog = before.Catalog.WithFiguresOf(after.Catalog),
            Calibration = after.Calibration,
        };
        var price = calibration with { Capacity = calibration.Capacity with { Discounts = after.Capacity.Discounts }, Catalog = after.Catalog };
        var policy = price with { Capacity = Policy(before.Capacity, after.Capacity), Running = after.Running };
        return [(null, before), (BridgeFactor.Demand, demand), (BridgeFactor.Calibration, calibration), (BridgeFactor.Price, price),
            (BridgeFactor.Policy, policy), (BridgeFactor.Commitments, after)];
    }

    /// <summary>The later workloads, growth and month on the earlier plan. A serving that only later workloads use comes with them, and one that none uses goes.</summary>
    private static CapacityPlan Demand(CapacityPlan before, CapacityPlan after)
    {
        var used = after.Workloads.Select(workload => workload.Serving).ToHashSet(StringComparer.Ordinal);
        var kept = before.Servings.Where(serving => used.Contains(serving.Name)).ToList();
        var come = after.Servings.Where(serving => used.Contains(serving.Name) && kept.TrueForAll(other => other.Name != serving.Name));
        return Holding(before, before, after.AsOf) with
        {
            Workloads = after.Workloads,
            Growth = after.Growth,
            Start = after.Start,
            AsOf = after.AsOf,
            HorizonMonths = after.HorizonMonths,
            Teams = after.Teams,
            Servings = [.. kept.Concat(come).OrderBy(serving => serving.Name, StringComparer.Ordinal)],
        };
    }

    /// <summary>The same plan with the later catalog's figures of the models that it names.</summary>
    private static CapacityPlan Figures(CapacityPlan plan, FleetInputs after) => plan with
    {
        Servings = [.. plan.Servings.Select(serving =>
            (after.Capacity.Servings.FirstOrDefault(other => other.Model.Id == serving.Model.Id)?.Model ?? after.Catalog.FindModel(serving.Model.Id)) is { } model
                ? serving with { Model = model }
                : serving)],
    };

    /// <summary>The later plan with what was held before.</summary>
    private static CapacityPlan Policy(CapacityPlan before, CapacityPlan after) => Holding(after, before, after.AsOf);

    /// <summary>
    /// A plan that holds in a month what another one holds in its own: what ends or begins between the two is no demand, and belongs to the last step.
    /// </summary>
    private static CapacityPlan Holding(CapacityPlan plan, CapacityPlan before, Month month) => plan with
    {
        Commitments = [.. before.Commitments.Where(row => row.IsHeldIn(before.AsOf)).Select(row => row.IsHeldIn(month) ? row : row with { Until = month })],
        Ledger = plan.Ledger with
        {
            Reservations = [.. before.Ledger.Reservations.Where(row => row.HoldsIn(before.AsOf)).Select(row => row.HoldsIn(month) ? row : row with { End = null })],
            External = [.. before.Ledger.External.Where(row => row.HoldsIn(before.AsOf)).Select(row => row.HoldsIn(month) ? row : row with { End = null })],
        },
    };
}
