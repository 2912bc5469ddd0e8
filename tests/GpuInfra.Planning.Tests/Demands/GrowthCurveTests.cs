using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Demands;

public class GrowthCurveTests
{
    private static readonly Month Start = new(2026, 12);

    public static TheoryData<Growth, double> Policies => new()
    {
        { Growth.None, 1 },
        { Growth.Conservative, 1.5 },
        { Growth.Middle, 2 },
        { Growth.Aggressive, 3 },
    };

    [Theory]
    [MemberData(nameof(Policies))]
    public void A_policy_reaches_its_factor_at_the_end_of_the_last_month(Growth policy, double factor) =>
        Assert.Equal(factor, GrowthCurve.FactorWithin(policy, Start, 12, Start.Plus(11)), 12);

    [Fact]
    public void The_first_month_is_planned_for_its_own_end() =>
        Assert.Equal(1 + 1.0 / 12, GrowthCurve.FactorWithin(Growth.Middle, Start, 12, Start), 12);

    [Fact]
    public void Monthly_growth_compounds() =>
        Assert.Equal(Math.Pow(1.2, 4), GrowthCurve.FactorWithin(new Growth.Monthly(Share.FromPercent(20)), Start, 12, Start.Plus(3)), 12);

    [Fact]
    public void Points_are_joined_by_straight_lines_and_flat_outside()
    {
        var points = new Growth.Points(ImmutableSortedDictionary<Month, double>.Empty.Add(Start.Plus(2), 1).Add(Start.Plus(6), 3));
        Assert.Equal(1, GrowthCurve.FactorWithin(points, Start, 12, Start), 12);
        Assert.Equal(2, GrowthCurve.FactorWithin(points, Start, 12, Start.Plus(3)), 12);
        Assert.Equal(3, GrowthCurve.FactorWithin(points, Start, 12, Start.Plus(9)), 12);
    }

    [Fact]
    public void A_month_of_falling_demand_is_planned_for_its_start()
    {
        var falling = new Growth.Points(ImmutableSortedDictionary<Month, double>.Empty.Add(Start, 2).Add(Start.Plus(2), 1));
        Assert.Equal(1.5, GrowthCurve.FactorWithin(falling, Start, 12, Start.Plus(1)), 12);
    }

    [Fact]
    public void A_step_holds_until_the_next_point_and_its_month_serves_no_other()
    {
        var steps = new Growth.Points(ImmutableSortedDictionary<Month, double>.Empty.Add(Start.Plus(2), 1.5).Add(Start.Plus(6), 3), IsStep: true);
        Assert.Equal(
            [1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 3, 3],
            Enumerable.Range(0, 8).Select(month => GrowthCurve.FactorWithin(steps, Start, 12, Start.Plus(month))));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(3, 1.6)] // 14 days in March 2027
    [InlineData(4, 1)]
    public void An_event_lifts_the_months_that_its_days_lie_in(int month, double factor)
    {
        var launch = Growth.None with { Events = [new GrowthEvent(new DateOnly(2027, 3, 18), new DateOnly(2027, 3, 31), 1.6)] };
        Assert.Equal(factor, GrowthCurve.FactorWithin(launch, Start, 12, Start.Plus(month)), 12);
    }

    [Fact]
    public void An_event_counts_with_the_growth_of_its_own_day()
    {
        // On the first of January 2027 the horizon of twelve months is between 1/12 and 1/12 + 1/(12 × 31) over.
        var early = Growth.Middle with { Events = [new GrowthEvent(new DateOnly(2027, 1, 1), new DateOnly(2027, 1, 1), 2)] };
        Assert.Equal(2 * (1 + ((1 + (1.0 / 31)) / 12)), GrowthCurve.FactorWithin(early, Start, 12, Start.Plus(1)), 12);

        // A small event on the first day is less than the growth until the last.
        var small = Growth.Aggressive with { Events = [new GrowthEvent(new DateOnly(2027, 1, 1), new DateOnly(2027, 1, 1), 1.01)] };
        Assert.Equal(GrowthCurve.FactorWithin(Growth.Aggressive, Start, 12, Start.Plus(1)), GrowthCurve.FactorWithin(small, Start, 12, Start.Plus(1)), 12);
    }

    [Fact]
    public void Events_that_overlap_multiply_and_a_holiday_lowers_no_month_that_has_other_days()
    {
        var both = Growth.None with
        {
            Events = [new GrowthEvent(new DateOnly(2027, 2, 1), new DateOnly(2027, 2, 10), 2), new GrowthEvent(new DateOnly(2027, 2, 10), new DateOnly(2027, 2, 20), 3)],
        };
        Assert.Equal(6, GrowthCurve.FactorWithin(both, Start, 12, Start.Plus(2)), 12);
        var holiday = Growth.None with { Events = [new GrowthEvent(new DateOnly(2026, 12, 24), new DateOnly(2026, 12, 31), 0.5)] };
        Assert.Equal(1, GrowthCurve.FactorWithin(holiday, Start, 12, Start), 12);
    }

    [Fact]
    public void A_month_is_never_planned_for_less_than_any_of_its_days() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(100),
        Prop.ForAll(Gen.Choose(0, 300 * 300 * 40 - 1).ToArbitrary(), seed =>
        {
            var (percent, first, length) = (1 + (seed % 300), seed / 300 % 300, seed / 300 / 300);
            var from = new DateOnly(2026, 12, 1).AddDays(first);
            var growth = new Growth.Monthly(Share.FromPercent(5)) { Events = [new GrowthEvent(from, from.AddDays(length), percent / 100.0)] };
            return Enumerable.Range(0, 12).All(month =>
            {
                var (begin, days) = (new DateOnly(2026, 12, 1).AddMonths(month), DateTime.DaysInMonth(Start.Plus(month).Year, Start.Plus(month).Number));
                var factor = GrowthCurve.FactorWithin(growth, Start, 12, Start.Plus(month));
                return Enumerable.Range(0, days).All(day =>
                    Math.Pow(1.05, month + ((day + 1.0) / days)) * (growth.Events[0].Holds(begin.AddDays(day)) ? percent / 100.0 : 1) <= factor * (1 + 1e-12));
            });
        }));
}
