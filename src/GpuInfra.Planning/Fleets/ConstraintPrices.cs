using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Optimization;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// What each promise and constraint of a plan costs in its month: the problem is solved again without it. All but stability are priced on fleets that may
/// move, because what stays on its machines whatever is asked of it shows no price.
/// </summary>
internal static class ConstraintPrices
{
    private static readonly SearchLimits Search = new() { Nodes = FleetExplanation.Nodes };

    /// <summary>The prices, in the order of the plan. What the plan does not ask for is left out.</summary>
    public static ImmutableArray<ConstraintPrice> Of(FleetPlan fleet, SolvedMonth solved, Catalog catalog)
    {
        var free = solved.Free;
        var isMoved = free.Servings.Zip(solved.Problem.Servings, (may, does) => may.Choices.Length == does.Choices.Length).All(same => same);
        var cost = isMoved ? solved.Optimum : FleetOptimizer.Solve(free, Search);
        var prices = ImmutableArray.CreateBuilder<ConstraintPrice>();
        foreach (var (constraint, words, without) in Questions(fleet.Plan, free, catalog))
        {
            if (FleetOptimizer.Solve(without, Search) is { IsSolved: true } found)
            {
                prices.Add(Price(constraint, words, cost, found));
            }
        }

        if (!isMoved)
        {
            prices.Add(Price("stability.movesFrom", $"staying where servings run for less than {fleet.Plan.MovesFrom}", solved.Optimum, cost));
        }

        return prices.ToImmutable();
    }

    private static ConstraintPrice Price(string constraint, string words, FleetOptimum with, FleetOptimum without)
    {
        var price = Math.Max(0, with.Objective - without.Objective);
        return new(
            constraint, words, new Usd(price).ToCents(), Share.FromFraction(without.Objective == 0 ? 0 : (double)(price / without.Objective)),
            without.Status == SolutionStatus.Optimal);
    }

    private static IEnumerable<(string Constraint, string Words, FleetProblem Without)> Questions(CapacityPlan plan, FleetProblem problem, Catalog catalog)
    {
        foreach (var promise in Relaxation.Of(problem))
        {
            yield return (promise.Constraint, promise.Words, promise.Without(problem));
        }

        if (plan.Servings.Any(serving => plan.HeadroomOf(serving).Fraction > 0))
        {
            var headroom = plan.Servings.ToDictionary(serving => serving.Name, plan.HeadroomOf);
            yield return ("headroom", $"headroom of {string.Join(" and ", headroom.Values.Distinct().Order())}", Relaxation.Each(need => need with { Peak = need.Peak / (1 + headroom[need.Name].Fraction) })(problem));
        }

        if (plan.Servings.Any(serving => serving.Residency != Residency.Anywhere))
        {
            yield return ("residency", "residency", Again(plan with { Servings = [.. plan.Servings.Select(serving => serving with { Residency = Residency.Anywhere })] }, catalog));
        }

        if (plan.Obsolete.Any(item => item.From.CompareTo(plan.AsOf) <= 0))
        {
            yield return ("obsolete", "giving up obsolete GPUs", Again(plan with { Obsolete = [] }, catalog));
        }
    }

    /// <summary>The problem of a plan that allows other offers.</summary>
    private static FleetProblem Again(CapacityPlan plan, Catalog catalog) =>
        new MonthSolver(plan, new ServingTasks(plan, new DemandForecast(plan), new OfferSizer(plan, catalog), catalog), Search).Problem(plan.AsOf);
}
