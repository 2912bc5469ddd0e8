using System.Collections.Immutable;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Optimization;
using GpuInfra.Planning.Tests.Optimization;

namespace GpuInfra.Planning.Tests.Fleets;

public class BundleTests
{
    private static readonly SearchLimits Limits = new();

    private static readonly PoolChoice Choice = RandomFleets.Of(1, 1, 3, 5).Servings[0].Choices[0] with
    {
        Zones = ["a"],
        Rate = 2,
        Replicas = 1,
        Purchases = [new Purchase("list", 100), new Purchase("held", 0, 5) { Uses = [new LimitUse("held", 1)] }, new Purchase("few", 10, 1)],
        Uses = [new LimitUse("quota", 192)],
        Surge = new Surge(10, 1, 5) { Uses = [new LimitUse("quota", 192)] },
    };

    [Fact]
    public void A_bundle_costs_carries_and_takes_what_its_machines_do()
    {
        var bundle = Bundle.Of(Choice, 2)!;
        Assert.Equal((2, 4.0, 1), (bundle.Nodes, bundle.Rate, bundle.Replicas));
        Assert.Equal((200m, null), (bundle.Purchases[0].Monthly, bundle.Purchases[0].Most));
        Assert.Equal((0m, 2, 2.0), (bundle.Purchases[1].Monthly, bundle.Purchases[1].Most!.Value, bundle.Purchases[1].Uses.Single().Amount));
        Assert.Equal(2, bundle.Purchases.Length); // Of the last kind there is one machine, which makes no replica.
        Assert.Equal(384, bundle.Uses.Single().Amount);
        Assert.Equal((2, 384.0), (bundle.Surge!.Spared, bundle.Surge.Uses.Single().Amount));
        Assert.Equal(6, new PlacedInstances(bundle, bundle.Purchases[0], 3).Machines);
    }

    [Fact]
    public void One_machine_is_itself_and_too_few_are_nothing()
    {
        Assert.Same(Choice, Bundle.Of(Choice, 1));
        Assert.Null(Bundle.Of(Choice with { Purchases = [new Purchase("held", 0, 3)] }, 4));
    }

    [Fact]
    public void An_update_starts_no_fewer_machines_than_it_would_one_by_one() => Assert.All(
        from nodes in Enumerable.Range(2, 3) from count in Enumerable.Range(0, 40) select (nodes, count),
        item => Assert.True(new Surge(10, 1).Beside(item.count) * item.nodes >= new Surge(10, 1).Beside(item.count * item.nodes)));

    [Fact]
    public void On_100_small_problems_the_cost_is_the_least_of_all_fleets_of_whole_replicas()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var problem = Single(RandomFleets.Of(seed, 2, 3, 5));
            var found = FleetOptimizer.Solve(Bundled(problem), Limits);
            Assert.Equal(BruteForce.LeastCost(problem, NodesOf), found.IsSolved ? found.Objective : null);
        }
    }

    [SkippableFact]
    public void On_100_random_problems_the_cost_is_the_one_that_CBC_finds_for_the_exported_file()
    {
        Cbc.Require();
        Parallel.For(0, 100, seed =>
        {
            var problem = Bundled(Single(RandomFleets.Of(seed, 6, 20, 40)));
            var (found, expected) = (FleetOptimizer.Solve(problem, Limits), Cbc.LeastCost(new FleetFormulation(problem).Program));
            Assert.True(expected is null == !found.IsSolved, $"problem {seed}: CBC says {expected}, we say {found.Status}");
            Assert.True(expected is null || Math.Abs(expected.Value - found.Objective) < 0.005m, $"problem {seed}: CBC says {expected}, we say {found.Objective}");
        });
    }

    /// <summary>Machines of a replica on a choice: one to three, by its offer.</summary>
    private static int NodesOf(PoolChoice choice) => 1 + (choice.Offer[^1] % 3);

    /// <summary>The problem without what counts replicas or updates, of which a bundle has fewer than its machines.</summary>
    private static FleetProblem Single(FleetProblem problem) => problem with
    {
        Servings =
        [
            .. problem.Servings.Select(serving => serving with
            {
                FewestReplicas = 0,
                Choices = [.. serving.Choices.Select(choice => choice with { Surge = null, Zones = NodesOf(choice) == 1 ? choice.Zones : choice.Zones[..1] })],
            }),
        ],
    };

    private static FleetProblem Bundled(FleetProblem problem) => problem with
    {
        Servings = [.. problem.Servings.Select(serving => serving with { Choices = [.. serving.Choices.Select(choice => Bundle.Of(choice, NodesOf(choice))).OfType<PoolChoice>()] })],
    };
}
