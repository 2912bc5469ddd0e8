using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Optimization;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Tests.Optimization;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Fleets;

public class SizeMixTests
{
    private static readonly SearchLimits Limits = new();

    [Fact]
    public void With_one_size_the_fleet_costs_what_it_does_without_any()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var problem = RandomFleets.Of(seed, 3, 8, 20);
            Assert.Equal(Cost(problem), Cost(SizedFleets.WithOneSize(problem)));
        }
    }

    [SkippableFact]
    public void On_random_mixes_the_cost_is_the_one_that_CBC_finds_for_the_exported_file()
    {
        Cbc.Require();
        for (var seed = 0; seed < 30; seed++)
        {
            var problem = SizedFleets.Of(seed, 2, 7, 20, 3);
            var (expected, found) = (Cbc.LeastCost(new FleetFormulation(problem).Program), Cost(problem));
            Assert.True(expected is null == found is null, $"problem {seed}: CBC says {expected}, we say {found}");
            Assert.True(expected is null || Math.Abs(expected.Value - found!.Value) < 0.005m, $"problem {seed}: CBC says {expected}, we say {found}");
        }
    }

    [Fact]
    public void On_small_mixes_of_two_sizes_the_cost_is_the_least_of_all_fleets()
    {
        for (var seed = 0; seed < 25; seed++)
        {
            var problem = SizedFleets.Of(seed, 1, 2, 4, 2);
            problem = problem with
            {
                Servings = [.. problem.Servings.Select(serving => serving with
                {
                    Baseline = 0,
                    Tolerance = 0,
                    Excused = null,
                    Choices = [.. serving.Choices.Where(choice => choice.Tier == Tier.OnDemand)],
                })],
            };
            Assert.True(BruteForce.LeastCost(problem) == Cost(problem), $"problem {seed}: {BruteForce.LeastCost(problem)} by enumeration, {Cost(problem)} solved");
        }
    }

    [Fact]
    public void Routing_by_size_never_costs_more_than_sending_every_instance_the_same_mix()
    {
        var cheaper = 0;
        for (var seed = 0; seed < 30; seed++)
        {
            var problem = SizedFleets.Of(seed, 1, 5, 120, 3);
            problem = problem with { Servings = [.. problem.Servings.Select(serving => serving with { MostOffers = 3 })] };
            if (problem.Servings.All(serving => serving.Choices.Any(choice => choice.SizeRates.All(rate => rate > 0))) && Cost(SizedFleets.WithoutRouter(problem)) is { } plain)
            {
                Assert.True(Cost(problem) <= plain + 0.001m, $"problem {seed}");
                cheaper += Cost(problem) < plain - 0.01m ? 1 : 0;
            }
        }

        Assert.NotEqual(0, cheaper);
    }

    [Fact]
    public void The_saving_is_the_one_that_can_be_worked_out_by_hand()
    {
        // Half of 100 requests/s are short. One instance of the small does 10 short or 1 long a second, one of the large 4 or 5.
        var need = Need(peak: 100, [0.5, 0.5], ("small", 1_000m, [10, 1]), ("large", 2_000m, [4, 5]));
        var mixed = FleetOptimizer.Solve(new FleetProblem([need], []), Limits);
        Assert.Equal(["10 large", "5 small"], mixed.Instances.Select(placed => $"{placed.Count} {placed.Choice.Offer}").Order(StringComparer.Ordinal));
        Assert.Equal((25_000m, 25_000m), (mixed.Objective, mixed.Bound));

        // Without a router: 100 · (0.5/4 + 0.5/5) = 22.5, so 23 of the large; 55 of the small would be needed.
        Assert.Equal(46_000m, Cost(SizedFleets.WithoutRouter(new FleetProblem([need], []))));
    }

    [Fact]
    public void After_a_loss_requests_may_go_wherever_they_can_be_held()
    {
        // Long requests fit the large alone: where a zone of it is lost, short ones leave it to them.
        var need = Need(peak: 10, [0.5, 0.5], ("small", 1_000m, [10, 0]), ("large", 3_000m, [10, 10])) with { P95 = 10, Survive = new Survival(Share.All, default) };
        var found = FleetOptimizer.Solve(new FleetProblem([need], []), Limits);
        Assert.Equal(["2 large"], found.Instances.Select(placed => $"{placed.Count} {placed.Choice.Offer}"));

        var dear = Need(peak: 20, [0.5, 0.5], ("small", 1_000m, [10, 0]), ("large", 3_000m, [10, 10])) with { P95 = 20, Survive = new Survival(Share.All, default) };
        Assert.Equal(["2 large", "2 small"], FleetOptimizer.Solve(new FleetProblem([dear], []), Limits).Instances
            .Select(placed => $"{placed.Count} {placed.Choice.Offer}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_routing_leaves_the_busiest_least_busy()
    {
        // Sizes go where they are served relatively best until both are as busy: 1 of 6 short requests/s joins the long ones.
        var (load, shares) = SizeRouting.Of([6, 4], [[8, 2], [8, 8]]);
        Assert.Equal(0.625, load, 9);
        Assert.Equal([1.0, 1.0], Enumerable.Range(0, 2).Select(size => shares.Sum(group => group[size])));
        Assert.Equal(double.PositiveInfinity, SizeRouting.Of([1, 1], [[5, 0]]).Load);
    }

    private static decimal? Cost(FleetProblem problem)
    {
        var found = FleetOptimizer.Solve(problem, Limits);
        Assert.NotEqual(SolutionStatus.NodeLimit, found.Status);
        return found.IsSolved ? found.Objective : null;
    }

    private static ServingNeed Need(double peak, ImmutableArray<double> sizes, params (string Offer, decimal Monthly, ImmutableArray<double> Rates)[] offers) => new()
    {
        Name = "s",
        Peak = peak,
        Clouds = [new CloudShare(CloudProvider.Aws, 1)],
        MostOffers = 2,
        Sizes = sizes,
        Choices =
        [
            .. offers.Select(offer => SizedFleets.WithRates(
                new PoolChoice
                {
                    Pool = $"s-{offer.Offer}",
                    Offer = offer.Offer,
                    Cloud = CloudProvider.Aws,
                    Region = "r",
                    Tier = Tier.OnDemand,
                    Zones = ["a", "b"],
                    Rate = 1,
                    Replicas = 1,
                    Purchases = [new Purchase("list", offer.Monthly)],
                },
                sizes, offer.Rates)),
        ],
    };
}
