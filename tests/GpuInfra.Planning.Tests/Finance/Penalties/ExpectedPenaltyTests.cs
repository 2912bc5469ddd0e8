using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using GpuInfra.Planning.Finance.Penalties;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Replays;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Finance.Penalties;

/// <summary>Expected penalties of losses whose unserved hours are given, against closed forms and laws.</summary>
public class ExpectedPenaltyTests
{
    private const double Month = 730;

    private static readonly ServicePenalty OneStep = Steps((99.9, 10_000));

    [Theory]
    [InlineData(0.5)]
    [InlineData(12)]
    public void One_place_and_one_step_that_a_single_loss_breaks_cost_the_step_times_one_less_e_to_the_minus_rate(double perYear)
    {
        var penalty = Of(OneStep, Loss(perYear, 4));
        var chance = 1 - Math.Exp(-perYear / 12);
        Assert.Equal(chance, Assert.Single(penalty.Steps).Chance.Value, 1e-12);
        Assert.Equal(new Usd(10_000 * (decimal)chance).ToCents(), penalty.Monthly.Value);
    }

    [Fact]
    public void A_step_that_only_two_losses_break_costs_what_two_or_more_are_likely()
    {
        // 99.9 % of 730 hours allows 0.73 hours; a loss takes 0.5.
        const double mean = 6.0 / 12;
        Assert.Equal(1 - Math.Exp(-mean) * (1 + mean), Of(OneStep, Loss(6, 0.5)).Steps[0].Chance.Value, 1e-12);
    }

    [Fact]
    public void What_is_unserved_exactly_as_much_as_the_step_allows_is_not_below_it() =>
        Assert.Equal(1 - Math.Exp(-1.0) * 2, Of(OneStep, Loss(12, 0.001 * Month)).Steps[0].Chance.Value, 1e-12);

    [Fact]
    public void A_higher_step_costs_only_what_it_costs_beyond_the_milder_one()
    {
        var penalty = Of(Steps((99.9, 10_000), (99, 25_000)), Loss(12, 4));
        var (one, two) = (1 - Math.Exp(-1.0), 1 - Math.Exp(-1.0) * 2); // 7.3 hours are allowed below 99 %, which two losses of 4 hours are beyond.
        Assert.Equal([one, two], penalty.Steps.Select(step => Math.Round(step.Chance.Value, 12)), (expected, found) => Math.Abs(expected - found) < 1e-11);
        Assert.Equal(new Usd((10_000 * (decimal)one) + (15_000 * (decimal)two)).ToCents(), penalty.Monthly.Value);
    }

    [Fact]
    public void Places_of_several_sizes_are_convolved_as_an_enumeration_of_all_counts_does()
    {
        (double PerYear, double Hours)[] places = [(9, 0.31), (4, 0.17), (1, 0.6)];
        var broken = 0.0;
        for (var a = 0; a < 20; a++)
        {
            for (var b = 0; b < 20; b++)
            {
                for (var c = 0; c < 20; c++)
                {
                    if (a * places[0].Hours + b * places[1].Hours + c * places[2].Hours > 0.001 * Month)
                    {
                        broken += Poisson(places[0].PerYear / 12, a) * Poisson(places[1].PerYear / 12, b) * Poisson(places[2].PerYear / 12, c);
                    }
                }
            }
        }

        Assert.Equal(broken, Of(OneStep, [.. places.Select(place => Loss(place.PerYear, place.Hours))]).Steps[0].Chance.Value, 1e-12);
    }

    [Fact]
    public void A_loss_that_finds_two_demands_is_two_half_as_frequent_ones() => Assert.Equal(
        Of(OneStep, Loss(3, 0.2), Loss(3, 0.9)).Monthly.Value, Of(OneStep, Loss(6, 0.2, 0.9)).Monthly.Value);

    [Fact]
    public void Nothing_is_expected_without_losses_or_of_losses_that_leave_nothing_unserved()
    {
        Assert.Equal(default, Of(OneStep).Monthly.Value);
        Assert.Equal(default, Of(OneStep, Loss(100, 0)).Monthly.High);
        Assert.Equal(default, Of(OneStep, Loss(0, 400)).Monthly.High);
    }

    [Fact]
    public void It_never_falls_when_losses_come_more_often_last_longer_or_cost_more() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(100),
        Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var places = Enumerable.Range(0, random.Next(1, 8)).Select(_ => (PerYear: random.NextDouble() * 20, Hours: random.NextDouble() * 3)).ToArray();
            var (below, costs) = (99 + random.NextDouble() * 0.9, random.Next(1, 100_000));
            var steps = new[] { (below, costs), (below - 0.9, costs * 2) };
            var (more, which) = (1 + random.NextDouble(), random.Next(places.Length));
            var penalty = Of(Steps(steps), [.. places.Select(place => Loss(place.PerYear, place.Hours))]).Monthly;
            var oftener = Of(Steps(steps), [.. places.Select((place, i) => Loss(place.PerYear * (i == which ? more : 1), place.Hours))]).Monthly;
            var longer = Of(Steps(steps), [.. places.Select((place, i) => Loss(place.PerYear, place.Hours * (i == which ? more : 1)))]).Monthly;
            var dearer = Of(Steps([.. steps.Select(step => (step.Item1, (int)(step.Item2 * more)))]), [.. places.Select(place => Loss(place.PerYear, place.Hours))]).Monthly;
            return penalty.Low.Amount <= penalty.Value.Amount && penalty.Value.Amount <= penalty.High.Amount && penalty.High.Amount <= costs * 2
                && new[] { oftener, longer, dearer }.All(other => other.Value.CompareTo(penalty.Value) >= 0);
        }));

    [Fact]
    public void The_sum_of_servings_is_their_sum_at_each_end()
    {
        var (one, other) = (Of(OneStep, Loss(1, 4)), Of(OneStep, Loss(2, 4)));
        Assert.Equal(one.Monthly.High + other.Monthly.High, ExpectedPenalty.Total([one, other]).High);
        Assert.Equal(default, ExpectedPenalty.Total([]).Value);
    }

    private static double Poisson(double mean, int count) => Math.Exp(-mean + count * Math.Log(mean) - Enumerable.Range(1, count).Sum(n => Math.Log(n)));

    private static ServicePenalty Steps(params (double Below, int Costs)[] steps) => new([.. steps.Select(step => new PenaltyStep(Share.FromPercent(step.Below), new Usd(step.Costs)))]);

    /// <summary>A loss that leaves these hours unserved, each as likely as the others; half and twice as much at the ends of its ranges.</summary>
    private static AssumedLoss Loss(double perYear, params double[] hours) => new(
        Planning.Replays.Loss.Of(LossKind.Zone, "z"),
        new LossAssumption(new(perYear / 2, perYear, perYear * 2), new(TimeSpan.FromHours(1), TimeSpan.FromHours(2), TimeSpan.FromHours(4)), "a test"),
        new([.. hours.Select(hour => hour / 2)], [.. hours], [.. hours.Select(hour => hour * 2)]));

    private static ExpectedPenalty Of(ServicePenalty penalty, params AssumedLoss[] losses) => ExpectedPenalty.Of(A.Serving() with { Penalty = penalty }, [.. losses]);
}
