using System.Collections.Immutable;

namespace GpuInfra.Planning.Optimization;

/// <summary>
/// Names the smallest set of promises that cannot be kept together. A promise is a group of rows that stands or falls as one. A deletion
/// filter leaves out each promise in turn and drops it for good when the rest is still infeasible (Chinneck and Dravnieks 1991); what
/// remains is irreducible. Smaller sets are then looked for by size, as long as there are not too many of them to try.
/// </summary>
internal static class ConflictFinder
{
    private const int MostTrials = 400;

    private static readonly SearchLimits Limits = new() { Nodes = 2_000 };

    /// <summary>Numbers of the groups in conflict, ascending; empty when rows outside all groups are infeasible by themselves.</summary>
    /// <param name="program">An infeasible program.</param>
    /// <param name="groups">Row numbers of each promise. Rows in none are facts, which are never left out.</param>
    public static ImmutableArray<int> Find(IntegerProgram program, ImmutableArray<ImmutableArray<int>> groups)
    {
        var kept = Enumerable.Range(0, groups.Length).ToImmutableArray();
        foreach (var group in Enumerable.Range(0, groups.Length).Reverse())
        {
            var without = kept.Remove(group);
            kept = IsInfeasible(program, groups, without) ? without : kept;
        }

        var trials = 0;
        for (var size = 1; size < kept.Length; size++)
        {
            foreach (var smaller in Subsets(groups.Length, size))
            {
                if (++trials > MostTrials)
                {
                    return kept;
                }

                if (IsInfeasible(program, groups, smaller))
                {
                    return smaller;
                }
            }
        }

        return kept;
    }

    /// <summary>True when no point keeps the facts and the promises named. A search that the node limit ends counts as feasible.</summary>
    private static bool IsInfeasible(IntegerProgram program, ImmutableArray<ImmutableArray<int>> groups, ImmutableArray<int> named)
    {
        var left = Enumerable.Range(0, groups.Length).Except(named).SelectMany(group => groups[group]).ToHashSet();
        var reduced = new IntegerProgram();
        foreach (var variable in program.Variables)
        {
            reduced.Add(variable with { Cost = 0 });
        }

        foreach (var row in program.Rows.Where((_, number) => !left.Contains(number)))
        {
            reduced.Add(row);
        }

        return BranchAndBound.Solve(reduced, Limits).Status == SolutionStatus.Infeasible;
    }

    /// <summary>All sets of a size, in lexicographic order.</summary>
    private static IEnumerable<ImmutableArray<int>> Subsets(int count, int size, int first = 0) => size == 0
        ? [[]]
        : Enumerable.Range(first, Math.Max(0, count - first)).SelectMany(head => Subsets(count, size - 1, head + 1).Select(tail => tail.Insert(0, head)));
}
