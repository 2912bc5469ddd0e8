using System.Collections.Immutable;

namespace GpuInfra.Planning.Catalogs;

/// <summary>Statistics of a measured request trace, from which the trace cannot be restored.</summary>
public sealed record DemandProfile
{
    /// <summary>The name plans refer to, as <c>azure-conv-2023</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Where the trace is published, and how to cite it.</summary>
    public required string Source { get; init; }

    /// <summary>The day it was recorded; null where its times are counted from its own start.</summary>
    public required DateOnly? AsOf { get; init; }

    /// <summary>Requests in the trace.</summary>
    public required long Requests { get; init; }

    /// <summary>Rows of the trace that could not be read and are not in any figure.</summary>
    public required long SkippedRows { get; init; }

    /// <summary>From the first request to the last.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Mean rate over <see cref="Duration"/>.</summary>
    public required double RequestsPerSecond { get; init; }

    /// <summary>Input tokens of a request.</summary>
    public required Distribution InputTokens { get; init; }

    /// <summary>Output tokens of a request.</summary>
    public required Distribution OutputTokens { get; init; }

    /// <summary>Requests by input and output tokens together.</summary>
    public required LengthHistogram Lengths { get; init; }

    /// <summary>Requests of a minute relative to the mean minute, by percentile of minutes.</summary>
    public required ImmutableArray<Quantile> MinuteLoad { get; init; }

    /// <summary>How requests came, minute by minute.</summary>
    public required ArrivalShape Arrivals { get; init; }

    /// <summary>Requests in flight at once, estimated.</summary>
    public required ConcurrencyEstimate Concurrency { get; init; }
}

/// <summary>A value that the given share of observations does not exceed.</summary>
/// <param name="Percentile">0 to 100.</param>
/// <param name="Value">The value.</param>
public sealed record Quantile(double Percentile, double Value);

/// <summary>How a figure is spread.</summary>
/// <param name="Mean">Its mean.</param>
/// <param name="Quantiles">Its values by percentile, ascending.</param>
public sealed record Distribution(double Mean, ImmutableArray<Quantile> Quantiles);
