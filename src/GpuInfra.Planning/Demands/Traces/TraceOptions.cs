namespace GpuInfra.Planning.Demands.Traces;

/// <summary>How a trace is read, and what its profile says of itself.</summary>
public sealed record TraceOptions
{
    /// <summary>The profile's name.</summary>
    public required string Name { get; init; }

    /// <summary>Where the trace comes from, and how to cite it.</summary>
    public required string Source { get; init; }

    /// <summary>How it is written; told by its first line unless given.</summary>
    public TraceKind Kind { get; init; }

    /// <summary>What it calls its figures; null to take the first of <see cref="TraceFields.Known"/> that fits.</summary>
    public TraceFields? Fields { get; init; }

    /// <summary>Rows that may be skipped because they cannot be read. The default value is 0.</summary>
    public long MaxSkipped { get; init; }

    /// <summary>Time to the first token, for requests in flight. The default value is 500 ms.</summary>
    public TimeSpan TimeToFirstToken { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Time per output token, for requests in flight. The default value is 30 ms.</summary>
    public TimeSpan TimePerOutputToken { get; init; } = TimeSpan.FromMilliseconds(30);
}

/// <summary>A way of writing traces.</summary>
public enum TraceKind
{
    /// <summary>Told by the first line.</summary>
    Auto,

    /// <summary>CSV with a header.</summary>
    Csv,

    /// <summary>A JSON object a line.</summary>
    Json,

    /// <summary>Plain lines of an access log.</summary>
    AccessLog,
}
