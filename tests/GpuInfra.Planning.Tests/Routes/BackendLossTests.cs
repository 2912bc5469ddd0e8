using FsCheck;
using FsCheck.Fluent;
using GpuInfra.Planning.Routes;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Routes;

public class BackendLossTests
{
    /// <summary>The published example: OpenAI 60 % and 500 requests/s, Anthropic 25 % and 200, self-hosted 15 % and 50.</summary>
    private static readonly (string Name, double RequestsPerSecond)[] Published = [("openai", 500), ("anthropic", 200), ("self-hosted", 50)];

    [Fact]
    public void The_published_example_does_not_absorb_the_loss_of_its_largest_provider()
    {
        var losses = BackendLoss.Of(Published, peak: 750, p95: 750, Share.All);

        Assert.Equal(("openai", 250.0), (losses[0].Lost, losses[0].Left));
        Assert.All(losses, loss => Assert.False(loss.IsAbsorbed || loss.Holds));
        Assert.Equal([250.0, 550, 700], losses.Select(loss => loss.Left));
    }

    [Fact]
    public void By_its_weights_the_published_example_is_full_at_less_than_half_of_its_capacity_and_even_that_is_not_absorbed()
    {
        var (load, index) = BackendLoss.FirstFull([(500, Share.FromPercent(60)), (200, Share.FromPercent(25)), (50, Share.FromPercent(15))]);

        Assert.Equal("self-hosted", Published[index].Name);
        Assert.Equal(1000.0 / 3, load, 9);
        Assert.False(BackendLoss.Of(Published, load, load, Share.All)[0].IsAbsorbed);
    }

    [Fact]
    public void Shares_by_capacity_reach_the_sum_of_all_capacities_and_no_others_reach_more() => Prop.ForAll(
        Gen.Choose(1, 1000).Two().ArrayOf().Where(pairs => pairs.Length > 0).ToArbitrary(),
        pairs =>
        {
            var total = (double)pairs.Sum(pair => pair.Item1);
            var weights = (double)pairs.Sum(pair => pair.Item2);
            var byCapacity = BackendLoss.FirstFull([.. pairs.Select(pair => ((double)pair.Item1, Share.FromFraction(pair.Item1 / total)))]);
            var byHand = BackendLoss.FirstFull([.. pairs.Select(pair => ((double)pair.Item1, Share.FromFraction(pair.Item2 / weights)))]);
            return Math.Abs(byCapacity.RequestsPerSecond - total) < 1e-6 * total && byHand.RequestsPerSecond <= total * (1 + 1e-9);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_loss_of_the_largest_leaves_least() => Prop.ForAll(
        Gen.Choose(1, 1000).ArrayOf().Where(capacities => capacities.Length > 0).ToArbitrary(),
        capacities =>
        {
            var losses = BackendLoss.Of([.. capacities.Select((capacity, i) => ($"b{i}", (double)capacity))], 100, 100, default);
            return losses.Length == capacities.Length && losses[0].Left == capacities.Sum() - capacities.Max() && losses.All(loss => loss.Holds);
        }).QuickCheckThrowOnFailure();
}
