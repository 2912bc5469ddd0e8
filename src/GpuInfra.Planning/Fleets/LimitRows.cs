using System.Collections.Immutable;
using GpuInfra.Planning.Optimization;

namespace GpuInfra.Planning.Fleets;

/// <summary>What servings share: limits, and the most to spend.</summary>
internal static class LimitRows
{
    /// <summary>Adds the rows over all servings.</summary>
    public static IEnumerable<Promise> Add(FleetProblem problem, ImmutableArray<InstanceCount> counts, IntegerProgram program)
    {
        foreach (var limit in problem.Limits)
        {
            var terms = Terms(counts, count => count.Use(limit.Name));
            if (terms.Length > 0)
            {
                yield return new(null, PromiseKind.Limit, limit.Words, program.Add(new Row(LpFormat.Name("limit", limit.Name), terms, Sense.AtMost, limit.Most)));
            }
        }

        if (problem.MostMonthly is { } most)
        {
            yield return new(null, PromiseKind.Spend, "the most to spend", program.Add(
                new Row("spend", Terms(counts, count => (double)count.Purchase.Monthly), Sense.AtMost, (double)most)));
        }
    }

    private static Term[] Terms(ImmutableArray<InstanceCount> counts, Func<InstanceCount, double> coefficient) =>
        [.. counts.Select(count => new Term(count.Variable, coefficient(count))).Where(term => term.Coefficient != 0)];
}
