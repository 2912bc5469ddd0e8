using System.Collections.Immutable;
using GpuInfra.Planning.Optimization;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>Solves a month: all servings as one problem, from their tasks to their pools.</summary>
internal sealed class MonthSolver(CapacityPlan plan, ServingTasks tasks, SearchLimits limits)
{
    /// <summary>The cheapest fleet of a month. What a month after the plan's cannot keep of quotas and ceiling it is planned without: they can be raised until then. In an incident they are asked for meanwhile.</summary>
    /// <param name="month">The month.</param>
    /// <param name="running">What runs before it.</param>
    /// <exception cref="PlanException">
    /// Some serving cannot be run by any offer of a cloud, or promises cannot be kept together; all such servings are told.
    /// </exception>
    public SolvedMonth Solve(Month month, ImmutableArray<Pool> running)
    {
        var held = tasks.HeldIn(month);
        var prepared = Prepare(month, held);
        var problem = ProblemOf(prepared, held);
        var own = problem with { Limits = [.. prepared.SelectMany(task => task.Limits), .. held.Limits], MostMonthly = null };
        return Solve(month, problem, prepared, held, running)
            ?? (month == plan.AsOf && plan.Incident is null ? null : Solve(month, own, prepared, held, running))
            ?? throw new PlanException(FleetConflict.Of(problem, prepared));
    }

    /// <summary>Begins to size a month's servings beside other work of the caller; what is returned ends it.</summary>
    public Func<ImmutableArray<SizedOffers>> BeginSizing(Month month) => OnAllCores.Begin(plan.Servings, serving => tasks.Sized(serving, month));

    /// <summary>The problem of a month when nothing runs.</summary>
    /// <exception cref="PlanException">Some serving cannot be run by any offer of a cloud.</exception>
    public FleetProblem Problem(Month month) => ProblemOf(Prepare(month, tasks.HeldIn(month)), tasks.HeldIn(month));

    private FleetProblem ProblemOf(ImmutableArray<ServingTask> prepared, HeldCapacity held) => new(
        [.. prepared.Select(task => task.Need)], [.. prepared.SelectMany(task => task.Limits), .. held.Limits, .. Quotas(prepared)], plan.Budget?.Ceiling?.Amount)
    { Paid = held.Monthly };

    private SolvedMonth? Solve(Month month, FleetProblem free, ImmutableArray<ServingTask> prepared, HeldCapacity held, ImmutableArray<Pool> running)
    {
        var (stays, problem, optimum) = new Stability(plan.MovesFrom.Fraction, limits).Solve(free, [.. prepared.Select(task => task.Serving)], running);
        if (!optimum.IsSolved)
        {
            return null;
        }

        var placed = optimum.Instances.ToLookup(instances => instances.Choice.Pool, StringComparer.Ordinal);
        return new SolvedMonth(free, problem, optimum, held, OnAllCores.Select([.. prepared.Zip(stays)], serving => new ServingAnswer(
            plan, serving.First, serving.Second, [.. serving.First.Need.Choices.Select(choice => choice.Pool).Distinct().SelectMany(pool => placed[pool])]).Solved(month)));
    }

    /// <summary>The quotas that the ledger lists, less what draining pools take of them.</summary>
    private IEnumerable<SharedLimit> Quotas(ImmutableArray<ServingTask> prepared) => QuotaRules.Limits(plan).Select(limit => limit with
    {
        Most = limit.Most - prepared.SelectMany(task => task.Draining).Where(use => use.Limit == limit.Name).Sum(use => use.Amount),
    });

    private ImmutableArray<ServingTask> Prepare(Month month, HeldCapacity held)
    {
        var prepared = OnAllCores.Select<Serving, (ServingTask? Task, ImmutableArray<PlanProblem> Problems)>(plan.Servings, serving =>
        {
            try
            {
                return (tasks.Of(serving, month, held), []);
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
/// <param name="Free">The problem when nothing runs.</param>
/// <param name="Problem">The problem that was solved: servings that stay have no choices but those that run.</param>
/// <param name="Optimum">What was found and proven.</param>
/// <param name="Held">What was held already.</param>
/// <param name="Servings">Its servings, ordered by name.</param>
internal sealed record SolvedMonth(FleetProblem Free, FleetProblem Problem, FleetOptimum Optimum, HeldCapacity Held, ImmutableArray<SolvedServing> Servings);
