namespace GpuInfra.Planning.Optimization;

/// <summary>What counts as zero, in one place.</summary>
internal static class Tolerance
{
    /// <summary>How far a solution may break a row: the usual tolerance of solvers, so that others agree on what is feasible.</summary>
    public const double Feasibility = 1e-7;

    /// <summary>How far a value may lie from a whole number before it is branched on.</summary>
    public const double Integrality = 1e-6;

    /// <summary>How far a basic value may lie outside its bounds while the simplex method works.</summary>
    public const double Primal = 1e-9;

    /// <summary>Reduced costs closer to zero than this have no sign.</summary>
    public const double Dual = 1e-11;

    /// <summary>The smallest pivot.</summary>
    public const double Pivot = 1e-8;
}
