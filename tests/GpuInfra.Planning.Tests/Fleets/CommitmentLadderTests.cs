using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Fleets;

public class CommitmentLadderTests
{
    private static readonly UsdPerHour Price = new(10);

    [Fact]
    public void The_load_duration_curve_read_backwards_is_the_curve()
    {
        var curve = LoadCurve.Lognormal(3);
        foreach (var percentile in new[] { 5, 25, 37, 50, 90, 99 })
        {
            Assert.Equal(1 - percentile / 100.0, curve.ShareAbove(curve.At(percentile)), 9);
        }

        Assert.Equal((1, 0), (LoadCurve.Flat.ShareAbove(0.99), LoadCurve.Flat.ShareAbove(1)));
        Assert.Equal((1, 0), (curve.ShareAbove(0), curve.ShareAbove(1000)));
    }

    [Theory]
    [InlineData(21)]
    [InlineData(37)]
    [InlineData(57)]
    public void With_one_term_the_count_is_the_newsvendors_quantile(double percentOff)
    {
        // Loses d p for an hour that is missing and (1 − d) p for one too many, so the critical ratio is d.
        const int PerMean = 2000;
        var curve = LoadCurve.Lognormal(4);
        var (_, steps, futures) = new LadderBuilder(Price, [Discount(CommitmentTerm.OneYear, percentOff)]).Of(4 * PerMean, 0, [Future(1, 1, curve, PerMean)]);
        Assert.Equal(curve.At(percentOff), (double)steps[0].Instances / PerMean, 2.0 / PerMean);
        Assert.Equal(default, futures[0].Regret);
    }

    [Fact]
    public void What_is_kept_for_losses_is_needed_in_all_hours_and_goes_to_the_deepest_discount()
    {
        var (uses, steps, _) = new LadderBuilder(Price, [Discount(CommitmentTerm.OneYear, 30), Discount(CommitmentTerm.ThreeYears, 50)])
            .Of(5, 5, [Future(1, 1, LoadCurve.Flat, 1)]);
        Assert.All(uses, use => Assert.Equal((Share.All, CommitmentTerm.ThreeYears), (use.Needed, use.Term)));
        Assert.Equal((0, 5), (steps[0].Instances, steps[1].Instances));
        Assert.Equal(new Usd(5 * 730 * 10 * 0.5m), steps[1].Saving);
    }

    [Theory]
    [InlineData(30, 4, 0, 1.2)]
    [InlineData(60, 8, 1.6, 0)]
    public void Regret_is_what_the_ladder_costs_more_than_the_best_for_each_future(double percentOff, int commits, double lowRegret, double highRegret)
    {
        // Four machines or eight, with even odds: the last four are needed half the time, which pays from a discount of a half on.
        ImmutableArray<LoadFuture> futures = [Future(4, 0.5, LoadCurve.Flat, 1), Future(8, 0.5, LoadCurve.Flat, 1)];
        var (_, steps, outcomes) = new LadderBuilder(Price, [Discount(CommitmentTerm.OneYear, percentOff)]).Of(8, 0, futures);
        Assert.Equal(commits, steps[0].Instances);
        Assert.Equal((4, 8), (outcomes[0].BestCount, outcomes[1].BestCount));
        Assert.Equal((double)7300 * lowRegret, (double)outcomes[0].Regret.Amount, 2);
        Assert.Equal((double)7300 * highRegret, (double)outcomes[1].Regret.Amount, 2);
    }

    [Theory]
    [InlineData(37, 12)]
    [InlineData(57, 36)]
    public void The_price_fall_that_a_term_bears_solves_its_equation(double percentOff, int months)
    {
        var k = -Math.Log(1 - LadderBuilder.BearsFall(Share.FromPercent(percentOff), months).Fraction);
        Assert.Equal(1 - percentOff / 100, (1 - Math.Exp(-k * months / 12)) / (k * months / 12), 6);
    }

    [Fact]
    public void Months_after_the_horizon_go_on_like_its_last()
    {
        var growing = new LoadFuture("up", Share.All, [Demand(1, LoadCurve.Flat), Demand(2, LoadCurve.Flat)], 1);
        Assert.Equal(11.0 / 12, growing.Needed(2, 0, 12), 12);
        Assert.Equal(35.0 / 36, growing.Needed(2, 0, 36), 12);
        Assert.Equal(1, growing.Needed(1, 0, 12), 12);
    }

    [Fact]
    public void Every_offer_with_a_published_term_has_a_ladder_that_fits_its_machines()
    {
        var fleet = Planner.Plan(A.ProdPlan(), "prod", A.Catalog);
        Assert.NotEmpty(fleet.Ladders);
        Assert.All(fleet.Ladders, ladder =>
        {
            Assert.Equal(
                fleet.Pools.Where(pool => pool.Serving == ladder.Serving && pool.InstanceType == ladder.InstanceType && pool.Tier != Tier.Spot).Sum(pool => pool.Instances.Desired),
                ladder.Uses.Length);
            Assert.True(ladder.Uses.Zip(ladder.Uses.Skip(1)).All(pair => pair.First.Needed.CompareTo(pair.Second.Needed) >= 0));
            Assert.True(ladder.Saving.Amount >= 0 && ladder.Committed <= ladder.Uses.Length);
            Assert.Equal(1, ladder.Futures.Sum(future => future.Weight.Fraction), 12);
            Assert.All(ladder.Steps, step => Assert.Equal(1, step.BreakEven.Fraction + step.Discount.Off.Fraction, 12));
        });
        Assert.DoesNotContain(fleet.Ladders, ladder => ladder.Serving == "embedder");
    }

    private static CommitmentDiscount Discount(CommitmentTerm term, double percentOff) =>
        new(CloudProvider.Aws, "p5", term, Share.FromPercent(percentOff), 'B', "test", new DateOnly(2026, 9, 17));

    private static LoadFuture Future(double rate, double weight, LoadCurve curve, double part) =>
        new(FormattableString.Invariant($"at {rate}"), Share.FromFraction(weight), [Demand(rate, curve)], part);

    private static Demand Demand(double rate, LoadCurve curve) => new() { RequestsPerSecond = rate, InputTokens = 1, OutputTokens = 1, LongInputTokens = 1, Lengths = LengthClasses.Exponential(1, 1), Load = curve };
}
