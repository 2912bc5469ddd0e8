namespace GpuInfra.Planning.Optimization;

/// <summary>How a solve ended.</summary>
internal enum SimplexStatus
{
    /// <summary>At the optimum.</summary>
    Optimal,

    /// <summary>Nothing is feasible.</summary>
    Infeasible,

    /// <summary>The optimum is proven to be no less than the cutoff.</summary>
    Cutoff,

    /// <summary>The step limit ended it; <see cref="DualSimplex.SafeBound"/> still holds.</summary>
    Unfinished,
}
