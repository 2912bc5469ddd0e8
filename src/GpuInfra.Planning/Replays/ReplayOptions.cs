using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Replays;

/// <summary>How a fleet is replayed.</summary>
public sealed record ReplayOptions
{
    /// <summary>How long, above zero. Default: one hour.</summary>
    public TimeSpan Length { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The time of day that it starts at, on a Monday, in the time zone of each window. Default: midnight.</summary>
    public TimeOnly From { get; init; }

    /// <summary>What the random numbers depend on. Default: 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>What is lost. Default: nothing.</summary>
    public ImmutableArray<Loss> Losses { get; init; } = [];

    /// <summary>
    /// How long after a loss nothing unreserved of the family starts in the region: everybody else looks for machines there too. Default: an hour.
    /// </summary>
    public TimeSpan LaunchBlock { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// How long a request may have to wait for a place, as a share of the promised time to first token: what would wait longer is refused (429). Nothing is
    /// refused where no latency is promised. Default: a half, which leaves the other half for reading the prompt.
    /// </summary>
    public Share QueueShare { get; init; } = DefaultQueueShare;

    /// <summary>The default of <see cref="QueueShare"/>.</summary>
    internal static Share DefaultQueueShare { get; } = Share.FromPercent(50);

    /// <summary>
    /// Whether what is refused goes to an API: those of the plan's route, each up to its rate; where it names none and the serving's data may go
    /// anywhere, one without a limit. Default: no.
    /// </summary>
    public bool Overflow { get; init; }

    /// <summary>The price of APIs that the plan names no price of. Default: null, and what they take is counted but not priced.</summary>
    public ApiPrice? Api { get; init; }

    /// <summary>How old the figures are that the autoscaler sees. Default: 90 s, a scrape and an average over a minute.</summary>
    public TimeSpan MetricDelay { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>Share of places in use that the autoscaler aims at where the plan's <c>scaling</c> does not say. Default: 70 %.</summary>
    public Share ScaleTo { get; init; } = Share.FromPercent(70);

    /// <summary>
    /// With what probability replicas are at least as fast as they are played, 50 % to below 100 %. Default: null, for the rates that the fleet was planned with.
    /// </summary>
    public Share? Confidence { get; init; }

    /// <summary>When the requests begin that attainment is told of; those before warm the fleet up. Default: at the start.</summary>
    public TimeSpan MeasureFrom { get; init; }

    /// <summary>When they end, so that the last of them are answered before the replay ends. Default: with the replay.</summary>
    public TimeSpan MeasureUntil { get; init; } = TimeSpan.MaxValue;
}
