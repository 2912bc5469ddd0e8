using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Optimization;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// Decides the hours of work with a deadline: of all whole hours up to it, and the deadline itself, those whose fleet costs least in the deployed month. Fewer
/// machines for longer pay their start-up less often, more for shorter round up less; which counts more depends on the machine, so
/// each is solved. The time in which machines start serves nothing and is paid. Ties go to fewer machines, then to fewer hours.
/// No offer's price changes over the day in the catalogue, so the hours begin where the plan's window does.
/// </summary>
internal static class DeadlineChoice
{
    /// <summary>The plan with every window decided.</summary>
    /// <exception cref="PlanException">A serving's workloads have different deadlines, or no hours will do.</exception>
    public static (CapacityPlan Plan, ImmutableArray<WindowChoice> Choices) Resolve(CapacityPlan plan, Catalog catalog)
    {
        var choices = ImmutableArray.CreateBuilder<WindowChoice>();
        foreach (var serving in plan.Servings.Where(serving => WorkloadsOf(plan, serving).Any(workload => workload.Demand.Deadline is not null)))
        {
            var choice = Choose(plan, serving, catalog);
            choices.Add(choice);
            plan = With(plan, serving, choice.Window, choice.StartUp);
        }

        return (plan, choices.ToImmutable());
    }

    /// <summary>The plan as its locked pools run: their windows were decided when they were reviewed.</summary>
    public static CapacityPlan AsLocked(CapacityPlan plan, ImmutableArray<Pool> pools, Catalog catalog) => plan.Servings
        .Where(serving => WorkloadsOf(plan, serving).Any(workload => workload.Demand.Deadline is not null))
        .Select(serving => (Serving: serving, Pools: pools.Where(pool => pool.Serving == serving.Name && !pool.IsDraining && !pool.IsExternal).ToImmutableArray()))
        .Aggregate(plan, (sum, item) => With(sum, item.Serving, item.Pools[0].Window, StartOf(item.Serving, item.Pools, catalog)));

    private static WindowChoice Choose(CapacityPlan plan, Serving serving, Catalog catalog)
    {
        var demands = WorkloadsOf(plan, serving).Select(workload => (workload.Demand.Deadline, workload.Demand.Window)).Distinct().ToList();
        if (demands is not [{ Deadline: { } deadline } demand])
        {
            throw new PlanException([serving.Location.Problem(
                $"servings.{serving.Name}", "its workloads share its machines, so give all of them the same deadline and window, or servings of their own")]);
        }

        var from = demand.Window?.From ?? TimeOnly.MinValue;
        var options = Enumerable.Range(1, (int)deadline.TotalHours).Select(hours => TimeSpan.FromHours(hours)).Append(deadline).Distinct()
            .Select(length => Price(plan, serving, WindowOf(length), length, catalog))
            .ToImmutableArray();
        var (best, start) = options.Where(option => option.Option.Monthly is not null)
            .OrderBy(option => option.Option.Monthly!.Value.Amount).ThenBy(option => option.Option.Instances).ThenBy(option => option.Option.Length)
            .FirstOrDefault();
        return best is null
            ? throw new PlanException([serving.Location.Problem($"servings.{serving.Name}", $"cannot be done by its deadline: {options[^1].Option.Why}")])
            : new WindowChoice(serving.Name, deadline, WindowOf(best.Length), start, [.. options.Select(option => option.Option)]);

        RunWindow? WindowOf(TimeSpan length) => length >= TimeSpan.FromDays(1)
            ? null
            : new RunWindow(demand.Window?.Days ?? DayRange.EveryDay, from, from.Add(length), demand.Window?.TimeZone ?? "Etc/UTC");
    }

    /// <summary>
    /// The fleet for a window. How long machines start depends on which they are, and which they are on how long they start: the time counted
    /// grows until it is enough, which it is after a few rounds, since there are few kinds of machines.
    /// </summary>
    private static (WindowOption Option, TimeSpan StartUp) Price(CapacityPlan plan, Serving serving, RunWindow? window, TimeSpan length, Catalog catalog)
    {
        var start = TimeSpan.Zero;
        try
        {
            while (true)
            {
                var variant = With(PrecisionChoice.Alone(plan, serving), serving, window, start);
                var solver = new MonthSolver(variant, new ServingTasks(variant, new DemandForecast(variant), new OfferSizer(variant, catalog), catalog), new SearchLimits());
                var pools = solver.Solve(variant.AsOf, []).Servings.SelectMany(solved => solved.Pools).ToImmutableArray();
                var needed = StartOf(serving, pools, catalog);
                if (needed <= start)
                {
                    return (new WindowOption(length, pools.Sum(pool => pool.Instances.Desired), CostBreakdown.Sum(pools)), start);
                }

                if (needed >= length)
                {
                    return (new WindowOption(length, 0, null, FormattableString.Invariant($"machines take {needed.TotalMinutes:0} minutes to start")), start);
                }

                start = needed;
            }
        }
        catch (PlanException exception)
        {
            return (new WindowOption(length, 0, null, exception.Problems[0].Message), start);
        }
    }

    private static TimeSpan StartOf(Serving serving, ImmutableArray<Pool> pools, Catalog catalog) => pools.Max(pool => PoolStart.Of(catalog, serving, pool).Total);

    private static CapacityPlan With(CapacityPlan plan, Serving serving, RunWindow? window, TimeSpan startUp) => plan with
    {
        Workloads =
        [
            .. plan.Workloads.Select(workload => workload.Serving != serving.Name
                ? workload
                : workload with { Demand = workload.Demand with { Window = window, StartUp = startUp, Deadline = null } }),
        ],
    };

    private static IEnumerable<Workload> WorkloadsOf(CapacityPlan plan, Serving serving) => plan.Workloads.Where(workload => workload.Serving == serving.Name);
}
