namespace GpuInfra.Offline.Diff;

/// <summary>What a diff is judged by beside the records: what whoever runs it takes upon himself, and the day.</summary>
public sealed record DiffOptions
{
    /// <summary>Nothing.</summary>
    public static DiffOptions Strict { get; } = new();

    /// <summary>Whether an irrevocable resource may change where nobody has looked up if that replaces it.</summary>
    public bool AllowUnknownReplace { get; init; }

    /// <summary>The day of the deployment. Default: the first day of the later record's month for waivers, and none for freezes.</summary>
    public DateOnly? Today { get; init; }
}
