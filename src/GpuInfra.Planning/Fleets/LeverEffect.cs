using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>What a lever does to a fleet's cost, pulled alone.</summary>
/// <param name="Name">The lever.</param>
/// <param name="Assumes">What must be true for it.</param>
/// <param name="Monthly">The fleet's cost with it; null where the changed plan cannot be met.</param>
/// <param name="Why">Why it cannot be met, or why there is nothing to change; null otherwise.</param>
public sealed record LeverEffect(string Name, string Assumes, Usd? Monthly, string? Why)
{
    private const string Done = "nothing to change: the plan has it, or nothing it applies to";

    /// <summary>Every lever of a fleet's plan, planned again by itself; what commitments would take off stands last.</summary>
    public static ImmutableArray<LeverEffect> Of(FleetPlan fleet, Catalog catalog) =>
    [
        .. Lever.Of(fleet.Plan).Select(lever => Of(lever, fleet, catalog)),
        .. fleet.Cost.IfCommitted.Select(saving => new LeverEffect(
            saving.Term == CommitmentTerm.OneYear ? "commitments, one year" : "commitments, three years",
            $"{saving.Instances} machines run for the whole term, at published discounts",
            new Usd(fleet.Cost.Monthly.Amount - saving.Monthly.Amount),
            null)),
    ];

    private static LeverEffect Of(Lever lever, FleetPlan fleet, Catalog catalog)
    {
        if (lever.Plan is not { } plan)
        {
            return new LeverEffect(lever.Name, lever.Assumes, null, Done);
        }

        try
        {
            // Machines that leave belong to the plan as it is.
            return new LeverEffect(lever.Name, lever.Assumes, Planner.Plan(plan with { Draining = [] }, fleet.Stack, catalog, fleet.Running).Cost.Monthly, null);
        }
        catch (PlanException infeasible)
        {
            return new LeverEffect(lever.Name, lever.Assumes, null, infeasible.Problems[0].Message);
        }
    }
}
