using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Optimization;

namespace GpuInfra.Planning.Tests.Fleets;

public class ServingSearchTests
{
    private static readonly SearchLimits Limits = new();

    [Fact]
    public void The_relaxation_that_prices_choices_never_exceeds_the_optimum_and_keeps_its_choices() => ForServings((serving, optimum, _) =>
    {
        var filter = new PriceFilter(serving);
        var kept = filter.Below((double)optimum.Objective + 0.01).Choices;
        return filter.Bound <= (double)optimum.Objective + 1e-6 && optimum.Instances.All(placed => kept.Contains(placed.Choice));
    });

    [Fact]
    public void Nothing_is_found_below_the_optimum_and_the_bound_says_so() => ForServings((serving, optimum, _) =>
    {
        var found = ServingSearch.Solve(serving, Limits, optimum.Objective);
        return !found.IsSolved && found.Bound == optimum.Objective && found.Status == SolutionStatus.Infeasible;
    });

    [Fact]
    public void Asking_for_what_the_optimum_has_anyway_changes_no_cost() => ForServings((serving, optimum, _) =>
        ServingSearch.Solve(With(serving, optimum.Instances.ToDictionary(Key, placed => placed.Count)), Limits).Objective == optimum.Objective);

    [Fact]
    public void Instances_that_are_asked_for_are_there_and_never_make_a_fleet_cheaper() => ForServings((serving, optimum, random) =>
    {
        var choice = serving.Choices[random.Next(serving.Choices.Length)];
        var asked = ServingSearch.Solve(With(serving, new() { [(choice.Offer, choice.Tier, "list")] = 2 }), Limits);
        return !asked.IsSolved || (asked.Objective >= optimum.Objective
            && asked.Instances.Any(placed => Key(placed) == (choice.Offer, choice.Tier, "list") && placed.Count >= 2));
    });

    private static void ForServings(Func<ServingNeed, FleetOptimum, Random, bool> holds) => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(100),
        Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), seed =>
        {
            var serving = RandomFleets.Of(seed, 1, 8, 20).Ordered().Servings[0];
            var optimum = ServingSearch.Solve(serving, Limits);
            return !optimum.IsSolved || holds(serving, optimum, new Random(seed));
        }));

    private static (string, Tier, string) Key(PlacedInstances placed) => (placed.Choice.Offer, placed.Choice.Tier, placed.Purchase.Term);

    private static ServingNeed With(ServingNeed serving, Dictionary<(string, Tier, string), int> least) => serving with
    {
        Choices =
        [
            .. serving.Choices.Select(choice => choice with
            {
                Purchases = [.. choice.Purchases.Select(purchase => purchase with { Least = least.GetValueOrDefault((choice.Offer, choice.Tier, purchase.Term)) })],
            }),
        ],
    };
}
