using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// Chooses the precision of servings that leave it open: of the approved ones, the one whose fleet costs least in the deployed month. One
/// choice holds for the whole horizon, since other weights mean other answers. Ties go to more bytes per weight, then to the plan's order.
/// </summary>
internal static class PrecisionChoice
{
    /// <summary>The plan with every choice made.</summary>
    /// <exception cref="PlanException">A serving cannot be run in any of its precisions.</exception>
    public static CapacityPlan Resolve(CapacityPlan plan, Catalog catalog) => plan.Servings.Any(serving => serving.ChoosesPrecision)
        ? plan with { Servings = [.. plan.Servings.Select(serving => serving.ChoosesPrecision ? Cheapest(plan, serving, catalog) : serving)] }
        : plan;

    private static Serving Cheapest(CapacityPlan plan, Serving serving, Catalog catalog)
    {
        var problems = ImmutableArray.CreateBuilder<PlanProblem>();
        var priced = new List<(Serving Serving, decimal Monthly)>();
        foreach (var artefact in serving.Artefacts)
        {
            var variant = serving with { Precision = artefact.Precision, Weights = artefact.Weights };
            try
            {
                priced.Add((variant, Planner.Plan(Alone(plan, variant), "", catalog).Cost.Monthly.Amount));
            }
            catch (PlanException exception)
            {
                problems.AddRange(exception.Problems);
            }
        }

        return priced.Count == 0
            ? throw new PlanException(problems)
            : priced.OrderBy(option => option.Monthly).ThenByDescending(option => option.Serving.Precision.BytesPerWeight()).First().Serving;
    }

    /// <summary>The plan with one serving, so that others neither weigh in nor fail.</summary>
    internal static CapacityPlan Alone(CapacityPlan plan, Serving serving) => plan with
    {
        Servings = [serving with { ChoosesPrecision = false }],
        Workloads = [.. plan.Workloads.Where(workload => workload.Serving == serving.Name)],
        Draining = [],
    };
}
