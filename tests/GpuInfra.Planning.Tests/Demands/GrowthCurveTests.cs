using System.Collections.Immutable;
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
}
