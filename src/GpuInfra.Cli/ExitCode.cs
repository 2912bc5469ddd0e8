namespace GpuInfra.Cli;

/// <summary>What the process tells its caller.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>The plan is bad or infeasible, or a gate failed.</summary>
    public const int Refused = 1;

    /// <summary>Wrong usage.</summary>
    public const int Usage = 2;

    /// <summary>Interrupted by the user, as shells count it.</summary>
    public const int Cancelled = 130;

    /// <summary>A bug; the same code as a crashed .NET process.</summary>
    public const int Bug = 134;
}
