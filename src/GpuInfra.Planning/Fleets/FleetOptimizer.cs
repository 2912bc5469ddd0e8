using System.Collections.Immutable;
using GpuInfra.Planning.Optimization;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// Solves a <see cref="FleetProblem"/> to a proven optimum.
/// <para>
/// Servings are solved one by one, each as if limits were its own. If together they keep every limit, that is the optimum, because a
/// larger share of a limit can only make a fleet cheaper. Otherwise all servings that can use a broken limit are solved together (<see cref="CoupledSearch"/>,
/// or <see cref="LimitSplit"/> where updates start machines beside them), and so on, until none is broken: servings that share no limit that matters stay apart.
/// </para>
/// </summary>
internal static class FleetOptimizer
{
    /// <summary>The cheapest fleet.</summary>
    public static FleetOptimum Solve(FleetProblem problem, SearchLimits limits)
    {
        problem = problem.Ordered();
        var parts = OnAllCores.Select(problem.Servings, serving => new Part([serving], ServingSearch.Solve(serving, problem.Limits, limits))).ToList();
        while (parts.All(part => part.Optimum.IsSolved) && Broken(problem, parts) is { Count: > 0 } broken)
        {
            // What a broken limit can be used by belongs together.
            var joined = parts.Select(part => part with { IsJoined = false }).ToList();
            foreach (var limit in broken)
            {
                var users = joined.Where(part => part.Limits.Contains(limit)).ToList();
                joined.RemoveAll(users.Contains);
                joined.Add(new Part([.. users.SelectMany(part => part.Servings)], users[0].Optimum) { IsJoined = true });
            }

            parts = [.. joined.Select(part => part.IsJoined ? Together(problem, part.Servings, limits) : part)];
        }

        var fleet = FleetOptimum.Sum([.. parts.Select(part => part.Optimum)]) with
        {
            Unsolved = [.. parts.Where(part => !part.Optimum.IsSolved).SelectMany(part => part.Servings).Select(serving => serving.Name)],
        };
        fleet = fleet.IsSolved ? fleet with { Objective = fleet.Objective + problem.Paid, Bound = fleet.Bound + problem.Paid } : fleet;

        // Cost is what is minimised, so a ceiling on it rules the cheapest fleet out or changes nothing.
        return problem.MostMonthly is { } most && fleet.IsSolved && fleet.Objective > most + (decimal)Tolerance.Feasibility
            ? fleet with { Status = SolutionStatus.Infeasible, Instances = [] }
            : fleet;
    }

    /// <summary>Servings with all limits that they can use; a search looks only at those that come to be broken.</summary>
    private static Part Together(FleetProblem problem, ImmutableArray<ServingNeed> servings, SearchLimits limits)
    {
        ImmutableArray<ServingNeed> ordered = [.. servings.OrderBy(serving => serving.Name, StringComparer.Ordinal)];
        var part = new Part(ordered, new FleetOptimum(SolutionStatus.Infeasible, [], 0, 0, 0));
        var problemOfPart = new FleetProblem([.. ordered.Select(Dominance.Reduce)], [.. problem.Limits.Where(limit => part.Limits.Contains(limit.Name))]);
        return part with { Optimum = LimitSplit.IsNeeded(problemOfPart) ? LimitSplit.Solve(problemOfPart, limits) : CoupledSearch.Solve(problemOfPart, limits) };
    }

    /// <summary>Limits that the parts break together, in their order.</summary>
    private static List<string> Broken(FleetProblem problem, List<Part> parts)
    {
        var uses = problem.Limits.IsEmpty ? [] : PlacedInstances.Uses(parts.SelectMany(part => part.Optimum.Instances));
        return [.. problem.Limits.Where(limit => uses.GetValueOrDefault(limit.Name) > limit.Most + 2 * Tolerance.Feasibility).Select(limit => limit.Name)];
    }

    /// <summary>Servings that are solved together.</summary>
    private sealed record Part(ImmutableArray<ServingNeed> Servings, FleetOptimum Optimum)
    {
        /// <summary>Limits that any of them can use.</summary>
        public HashSet<string> Limits { get; } = Servings.SelectMany(serving => serving.Choices)
            .SelectMany(choice => choice.Uses.Concat(choice.Surge?.Uses ?? []).Concat(choice.Purchases.SelectMany(purchase => purchase.Uses)))
            .Where(use => use.Amount > 0).Select(use => use.Limit).ToHashSet(StringComparer.Ordinal);

        /// <summary>True when they have yet to be solved together.</summary>
        public bool IsJoined { get; init; }
    }
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

    /// <summary>Servings that cannot have what they need, alone or together; empty where there is a fleet, or where only all together cost too much.</summary>
    public ImmutableArray<string> Unsolved { get; init; } = [];

    /// <summary>Fleets of different servings as one.</summary>
    public static FleetOptimum Sum(ImmutableArray<FleetOptimum> parts) => new(
        parts.Any(part => part.Status == SolutionStatus.Infeasible) ? SolutionStatus.Infeasible : parts.Max(part => part.Status),
        parts.All(part => part.IsSolved) ? [.. parts.SelectMany(part => part.Instances)] : [],
        parts.Sum(part => part.Objective), parts.Sum(part => part.Bound), parts.Sum(part => part.Nodes));
}
