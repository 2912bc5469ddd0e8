using System.Collections.Immutable;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Optimization;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Tests.Optimization;

namespace GpuInfra.Planning.Tests.Fleets;

/// <summary>Quotas with what updates start, what is held, and servings that stay where they run: all at once, against enumeration and another solver.</summary>
public class StableFleetsTests
{
    private const double MovesFrom = 0.08;
    private static readonly SearchLimits Search = new();
    private static readonly Pool AnyPool = Planner.Plan(A.Plan(), "prod", A.Catalog).Pools[0];

    [Fact]
    public void On_small_problems_who_stays_and_what_all_cost_is_what_trying_all_fleets_says()
    {
        var reasons = new List<StayReason>();
        foreach (var seed in Enumerable.Range(0, 14))
        {
            var problem = Problem(seed, 2, 2, 4);
            var (servings, running) = Running(problem, seed);
            var (stays, solved, found) = new Stability(MovesFrom, Search).Solve(problem, servings, running);
            var expected = Enumerated(problem, running);
            Assert.Equal((seed, string.Join(' ', expected)), (seed, string.Join(' ', stays.Select(stay => stay.Reason))));
            Assert.Equal((seed, BruteForce.LeastCost(solved) + problem.Paid), (seed, found.IsSolved ? found.Objective : null));
            reasons.AddRange(expected);
        }

        Assert.All([StayReason.Kept, StayReason.Cheaper, StayReason.Infeasible, StayReason.Limits], reason => Assert.Contains(reason, reasons));
    }

    [SkippableFact]
    public void On_larger_problems_the_cost_is_the_one_that_CBC_finds_for_the_exported_file()
    {
        Cbc.Require();
        var kept = 0;
        Parallel.For(0, 24, seed =>
        {
            var problem = Problem(seed, 4, 8, 20);
            var (servings, running) = Running(problem, seed);
            var (stays, solved, found) = new Stability(MovesFrom, Search).Solve(problem, servings, running);
            var expected = Cbc.LeastCost(new FleetFormulation(solved).Program);
            Assert.NotEqual(SolutionStatus.NodeLimit, found.Status);
            Assert.True(expected is null == !found.IsSolved, $"problem {seed}: CBC says {expected}, we say {found.Status}");
            Assert.True(expected is null || Math.Abs(expected.Value - found.Objective) < 0.005m, $"problem {seed}: CBC says {expected}, we say {found.Objective}");
            Interlocked.Add(ref kept, stays.Count(stay => stay.IsKept));
        });
        Assert.True(kept > 0);
    }

    /// <summary>Who stays, by what staying means.</summary>
    private static ImmutableArray<StayReason> Enumerated(FleetProblem problem, ImmutableArray<Pool> running)
    {
        var decided = problem.Servings.Select(serving =>
        {
            var pools = running.Where(pool => pool.Serving == serving.Name).ToList();
            var here = serving with
            {
                Choices = [.. serving.Choices.Where(choice => choice.IsExternal || pools.All(pool => pool.Cloud != choice.Cloud)
                    || pools.Any(pool => choice.Offer == $"{JsonText.Word(pool.Cloud)}/{pool.Region}/{pool.InstanceType}"))],
            };
            var (stay, free) = (Alone(problem, here), Alone(problem, serving));
            var reason = pools.Count == 0 ? StayReason.NothingRuns
                : here.Choices.Length == serving.Choices.Length ? StayReason.Kept
                : stay is null ? StayReason.Infeasible
                : free < stay * (1 - (decimal)MovesFrom) ? StayReason.Cheaper : StayReason.Kept;
            return (Reason: reason, Need: reason == StayReason.Kept ? here : serving);
        }).ToList();
        var kept = BruteForce.LeastCost(problem with { Servings = [.. decided.Select(item => item.Need)] });
        if (kept is not null)
        {
            return [.. decided.Select(item => item.Reason)];
        }

        // Servings that nothing can run leave no fleet at all, and are no reason to move others. Otherwise those move whose moves cost least with what a move has to save.
        var crowded = Enumerable.Range(0, decided.Count).Where(at => decided[at].Reason == StayReason.Kept).ToList();
        var alone = crowded.Where(at => Alone(problem, decided[at].Need) is null).ToList();
        var moved = alone.Count > 0 || decided.Any(item => Alone(problem, item.Need) is null) ? alone
            : Enumerable.Range(1, (1 << crowded.Count) - 1).Select(set => crowded.Where((_, bit) => (set >> bit & 1) == 1).ToList())
                .OrderBy(set => set.Count)
                .MinBy(set => BruteForce.LeastCost(problem with
                {
                    Servings = [.. decided.Select((item, at) => set.Contains(at) ? Reluctant(problem.Servings[at], item.Need) : item.Need)],
                }) ?? decimal.MaxValue)!;
        return [.. decided.Select((item, at) => moved.Contains(at) ? StayReason.Limits : item.Reason)];
    }

    private static ServingNeed Reluctant(ServingNeed free, ServingNeed here) => free with
    {
        Choices =
        [
            .. free.Choices.Select(choice => here.Choices.Contains(choice) ? choice
                : choice with { Purchases = [.. choice.Purchases.Select(purchase => purchase with { Monthly = purchase.Monthly / (1 - (decimal)MovesFrom) })] }),
        ],
    };

    private static decimal? Alone(FleetProblem problem, ServingNeed serving) => BruteForce.LeastCost(problem with { Servings = [serving] });

    private static FleetProblem Problem(int seed, int servings, int offers, int peak)
    {
        var problem = HeldFleets.Of(seed, servings, offers, peak);
        return problem with
        {
            Servings =
            [
                .. problem.Servings.Select(serving => serving with
                {
                    Choices = [.. serving.Choices.Select(choice => choice with { Offer = $"{JsonText.Word(choice.Cloud)}/{choice.Region}/{choice.Offer.Split('/')[2]}" })],
                }),
            ],
        };
    }

    /// <summary>Most servings run on some offer of theirs in one cloud or in each.</summary>
    private static (ImmutableArray<Serving> Servings, ImmutableArray<Pool> Pools) Running(FleetProblem problem, int seed)
    {
        var random = new Random(seed);
        return (
            [.. problem.Servings.Select(serving => A.Serving(serving.Name))],
            [
                .. from serving in problem.Servings
                   where random.Next(6) > 0
                   from cloud in serving.Choices.Where(choice => !choice.IsExternal).GroupBy(choice => choice.Cloud)
                   where random.Next(4) > 0
                   let taken = cloud.ElementAt(random.Next(cloud.Count()))
                   select AnyPool with { Serving = serving.Name, Cloud = taken.Cloud, Region = taken.Region, InstanceType = taken.Offer.Split('/')[2] },
            ]);
    }
}
