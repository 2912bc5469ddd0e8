using System.Collections.Immutable;

namespace GpuInfra.Planning.Catalogs;

/// <summary>Statistics of a measured request trace. The trace itself is not shipped.</summary>
/// <param name="Id">The name plans refer to, as <c>azure-conv-2023</c>.</param>
/// <param name="Requests">Requests in the trace.</param>
/// <param name="RequestsPerSecond">Mean rate.</param>
/// <param name="InputTokens">Mean input tokens of a request.</param>
/// <param name="OutputTokens">Mean output tokens of a request.</param>
/// <param name="InputQuantiles">Input tokens by percentile of requests.</param>
/// <param name="OutputQuantiles">Output tokens by percentile of requests.</param>
/// <param name="MinuteLoad">Requests of a minute relative to the mean minute, by percentile of minutes.</param>
/// <param name="Source">Where the trace is published, and how to cite it.</param>
/// <param name="AsOf">The day it was recorded.</param>
public sealed record DemandProfile(
    string Id,
    int Requests,
    double RequestsPerSecond,
    double InputTokens,
    double OutputTokens,
    ImmutableArray<Quantile> InputQuantiles,
    ImmutableArray<Quantile> OutputQuantiles,
    ImmutableArray<Quantile> MinuteLoad,
    string Source,
    DateOnly AsOf);

/// <summary>A value that the given share of observations does not exceed.</summary>
/// <param name="Percentile">0 to 100.</param>
/// <param name="Value">The value.</param>
public sealed record Quantile(double Percentile, double Value);
