using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
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
        var ladder = new LadderBuilder(Price, [Discount(CommitmentTerm.OneYear, percentOff)]).Of(4 * PerMean, 0, [Future(1, 1, curve, PerMean)]);
        Assert.Equal(curve.At(percentOff), (double)ladder.Steps[0].Instances / PerMean, 2.0 / PerMean);
        Assert.Equal(default, ladder.Futures[0].Regret);

        // A future that is known leaves nothing to regret.
        Assert.Equal(ladder.Steps[0].Instances, ladder.LeastRegret);
    }

    [Fact]
    public void What_is_kept_for_losses_is_needed_in_all_hours_and_goes_to_the_deepest_discount()
    {
        var ladder = new LadderBuilder(Price, [Discount(CommitmentTerm.OneYear, 30), Discount(CommitmentTerm.ThreeYears, 50)])
            .Of(5, 5, [Future(1, 1, LoadCurve.Flat, 1)]);
        Assert.All(ladder.Uses, use => Assert.Equal((Share.All, CommitmentTerm.ThreeYears), (use.Needed, use.Term)));
        Assert.Equal((0, 5), (ladder.Steps[0].Instances, ladder.Steps[1].Instances));
        Assert.Equal(new Usd(5 * 730 * 10 * 0.5m), ladder.Steps[1].Saving);
    }

    [Theory]
    [InlineData(30, 4, 0, 1.2)]
    [InlineData(60, 8, 1.6, 0)]
    public void Regret_is_what_the_ladder_costs_more_than_the_best_for_each_future(double percentOff, int commits, double lowRegret, double highRegret)
    {
        // Four machines or eight, with even odds: the last four are needed half the time, which pays from a discount of a half on.
        ImmutableArray<LoadFuture> futures = [Future(4, 0.5, LoadCurve.Flat, 1), Future(8, 0.5, LoadCurve.Flat, 1)];
        var ladder = new LadderBuilder(Price, [Discount(CommitmentTerm.OneYear, percentOff)]).Of(8, 0, futures);
        Assert.Equal(commits, ladder.Steps[0].Instances);
        Assert.Equal((4, 8), (ladder.Futures[0].BestCount, ladder.Futures[1].BestCount));
        Assert.Equal((double)7300 * lowRegret, (double)ladder.Futures[0].Regret.Amount, 2);
        Assert.Equal((double)7300 * highRegret, (double)ladder.Futures[1].Regret.Amount, 2);
    }

    [Theory]
    [InlineData(30, 520)]
    [InlineData(60, 640)]
    public void The_least_worst_regret_lies_between_the_demands_by_the_critical_ratio(double percentOff, int commits)
    {
        // (1 − d) a machine too many for 400, d one too few for 800: equal at (1 − d) 400 + d 800. Weights do not matter.
        ImmutableArray<LoadFuture> futures = [Future(400, 0.3, LoadCurve.Flat, 1), Future(500, 0.4, LoadCurve.Flat, 1), Future(800, 0.3, LoadCurve.Flat, 1)];
        Assert.Equal(commits, new LadderBuilder(Price, [Discount(CommitmentTerm.OneYear, percentOff)]).Of(800, 0, futures).LeastRegret);
    }

    [Fact]
    public void No_other_reserve_is_expected_to_cost_less_and_none_has_less_regret() =>
        Prop.ForAll(
            Gen.Choose(5, 94).Zip(Gen.Choose(0, 4)).ToArbitrary(), Gen.Choose(2, 10).Zip(Gen.Choose(9, 13)).Zip(Gen.Choose(12, 26)).ToArbitrary(), Gen.Choose(1, 4).ToArbitrary(),
            (terms, rates, peak) =>
            {
                var ((percentOff, forLosses), ((low, middle), high)) = (terms, rates);
                const int Instances = 34;
                ImmutableArray<LoadFuture> futures =
                    [Future(low, 0.3, LoadCurve.Lognormal(peak), 1), Future(middle, 0.4, LoadCurve.Flat, 1), Future(high, 0.3, LoadCurve.Lognormal(peak), 1)];
                var ladder = new LadderBuilder(Price, [Discount(CommitmentTerm.OneYear, percentOff)]).Of(Instances, forLosses, futures);

                // Every reserve in turn, its cost from the curve alone.
                double Cost(LoadFuture future, int reserve) => reserve * (1 - percentOff / 100.0)
                    + Enumerable.Range(reserve + 1, Instances - reserve).Sum(number => future.Needed(number, forLosses, 12));
                double Expected(int reserve) => futures.Sum(future => future.Weight.Fraction * Cost(future, reserve));
                double Regret(int reserve) => futures.Max(future => Cost(future, reserve) - Enumerable.Range(0, Instances + 1).Min(other => Cost(future, other)));
                var reserves = Enumerable.Range(0, Instances + 1).ToList();
                var chosen = ladder.Steps[0].Instances;

                Assert.Equal(reserves.Min(Expected), Expected(chosen), 9);
                Assert.Equal(reserves.Min(Regret), Regret(ladder.LeastRegret), 9);
                Assert.Equal(Regret(chosen) * 7300, (double)ladder.Futures.Max(future => future.Regret.Amount), 0.01);
                Assert.Equal(Expected(chosen) * 7300, ladder.Futures.Sum(future => future.Weight.Fraction * (double)future.Monthly.Amount), 0.02);
                Assert.Equal((Expected(0) - Expected(chosen)) * 7300, (double)ladder.Steps[0].Saving.Amount, 0.02);
            }).QuickCheckThrowOnFailure();

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
