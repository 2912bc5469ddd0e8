using FsCheck;
using FsCheck.Fluent;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Optimization;
using GpuInfra.Planning.Tests.Optimization;

namespace GpuInfra.Planning.Tests.Fleets;

/// <summary>What is held is paid already: the optimum takes it at the margin, exactly, also where servings compete for it.</summary>
public class HeldFleetsTests
{
    private static readonly SearchLimits Limits = new();

    [SkippableFact]
    public void On_16_random_problems_with_holdings_the_cost_is_the_one_that_CBC_finds_for_the_exported_file()
    {
        Cbc.Require();
        var proven = 0;
        Parallel.For(0, 16, seed =>
        {
            var problem = HeldFleets.Of(seed, 3, 8, 20);
            var found = FleetOptimizer.Solve(problem, Limits);
            var expected = Cbc.LeastCost(new FleetFormulation(problem).Program);
            Assert.True(expected is null == !found.IsSolved, $"problem {seed}: CBC says {expected}, we say {found.Status}");
            Assert.True(expected is null || Math.Abs(expected.Value - found.Objective) < 0.005m, $"problem {seed}: CBC says {expected}, we say {found.Objective}");
            Interlocked.Add(ref proven, found.Status == SolutionStatus.NodeLimit ? 0 : 1);
        });
        Assert.Equal(16, proven);
    }

    [Fact]
    public void On_8_small_problems_with_holdings_the_cost_is_the_least_of_all_fleets()
    {
        for (var seed = 0; seed < 8; seed++)
        {
            var problem = HeldFleets.Of(seed, 2, 2, 4);
            var found = FleetOptimizer.Solve(problem, Limits);
            Assert.Equal(BruteForce.LeastCost(problem) + problem.Paid, found.IsSolved ? found.Objective : null);
        }
    }

    [Fact]
    public void Holding_more_never_costs_more_at_the_margin() => ForProblems((problem, random) =>
    {
        var offers = problem.Servings[0].Choices.Where(choice => choice.Place is null).Select(choice => choice.Offer).Distinct().ToList();
        var offer = offers[random.Next(offers.Count)];
        var more = random.Next(2) == 0 ? HeldFleets.WithCommitment(problem, offer, 2, 0) : HeldFleets.WithReservation(problem, offer, 20 + random.Next(3), 2);
        return Margin(problem) is not { } cost || Margin(more) is { } cheaper && cheaper <= cost + 0.001m;
    });

    [Fact]
    public void Scaling_all_prices_scales_the_cost() => ForProblems((problem, random) =>
    {
        var factor = random.Next(2, 9);
        var scaled = problem with
        {
            Paid = problem.Paid * factor,
            Servings = [.. problem.Servings.Select(serving => serving with
            {
                Choices = [.. serving.Choices.Select(choice => choice with { Purchases = [.. choice.Purchases.Select(purchase => purchase with { Monthly = purchase.Monthly * factor })] })],
            })],
        };
        var (before, after) = (FleetOptimizer.Solve(problem, Limits), FleetOptimizer.Solve(scaled, Limits));
        return before.IsSolved == after.IsSolved && (!before.IsSolved || Math.Abs(before.Objective * factor - after.Objective) < 0.01m);
    });

    [Fact]
    public void A_holding_that_fits_nothing_changes_nothing_but_the_constant() => ForProblems((problem, _) =>
    {
        var other = HeldFleets.WithCommitment(problem, "elsewhere", 5, 0) with { Paid = problem.Paid + 123 };
        var (before, after) = (FleetOptimizer.Solve(problem, Limits), FleetOptimizer.Solve(other, Limits));
        return before.Status == after.Status && (!before.IsSolved || (after.Objective == before.Objective + 123 && after.Bound == before.Bound + 123))
            && Describe(before).SequenceEqual(Describe(after));
    });

    private static void ForProblems(Func<FleetProblem, Random, bool> holds) => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(12),
        Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), seed => holds(HeldFleets.Of(seed, 3, 8, 20), new Random(seed))));

    private static decimal? Margin(FleetProblem problem) =>
        FleetOptimizer.Solve(problem, Limits) is { IsSolved: true } found ? found.Objective - problem.Paid : null;

    private static IEnumerable<string> Describe(FleetOptimum fleet) => fleet.Instances
        .Select(placed => $"{placed.Count} {placed.Choice.Pool} {placed.Choice.Offer} {placed.Purchase.Term}").Order(StringComparer.Ordinal);
}
