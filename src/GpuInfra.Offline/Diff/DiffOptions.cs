namespace GpuInfra.Offline.Diff;

/// <summary>What whoever runs a diff takes upon himself.</summary>
public sealed record DiffOptions
{
    /// <summary>Nothing.</summary>
    public static DiffOptions Strict { get; } = new();

    /// <summary>Whether an irrevocable resource may change where nobody has looked up if that replaces it.</summary>
    public bool AllowUnknownReplace { get; init; }
}
