using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Demands;

/// <summary>
/// What a workload or serving asks for in one month: mean rates, and how far single minutes lie from the mean.
/// </summary>
public sealed record Demand
{
    /// <summary>Mean requests per second, above zero.</summary>
    public required double RequestsPerSecond { get; init; }

    /// <summary>Mean input tokens of a request.</summary>
    public required double InputTokens { get; init; }

    /// <summary>Mean output tokens of a request; zero for embeddings.</summary>
    public required double OutputTokens { get; init; }

    /// <summary>Input tokens of a long request: the percentile that latency is promised at, the 95th where none is.</summary>
    public required double LongInputTokens { get; init; }

    /// <summary>How lengths are spread around the means, as far as the serving takes them.</summary>
    public required LengthClasses Lengths { get; init; }

    /// <summary>Requests that come at once, on average; at least 1.</summary>
    public double Burst { get; init; } = 1;

    /// <summary>Share of requests longer than the serving allows, input and output together: they are refused or cut.</summary>
    public Share TooLong { get; init; }

    /// <summary>Load of a minute relative to the mean, by percentile.</summary>
    public required LoadCurve Load { get; init; }

    /// <summary>Mean rate of input tokens.</summary>
    public TokenRate Prefill => TokenRate.FromPerSecond(RequestsPerSecond * InputTokens);

    /// <summary>Mean rate of output tokens.</summary>
    public TokenRate Decode => TokenRate.FromPerSecond(RequestsPerSecond * OutputTokens);

    /// <summary>Requests per second in a minute of the given percentile (0 to 100).</summary>
    public double RequestsPerSecondAt(double percentile) => RequestsPerSecond * Load.At(percentile);

    /// <summary>Requests per second in the planned peak minute (<see cref="LoadCurve.PeakPercentile"/>).</summary>
    public double PeakRequestsPerSecond => RequestsPerSecond * Load.Peak;
}
