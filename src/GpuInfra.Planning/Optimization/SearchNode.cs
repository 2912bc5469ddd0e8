namespace GpuInfra.Planning.Optimization;

/// <summary>A node of the search tree: its parent's bounds but for one, and the basis that its parent ended with.</summary>
/// <param name="Parent">The parent; null for the root.</param>
/// <param name="Variable">The variable whose bounds differ; −1 for the root.</param>
/// <param name="Lower">Its lower bound here.</param>
/// <param name="Upper">Its upper bound here.</param>
/// <param name="Bound">No solution below it costs less.</param>
/// <param name="Basis">The parent's last basis.</param>
/// <param name="Estimate">What pseudo costs are told: the branch's direction and the fraction that it cut off.</param>
internal sealed record SearchNode(SearchNode? Parent, int Variable, double Lower, double Upper, double Bound, int[] Basis, (bool Up, double Distance) Estimate)
{
    /// <summary>Branches between the root and here.</summary>
    public int Depth { get; } = Parent is null ? 0 : Parent.Depth + 1;

    /// <summary>Narrows bounds to those of this node.</summary>
    public void Apply(double[] lower, double[] upper)
    {
        for (var node = this; node.Parent is not null; node = node.Parent)
        {
            lower[node.Variable] = Math.Max(lower[node.Variable], node.Lower);
            upper[node.Variable] = Math.Min(upper[node.Variable], node.Upper);
        }
    }
}
