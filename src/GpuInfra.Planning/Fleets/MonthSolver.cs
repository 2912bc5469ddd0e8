using System.Collections.Immutable;
using GpuInfra.Planning.Optimization;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>Solves a month: all servings as one problem, from their tasks to their pools.</summary>
internal sealed class MonthSolver(CapacityPlan plan, ServingTasks tasks, SearchLimits limits)
{
    /// <summary>The cheapest fleet of a month.</summary>
    /// <exception cref="PlanException">
    /// Some serving cannot be run by any offer of a cloud, or promises cannot be kept together; all such servings are told.
    /// </exception>
    public SolvedMonth Solve(Month month)
    {
        var prepared = Prepare(month);
        var problem = new FleetProblem([.. prepared.Select(task => task.Need)], [.. prepared.SelectMany(task => task.Limits)]);
        var optimum = FleetOptimizer.Solve(problem, limits);
        if (!optimum.IsSolved)
        {
            throw new PlanException(FleetConflict.Of(problem, prepared));
        }

        var placed = optimum.Instances.ToLookup(instances => instances.Choice.Pool, StringComparer.Ordinal);
        return new SolvedMonth(problem, optimum, OnAllCores.Select(prepared, task => new ServingAnswer(
            plan, task, [.. task.Need.Choices.Select(choice => choice.Pool).Distinct().SelectMany(pool => placed[pool])]).Solved(month)));
    }

    private ImmutableArray<ServingTask> Prepare(Month month)
    {
        var prepared = OnAllCores.Select<Serving, (ServingTask? Task, ImmutableArray<PlanProblem> Problems)>(plan.Servings, serving =>
        {
            try
            {
                return (tasks.Of(serving, month), []);
            }
            catch (PlanException exception)
            {
                return (null, exception.Problems);
            }
        });
        return prepared.Any(item => item.Task is null)
            ? throw new PlanException(prepared.SelectMany(item => item.Problems))
            : [.. prepared.Select(item => item.Task!)];
    }
}

/// <summary>A month solved.</summary>
/// <param name="Problem">The problem.</param>
/// <param name="Optimum">What was found and proven.</param>
/// <param name="Servings">Its servings, ordered by name.</param>
internal sealed record SolvedMonth(FleetProblem Problem, FleetOptimum Optimum, ImmutableArray<SolvedServing> Servings);
