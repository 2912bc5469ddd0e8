using System.Collections.Immutable;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Demands.Traces;

/// <summary>The requests of a trace, put in order of time.</summary>
public sealed record RequestTrace
{
    /// <summary>How it was written, for people.</summary>
    public required string Format { get; init; }

    /// <summary>Its requests.</summary>
    public required ImmutableArray<TraceRequest> Requests { get; init; }

    /// <summary>Rows that came before the one above them, and were put in their place.</summary>
    public required long OutOfOrder { get; init; }

    /// <summary>Rows that could not be read and were left out.</summary>
    public required long SkippedRows { get; init; }

    /// <summary>The first of them.</summary>
    public required ImmutableArray<PlanProblem> Skipped { get; init; }

    /// <summary>Requests in it, at least 1.</summary>
    public int Count => Requests.Length;

    /// <summary>When the first came.</summary>
    internal long FirstTicks => Requests[0].Ticks;

    /// <summary>From the first to the last.</summary>
    public TimeSpan Length => TimeSpan.FromTicks(Requests[^1].Ticks - FirstTicks);

    /// <summary>Requests that come later than a time after the first.</summary>
    public int After(TimeSpan time) => Requests.Count(request => request.Ticks - FirstTicks > time.Ticks);
}
