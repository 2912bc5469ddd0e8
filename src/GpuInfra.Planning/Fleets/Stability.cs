using System.Collections.Immutable;
using GpuInfra.Planning.Optimization;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// Decides which servings stay. A serving that runs on some offers stays on them, in whatever numbers, unless its free optimum costs less than
/// (1 − X) of the optimum on what runs, or what runs cannot serve it any more. Where it runs nothing in a cloud yet, all offers of that cloud count as
/// what runs. Servings are looked at one by one: what they share only takes part where each would break it by itself.
/// </summary>
/// <param name="movesFrom">X, as a fraction; zero when all are free.</param>
/// <param name="search">How searches are to end.</param>
internal sealed class Stability(double movesFrom, SearchLimits search)
{
    /// <summary>
    /// What runs before a month: until the plan's month what was reviewed for the month itself, or the last before it; from then on what the month
    /// before it has.
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="month">The month.</param>
    /// <param name="reviewed">The fleet that runs, by month; empty when nothing does.</param>
    /// <param name="before">The pools planned for the month before; empty for the first.</param>
    public static ImmutableArray<Pool> RunningIn(CapacityPlan plan, Month month, ImmutableArray<FleetStep> reviewed, ImmutableArray<Pool> before)
    {
        var step = month.CompareTo(plan.AsOf) > 0 ? null
            : reviewed.FirstOrDefault(step => step.Month == month)
            ?? (before.IsEmpty ? reviewed.LastOrDefault(step => step.Month.CompareTo(month) < 0) : null);
        return step?.Pools ?? before;
    }

    /// <summary>
    /// Decides of each serving whether it stays, and solves all together. Of those that cannot keep what they share where they run, as few move as must:
    /// what they do not run on counts as dearer by what a move has to save. Where all cost too much together, all are free.
    /// </summary>
    /// <param name="free">The problem when nothing runs.</param>
    /// <param name="servings">Its servings, in its order.</param>
    /// <param name="running">The pools that run.</param>
    public (ImmutableArray<Stay> Stays, FleetProblem Problem, FleetOptimum Optimum) Solve(
        FleetProblem free, ImmutableArray<Serving> servings, ImmutableArray<Pool> running)
    {
        var pools = running.ToLookup(pool => pool.Serving, StringComparer.Ordinal);
        var stays = OnAllCores.Select([.. servings.Zip(free.Servings)], item => Decide(item.First, item.Second, free.Limits, [.. pools[item.First.Name], .. pools[item.First.RenamedFrom ?? ""]]));
        while (true)
        {
            var problem = free with { Servings = [.. stays.Select(stay => stay.Decided)] };
            var optimum = FleetOptimizer.Solve(problem, search);
            var crowded = stays.Where(stay => (stay.IsKept || stay.IsBound) && (optimum.Unsolved.IsEmpty || optimum.Unsolved.Contains(stay.Free.Name))).ToHashSet();
            if (optimum.IsSolved || crowded.Count == 0)
            {
                return (stays, problem, optimum);
            }

            var moved = optimum.Unsolved.IsEmpty ? null : FleetOptimizer.Solve(
                free with { MostMonthly = null, Servings = [.. stays.Select(stay => crowded.Contains(stay) ? Reluctant(stay) : stay.Decided)] }, search);
            var next = Moving(moved);
            stays = next.SequenceEqual(stays) ? Moving(null) : next;

            ImmutableArray<Stay> Moving(FleetOptimum? fleet) => [.. stays.Select(stay => crowded.Contains(stay) ? Moved(stay, fleet) : stay)];
        }
    }

    /// <summary>All that a serving may run on when nothing runs, where what it does not run on costs by 1/(1 − X) more.</summary>
    private ServingNeed Reluctant(Stay stay)
    {
        var here = stay.Decided.Choices.ToHashSet();
        var dearer = 1 / (1 - (decimal)movesFrom);
        return stay.Free with
        {
            Choices =
            [
                .. stay.Free.Choices.Select(choice => here.Contains(choice) ? choice
                    : choice with { Purchases = [.. choice.Purchases.Select(purchase => purchase with { Monthly = purchase.Monthly * dearer })] }),
            ],
        };
    }

    /// <summary>A serving that may run on the offers of a fleet and stays where those are what it runs on; free where there is no fleet.</summary>
    private static Stay Moved(Stay stay, FleetOptimum? fleet)
    {
        var offers = fleet?.Instances.Where(placed => stay.Free.Choices.Any(choice => choice.Pool == placed.Choice.Pool)).Select(placed => placed.Choice.Offer).ToHashSet(StringComparer.Ordinal);
        return offers is not { Count: > 0 } ? stay with { Decided = stay.Free, Reason = StayReason.Limits }
            : offers.All(offer => stay.Decided.Choices.Any(choice => choice.Offer == offer)) ? stay
            : stay with { Decided = stay.Free with { Choices = [.. stay.Free.Choices.Where(choice => choice.IsExternal || offers.Contains(choice.Offer))] }, Reason = StayReason.Limits };
    }

    /// <summary>What a serving may run on.</summary>
    /// <param name="serving">The serving.</param>
    /// <param name="need">What it needs and may run on when nothing runs.</param>
    /// <param name="shared">What servings share.</param>
    /// <param name="running">The pools that run.</param>
    public Stay Decide(Serving serving, ServingNeed need, ImmutableArray<SharedLimit> shared, ImmutableArray<Pool> running)
    {
        var own = running.Where(pool => !pool.IsDraining && (pool.Serving == serving.Name || pool.Serving == serving.RenamedFrom)).ToList();
        var offers = own.Select(pool => $"{JsonText.Word(pool.Cloud)}/{pool.Region}/{pool.InstanceType}")
            .ToHashSet(StringComparer.Ordinal);
        var clouds = own.Select(pool => pool.Cloud).ToHashSet();
        if (offers.Count == 0 || movesFrom == 0)
        {
            return new Stay(need, need, StayReason.NothingRuns);
        }

        var here = need with { Choices = [.. need.Choices.Where(choice => choice.IsExternal || !clouds.Contains(choice.Cloud) || offers.Any(choice.IsOf))] };
        if (here.Choices.Length == need.Choices.Length)
        {
            return new Stay(need, need, StayReason.Kept);
        }

        var kept = ServingSearch.Solve(here, shared, search);
        if (!kept.IsSolved)
        {
            return new Stay(need, need, StayReason.Infeasible);
        }

        var free = ServingSearch.Solve(need, shared, search, kept.Objective * (1 - (decimal)movesFrom));
        return free.IsSolved
            ? new Stay(need, need, StayReason.Cheaper) { Here = kept.Objective, Anywhere = () => free.Objective }
            : new Stay(need, here, StayReason.Kept)
            {
                Here = kept.Objective,
                Anywhere = () => ServingSearch.Solve(need, shared, search, kept.Objective) is { IsSolved: true } cheaper ? cheaper.Objective : null,
            };
    }
}
