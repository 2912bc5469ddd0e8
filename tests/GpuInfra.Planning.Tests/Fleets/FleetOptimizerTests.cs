using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Optimization;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Tests.Optimization;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Fleets;

public class FleetOptimizerTests
{
    private static readonly SearchLimits Limits = new();

    [SkippableFact]
    public void On_300_random_problems_the_cost_is_the_one_that_CBC_finds_for_the_exported_file()
    {
        Cbc.Require();
        Parallel.For(0, 300, seed =>
        {
            var problem = RandomFleets.Of(seed, 8, 30, 40);
            var found = FleetOptimizer.Solve(problem, Limits);

            var expected = Cbc.LeastCost(new FleetFormulation(problem).Program);
            Assert.NotEqual(SolutionStatus.NodeLimit, found.Status);
            Assert.True(expected is null == !found.IsSolved, $"problem {seed}: CBC says {expected}, we say {found.Status}");
            Assert.True(expected is null || Math.Abs(expected.Value - found.Objective) < 0.005m, $"problem {seed}: CBC says {expected}, we say {found.Objective}");
        });
    }

    [Fact]
    public void On_100_small_problems_the_cost_is_the_least_of_all_fleets()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var problem = RandomFleets.Of(seed, 2, 3, 5);
            Assert.Equal(BruteForce.LeastCost(problem), FleetOptimizer.Solve(problem, Limits) is { IsSolved: true } found ? found.Objective : null);
        }
    }

    [Fact]
    public void Branch_and_price_pays_for_what_updates_start_and_finds_the_same_optimum()
    {
        var problems = Enumerable.Range(0, 60).Select(seed => RandomFleets.Of(seed, 6, 8, 20) with { MostMonthly = null })
            .Where(problem => problem is { Limits.IsEmpty: false, Servings.Length: > 1 } && LimitSplit.IsNeeded(problem)).ToList();
        Assert.True(problems.Count > 10);
        foreach (var problem in problems)
        {
            var (found, expected) = (CoupledSearch.Solve(problem.Ordered(), Limits), FleetOptimizer.Solve(problem, Limits));
            Assert.Equal(expected.Status, found.Status);
            Assert.True(!expected.IsSolved || Math.Abs(expected.Objective - found.Objective) < 0.001m);
            Assert.All(problem.Limits, limit => Assert.True(PlacedInstances.Use(found.Instances, limit.Name) <= limit.Most + 1e-6));
        }
    }

    [Fact]
    public void Cost_never_falls_when_demand_rises() => ForProblems((problem, random) => NeverCheaper(
        problem, Each(problem, serving => serving with { Peak = serving.Peak * (1 + random.NextDouble()), P95 = serving.P95 * (1 + random.NextDouble() / 4) })));

    [Fact]
    public void Cost_never_falls_when_a_price_rises() => ForProblems((problem, random) =>
    {
        var offer = problem.Servings[0].Choices[random.Next(problem.Servings[0].Choices.Length)].Offer;
        return NeverCheaper(problem, EachPurchase(problem, (choice, purchase) => choice.Offer == offer ? purchase with { Monthly = purchase.Monthly * 1.2m } : purchase));
    });

    [Fact]
    public void Cost_never_falls_when_a_constraint_is_added() => ForProblems((problem, random) => NeverCheaper(problem, random.Next(4) switch
    {
        0 => Each(problem, serving => serving with { Survive = new Survival(Share.All, serving.Survive.Cloud) }),
        1 => Each(problem, serving => serving with { FewestReplicas = serving.FewestReplicas + 2 }),
        2 => Each(problem, serving => serving with { MostOffers = 1 }),
        _ => problem with { Limits = [.. problem.Limits.Select(limit => limit with { Most = Math.Floor(limit.Most * 0.95) })] },
    }));

    [Fact]
    public void Scaling_all_prices_scales_the_cost() => ForProblems((problem, random) =>
    {
        var factor = random.Next(2, 9);
        var scaled = Solve(EachPurchase(problem, (_, purchase) => purchase with { Monthly = purchase.Monthly * factor }) with { MostMonthly = problem.MostMonthly * factor });
        return Solve(problem) is { } cost ? Math.Abs(cost * factor - scaled!.Value) < 0.01m : scaled is null;
    });

    [Fact]
    public void Permuting_the_input_changes_nothing() => ForProblems((problem, random) =>
    {
        var shuffled = problem with
        {
            Servings = [.. problem.Servings.OrderBy(_ => random.Next()).Select(serving => serving with { Choices = [.. serving.Choices.OrderBy(_ => random.Next())] })],
        };
        return Describe(FleetOptimizer.Solve(problem, Limits)).SequenceEqual(Describe(FleetOptimizer.Solve(shuffled, Limits)));
    });

    [Fact]
    public void A_search_that_the_node_limit_ends_tells_a_gap_around_the_optimum()
    {
        var ended = 0;
        foreach (var problem in Enumerable.Range(0, 10).Select(seed => RandomFleets.Of(seed, 8, 30, 40)))
        {
            var (proven, cut) = (FleetOptimizer.Solve(problem, Limits), FleetOptimizer.Solve(problem, Limits with { Nodes = 5 }));
            ended += cut.Status == SolutionStatus.NodeLimit ? 1 : 0;
            Assert.True(!proven.IsSolved || (cut.Status != SolutionStatus.Infeasible && cut.Bound <= proven.Objective));
            Assert.True(!cut.IsSolved || cut.Objective >= proven.Objective);
        }

        Assert.True(ended > 0);
    }

    [Fact]
    public void A_search_that_is_content_with_a_gap_ends_within_it()
    {
        foreach (var problem in Enumerable.Range(0, 300).Select(seed => RandomFleets.Of(seed, 8, 12, 40)).Where(problem => problem.Limits.Length == 2 && problem.Servings.Length > 4).Take(10))
        {
            var (proven, near) = (FleetOptimizer.Solve(problem, Limits), FleetOptimizer.Solve(problem, Limits with { Gap = 0.05, NodesWithinGap = 1 }));
            Assert.Equal(proven.IsSolved, near.IsSolved);
            Assert.True(near.Bound <= proven.Objective && near.Objective >= proven.Objective);
            Assert.True(near.Objective - near.Bound <= 0.05m * near.Objective);
            Assert.True(near.Nodes <= proven.Nodes);
        }
    }

    [Fact]
    public void A_gap_is_told_in_words_and_a_proof_is_not()
    {
        var optimum = new FleetOptimum(SolutionStatus.NodeLimit, [], 1000, 999, 5);
        Assert.Equal(
            "the search ended before the optimum was proven: no fleet costs less than $999.00 a month, 0.1 % below this one", Assert.Single(FleetWarnings.OfGap(optimum)));
        Assert.Empty(FleetWarnings.OfGap(optimum with { Bound = 999.995m }));
    }

    private static void ForProblems(Func<FleetProblem, Random, bool> holds) => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(100),
        Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), seed => holds(RandomFleets.Of(seed, 3, 8, 20), new Random(seed))));

    private static bool NeverCheaper(FleetProblem before, FleetProblem after) =>
        Solve(after) is not { } cost || (Solve(before) is { } earlier && cost >= earlier - 0.001m);

    private static decimal? Solve(FleetProblem problem)
    {
        var found = FleetOptimizer.Solve(problem, Limits);
        Assert.NotEqual(SolutionStatus.NodeLimit, found.Status);
        return found.IsSolved ? found.Objective : null;
    }

    private static FleetProblem Each(FleetProblem problem, Func<ServingNeed, ServingNeed> change) =>
        problem with { Servings = [.. problem.Servings.Select(change)] };

    private static FleetProblem EachPurchase(FleetProblem problem, Func<PoolChoice, Purchase, Purchase> change) => Each(problem, serving => serving with
    {
        Choices = [.. serving.Choices.Select(choice => choice with { Purchases = [.. choice.Purchases.Select(purchase => change(choice, purchase))] })],
    });

    private static IEnumerable<string> Describe(FleetOptimum fleet) => fleet.Instances
        .Select(placed => $"{placed.Count} {placed.Choice.Pool} {placed.Choice.Offer} {placed.Purchase.Term}").Order(StringComparer.Ordinal);
}
