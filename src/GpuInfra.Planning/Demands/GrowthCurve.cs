using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Demands;

/// <summary>Demand growth as a factor on the first month's figures.</summary>
public static class GrowthCurve
{
    /// <summary>
    /// The largest factor within a month of the horizon. A fleet deployed for a month must serve all of it, and a growing demand
    /// is largest at its end, so the policies reach their factor at the end of the last month.
    /// </summary>
    /// <param name="growth">How demand grows.</param>
    /// <param name="start">The first month of the horizon.</param>
    /// <param name="horizonMonths">Months in the horizon, at least 1.</param>
    /// <param name="month">The month asked for, from <paramref name="start"/> on.</param>
    public static double FactorWithin(Growth growth, Month start, int horizonMonths, Month month)
    {
        var begin = month.MonthsSince(start);
        return Math.Max(FactorAt(growth, start, horizonMonths, begin), FactorAt(growth, start, horizonMonths, begin + 1));
    }

    /// <summary>The factor at a point in time, in whole months after the horizon's start.</summary>
    private static double FactorAt(Growth growth, Month start, int horizonMonths, int elapsed) => growth switch
    {
        Growth.ToFactor policy => 1 + (policy.Factor - 1) * elapsed / horizonMonths,
        Growth.Monthly monthly => Math.Pow(1 + monthly.Rate.Fraction, elapsed),
        Growth.Points points => Interpolate([.. points.Factors.Select(point => (point.Key.MonthsSince(start), point.Value))], elapsed),
        _ => throw new ArgumentOutOfRangeException(nameof(growth), growth, "A growth that this version does not know."),
    };

    private static double Interpolate(IReadOnlyList<(int Elapsed, double Factor)> points, int elapsed)
    {
        if (elapsed <= points[0].Elapsed || elapsed >= points[^1].Elapsed)
        {
            return elapsed <= points[0].Elapsed ? points[0].Factor : points[^1].Factor;
        }

        var (left, right) = points.Zip(points.Skip(1)).First(pair => pair.Second.Elapsed >= elapsed);
        return left.Factor + (right.Factor - left.Factor) * (elapsed - left.Elapsed) / (right.Elapsed - left.Elapsed);
    }
}
