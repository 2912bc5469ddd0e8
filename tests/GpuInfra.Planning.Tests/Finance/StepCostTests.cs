using FsCheck;
using FsCheck.Fluent;
using GpuInfra.Planning.Finance;

namespace GpuInfra.Planning.Tests.Finance;

public class StepCostTests
{
    /// <summary>Seed S1: one L40S at $1.60 an hour with $500 of operations, 1,800 requests an hour, against 800 and 300 tokens at $0.15 and $0.60 a million.</summary>
    private static readonly StepCost Seed = new(500, 1.60m * 730, 1_800 * 730);

    [Fact]
    public void The_seeds_own_example_never_breaks_even_since_a_full_GPU_costs_more_than_the_API()
    {
        var price = ((800 * 0.15m) + (300 * 0.60m)) / 1_000_000;
        Assert.Equal(0.0003m, price);
        Assert.Equal(5_560_000, (500 + (1.60m * 730)) / price); // The seed prints 5,266,666, and one GPU serves 1,314,000.
        Assert.Equal(1_314_000, Seed.Capacity);
        Assert.Null(Seed.BreakEven(price));
    }

    [Fact]
    public void The_seeds_exercise_breaks_even_at_half_an_hours_work_a_minute_only_where_nobody_is_paid()
    {
        // Two H100 at $6 an hour together serve 50 requests a minute; the API asks $0.00325 for one.
        var machines = new StepCost(0, 6 * 730, 50 * 60 * 730);
        Assert.Equal(30.77m, Math.Round(machines.BreakEven(0.00325m)!.Value / (60 * 730), 2));
        // With the $5,000 to $10,000 a month that it asks to add, one pair does not suffice.
        Assert.True((machines with { Fixed = 5_000 }).BreakEven(0.00325m) / (60 * 730) > 50);
    }

    [Fact]
    public void Break_even_is_the_least_load_at_which_the_machines_cost_no_more()
    {
        var costs =
            from @fixed in Gen.Choose(0, 20_000)
            from replica in Gen.Choose(1, 5_000)
            from capacity in Gen.Choose(1_000, 5_000_000)
            from price in Gen.Choose(1, 10_000)
            select (Cost: new StepCost(@fixed, replica, capacity), Price: price / 1_000_000m);
        Check.One(Config.QuickThrowOnFailure.WithReplay(2026, 1129), Prop.ForAll(costs.ToArbitrary(), item =>
        {
            if (item.Cost.BreakEven(item.Price) is not { } requests)
            {
                // However many replicas are full, each costs as much as its requests do there.
                return item.Price * item.Cost.Capacity <= item.Cost.Replica;
            }

            var least = Math.Ceiling(requests + 0.000001m);
            return item.Cost.At(least) <= (item.Price * least) + 0.0001m
                && Enumerable.Range(1, 50).Select(step => Math.Floor(requests * step / 51)).Where(below => below >= 1).All(below => item.Cost.At(below) > (item.Price * below) - 0.0001m);
        }));
    }
}
