using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Demands;

/// <summary>Demand growth as a factor on the first month's figures.</summary>
public static class GrowthCurve
{
    /// <summary>
    /// The largest factor within a month of the horizon. A fleet deployed for a month must serve all of it, and a growing demand
    /// is largest at its end, so the policies reach their factor at the end of the last month. Events count by the day: the factor is that
    /// of the largest day, each day at its own beginning or end, whichever is larger.
    /// </summary>
    /// <param name="growth">How demand grows.</param>
    /// <param name="start">The first month of the horizon.</param>
    /// <param name="horizonMonths">Months in the horizon, at least 1.</param>
    /// <param name="month">The month asked for, from <paramref name="start"/> on.</param>
    public static double FactorWithin(Growth growth, Month start, int horizonMonths, Month month)
    {
        var (begin, first) = (month.MonthsSince(start), new DateOnly(month.Year, month.Number, 1));
        if (!growth.Events.Any(item => item.To >= first && item.From < first.AddMonths(1)))
        {
            return Largest(begin, begin + 1);
        }

        var days = DateTime.DaysInMonth(month.Year, month.Number);
        return Enumerable.Range(0, days).Max(day =>
            Largest(begin + ((double)day / days), begin + ((day + 1.0) / days)) * EventsOn(growth, first.AddDays(day)));

        double Largest(double from, double to) => growth is Growth.Points { IsStep: true } steps
            ? StepAt(steps, start, from)
            : Math.Max(FactorAt(growth, start, horizonMonths, from), FactorAt(growth, start, horizonMonths, to));
    }

    private static double EventsOn(Growth growth, DateOnly day) =>
        growth.Events.Where(item => item.Holds(day)).Aggregate(1.0, (factor, item) => factor * item.Factor);

    /// <summary>The factor at a point in time, in months after the horizon's start.</summary>
    private static double FactorAt(Growth growth, Month start, int horizonMonths, double elapsed) => growth switch
    {
        Growth.ToFactor policy => 1 + (policy.Factor - 1) * elapsed / horizonMonths,
        Growth.Monthly monthly => Math.Pow(1 + monthly.Rate.Fraction, elapsed),
        Growth.Points points => Interpolate([.. points.Factors.Select(point => (point.Key.MonthsSince(start), point.Value))], elapsed),
        _ => throw new ArgumentOutOfRangeException(nameof(growth), growth, "A growth that this version does not know."),
    };

    /// <summary>The last point that is not later, or the first one.</summary>
    private static double StepAt(Growth.Points points, Month start, double elapsed) => points.Factors
        .TakeWhile(point => point.Key.MonthsSince(start) <= elapsed)
        .Select(point => point.Value)
        .LastOrDefault(points.Factors.First().Value);

    private static double Interpolate(IReadOnlyList<(int Elapsed, double Factor)> points, double elapsed)
    {
        if (elapsed <= points[0].Elapsed || elapsed >= points[^1].Elapsed)
        {
            return elapsed <= points[0].Elapsed ? points[0].Factor : points[^1].Factor;
        }

        var (left, right) = points.Zip(points.Skip(1)).First(pair => pair.Second.Elapsed >= elapsed);
        return left.Factor + (right.Factor - left.Factor) * (elapsed - left.Elapsed) / (right.Elapsed - left.Elapsed);
    }
}
