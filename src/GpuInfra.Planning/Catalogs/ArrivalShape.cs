using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace GpuInfra.Planning.Catalogs;

/// <summary>How the requests of a trace came over time.</summary>
/// <param name="Minutes">Requests of every whole minute since the first request; empty for a trace of more than a day.</param>
/// <param name="Dispersion">
/// Variance over mean of requests per minute (index of dispersion for counts): 1 for a Poisson process, more for bursts. 0 for less than two minutes.
/// </param>
/// <param name="GapVariation">
/// Standard deviation over mean of the gaps between requests: 1 for a Poisson process. Null where the trace is not in order of time.
/// </param>
/// <param name="HourOfDay">Load by hour relative to the mean hour, 24 values from midnight; empty for a trace of less than two days.</param>
/// <param name="DayOfWeek">Load by day relative to the mean day, 7 values; empty for a trace of less than two weeks.</param>
/// <param name="Clock">What hours and days are counted from.</param>
public sealed record ArrivalShape(
    ImmutableArray<int> Minutes,
    double Dispersion,
    double? GapVariation,
    ImmutableArray<double> HourOfDay,
    ImmutableArray<double> DayOfWeek,
    TraceClock Clock);

/// <summary>What the times of a trace are counted from.</summary>
public enum TraceClock
{
    /// <summary>Universal time: hours are UTC, days begin with Monday.</summary>
    [JsonStringEnumMemberName("utc")]
    Utc,

    /// <summary>The trace's own zero: hours and days are counted from there.</summary>
    [JsonStringEnumMemberName("trace")]
    Trace,
}
