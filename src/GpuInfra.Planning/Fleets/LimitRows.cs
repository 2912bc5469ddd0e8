using GpuInfra.Planning.Optimization;

namespace GpuInfra.Planning.Fleets;

/// <summary>What servings share: limits, and the most to spend.</summary>
internal static class LimitRows
{
    /// <summary>Adds the rows over all servings.</summary>
    public static IEnumerable<Promise> Add(FleetProblem problem, IReadOnlyCollection<ServingVariables> servings, IntegerProgram program)
    {
        foreach (var limit in problem.Limits)
        {
            Term[] terms = [.. servings.SelectMany(serving => serving.Uses(limit.Name))];
            if (terms.Length > 0)
            {
                yield return new(null, PromiseKind.Limit, limit.Words, program.Add(new Row(LpFormat.Name("limit", limit.Name), terms, Sense.AtMost, limit.Most))) { Limit = limit };
            }
        }

        if (problem.MostMonthly is { } most)
        {
            Term[] costs = [.. servings.SelectMany(serving => serving.Counts).Select(count => new Term(count.Variable, (double)count.Purchase.Monthly)).Where(term => term.Coefficient != 0)];
            yield return new(null, PromiseKind.Spend, "budget.ceiling", program.Add(new Row("spend", costs, Sense.AtMost, (double)(most - problem.Paid))));
        }
    }
}
