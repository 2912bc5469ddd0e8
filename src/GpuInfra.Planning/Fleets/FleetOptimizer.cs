using System.Collections.Immutable;
using GpuInfra.Planning.Optimization;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// Solves a <see cref="FleetProblem"/> to a proven optimum.
/// <para>
/// Servings are solved one by one, without what they share. If together they keep every limit, that is the optimum, because leaving out
/// limits can only make a fleet cheaper. Otherwise the servings that use a broken limit are solved as one program, together with those
/// that they share further limits with, until none is broken.
/// </para>
/// </summary>
internal static class FleetOptimizer
{
    /// <summary>The cheapest fleet.</summary>
    public static FleetOptimum Solve(FleetProblem problem, SearchLimits limits)
    {
        problem = problem.Ordered();
        var parts = OnAllCores.Select(
            problem.Servings, serving => (Servings: (ImmutableArray<ServingNeed>)[serving], Optimum: ServingSearch.Solve(serving, limits))).ToList();
        var coupled = new HashSet<string>(StringComparer.Ordinal);
        while (parts.All(part => part.Optimum.IsSolved) && FirstBroken(problem, parts.SelectMany(part => part.Optimum.Instances).ToList()) is { } broken)
        {
            coupled.Add(broken.Name);
            var joined = parts.Where(part => part.Servings.Any(serving => serving.Choices.Any(choice => choice.MostUse(broken.Name) > 0))).ToList();
            parts.RemoveAll(joined.Contains);
            var together = new FleetProblem(
                [.. joined.SelectMany(part => part.Servings).Select(Dominance.Reduce).OrderBy(serving => serving.Name, StringComparer.Ordinal)],
                [.. problem.Limits.Where(limit => coupled.Contains(limit.Name))]);
            parts.Add((together.Servings, CoupledSearch.Solve(together, limits)));
        }

        var fleet = FleetOptimum.Sum([.. parts.Select(part => part.Optimum)]);

        // Cost is what is minimised, so a ceiling on it rules the cheapest fleet out or changes nothing.
        return problem.MostMonthly is { } most && fleet.IsSolved && fleet.Objective > most + (decimal)Tolerance.Feasibility
            ? fleet with { Status = SolutionStatus.Infeasible, Instances = [] }
            : fleet;
    }

    private static SharedLimit? FirstBroken(FleetProblem problem, List<PlacedInstances> fleet) => problem.Limits.FirstOrDefault(limit =>
        fleet.Sum(placed => placed.Use(limit.Name)) > limit.Most + Tolerance.Feasibility);
}

/// <summary>The fleet that was found, and what was proven about it.</summary>
/// <param name="Status">How the search ended.</param>
/// <param name="Instances">What to run; empty without a solution.</param>
/// <param name="Objective">What it costs in a month.</param>
/// <param name="Bound">No fleet costs less; equal to the objective when the optimum is proven.</param>
/// <param name="Nodes">Nodes of all search trees.</param>
internal sealed record FleetOptimum(SolutionStatus Status, ImmutableArray<PlacedInstances> Instances, decimal Objective, decimal Bound, int Nodes)
{
    /// <summary>True when there is a fleet.</summary>
    public bool IsSolved => !Instances.IsEmpty;

    /// <summary>Fleets of different servings as one.</summary>
    public static FleetOptimum Sum(ImmutableArray<FleetOptimum> parts) => new(
        parts.Any(part => part.Status == SolutionStatus.Infeasible) ? SolutionStatus.Infeasible : parts.Max(part => part.Status),
        parts.All(part => part.IsSolved) ? [.. parts.SelectMany(part => part.Instances)] : [],
        parts.Sum(part => part.Objective), parts.Sum(part => part.Bound), parts.Sum(part => part.Nodes));
}
