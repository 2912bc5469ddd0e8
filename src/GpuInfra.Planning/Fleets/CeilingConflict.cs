using System.Collections.Immutable;
using GpuInfra.Planning.Optimization;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// Why a fleet costs more than the plan's ceiling: the fewest promises that do not fit under it together, and which single one would have to go. Each
/// question is a whole optimum, because what a fleet costs cannot be seen from a few of its rows.
/// </summary>
internal static class CeilingConflict
{
    private static readonly SearchLimits Search = new() { Nodes = FleetExplanation.Nodes };

    /// <summary>What is in conflict, and what would mend it; null when the problem has no fleet without the ceiling either.</summary>
    public static string? Explain(FleetProblem problem)
    {
        if (problem.MostMonthly is not { } ceiling || FleetOptimizer.Solve(problem with { MostMonthly = null }, Search) is not { IsSolved: true } cheapest || cheapest.Objective <= ceiling)
        {
            return null;
        }

        var whole = problem with { MostMonthly = null };
        var (kept, left) = (new List<Relaxation>(), whole);
        foreach (var promise in Relaxation.Of(whole))
        {
            var without = promise.Without(left);
            if (Cost(without) > ceiling)
            {
                left = without;
            }
            else
            {
                kept.Add(promise);
            }
        }

        var remedies = Relaxation.Of(whole).Where(promise => Cost(promise.Without(whole)) <= ceiling).Select(promise => $"giving up {promise.Words}");
        return string.Join("; ", kept.Select(promise => promise.Words).Prepend(FormattableString.Invariant($"cannot be kept together: a budget.ceiling of ${ceiling:N2} a month; the demand")))
            + ". Any one of these would do: "
            + string.Join("; ", remedies.Prepend(FormattableString.Invariant($"a budget.ceiling of ${Math.Ceiling(cheapest.Objective):N0} or more")));
    }

    private static decimal Cost(FleetProblem problem) => FleetOptimizer.Solve(problem, Search) is { IsSolved: true } found ? found.Objective : decimal.MaxValue;
}
