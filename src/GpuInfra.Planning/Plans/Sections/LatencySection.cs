using GpuInfra.Planning.Plans.Reading;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary>A serving's <c>latency</c>.</summary>
internal static class LatencySection
{
    private static readonly Key<TimeSpan> TimeToFirstToken = Key.Required(
        "timeToFirstToken", Quantities.Duration("1ms", "1h"), "From a request's arrival to its first output token (TTFT), as 2s.");

    private static readonly Key<TimeSpan> TimePerOutputToken = Key.Required(
        "timePerOutputToken", Quantities.Duration("1ms", "10s"), "Between further output tokens (TPOT), as 50ms.");

    private static readonly Key<int> Percentile = Key.Optional(
        "percentile", Quantities.WholeNumber(50, 99), "Share of requests, in percent, that it holds for.", LatencyTarget.DefaultPercentile);

    public static readonly PlanValue<LatencyTarget> Value = new Section<LatencyTarget>(
        [TimeToFirstToken, TimePerOutputToken, Percentile],
        fields => new LatencyTarget(fields.Get(TimeToFirstToken), fields.Get(TimePerOutputToken), fields.Get(Percentile)));
}
