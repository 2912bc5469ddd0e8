using System.Collections.Immutable;

namespace GpuInfra.Planning.Optimization;

/// <summary>How a search ended.</summary>
internal enum SolutionStatus
{
    /// <summary>The solution is proven to be the cheapest.</summary>
    Optimal,

    /// <summary>No point keeps all rows.</summary>
    Infeasible,

    /// <summary>The node limit or the gap ended the search; <see cref="IntegerSolution.Gap"/> says how far the solution may be from the cheapest.</summary>
    NodeLimit,
}

/// <summary>What a search found and proved.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Values">Values by variable; empty when no solution was found.</param>
/// <param name="Objective">The solution's cost; meaningless without one.</param>
/// <param name="Bound">No solution costs less; equal to the objective when the optimum is proven.</param>
/// <param name="Nodes">Nodes of the search tree that were solved.</param>
internal sealed record IntegerSolution(SolutionStatus Status, ImmutableArray<double> Values, decimal Objective, decimal Bound, int Nodes)
{
    /// <summary>Nothing is feasible.</summary>
    internal static IntegerSolution Infeasible(int nodes) => new(SolutionStatus.Infeasible, [], 0, 0, nodes);

    /// <summary>True when there are values.</summary>
    public bool IsSolved => !Values.IsEmpty;

    /// <summary>What the solution may cost more than the cheapest, as a share of its cost; zero when the optimum is proven.</summary>
    public double Gap => Objective == Bound || Objective == 0 ? 0 : (double)((Objective - Bound) / Math.Abs(Objective));

    /// <summary>A whole number's value.</summary>
    public int Count(int variable) => (int)Math.Round(Values[variable]);
}

/// <summary>How a search is to end.</summary>
internal sealed record SearchLimits
{
    /// <summary>Nodes to solve at most: a count, never a time, so that a search repeats. Default: 200,000.</summary>
    public int Nodes { get; init; } = 200_000;

    /// <summary>
    /// How near to the cheapest, as a share of its cost, the fleet of servings that compete for limits may end up after
    /// <see cref="NodesWithinGap"/> nodes: the last digits take longer to prove than all others. Default: 0, which proves the optimum.
    /// </summary>
    public double Gap { get; init; }

    /// <summary>Nodes that are solved at least before the search is content with the gap. Default: 5,000.</summary>
    public int NodesWithinGap { get; init; } = 5_000;

    /// <summary>Solutions that are not cheaper by more than this are not looked for. Default: a hundredth of a cent.</summary>
    public decimal Precision { get; init; } = 0.0001m;
}
