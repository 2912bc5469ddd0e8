using System.Collections.Immutable;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Replays;

/// <summary>What a serving did in a replay.</summary>
public sealed record ServingReplay
{
    /// <summary>The serving.</summary>
    public required string Serving { get; init; }

    /// <summary>What it promises; null when nothing.</summary>
    public required LatencyTarget? Latency { get; init; }

    /// <summary>Every request.</summary>
    public required RequestCounts All { get; init; }

    /// <summary>Requests from <see cref="ReplayOptions.MeasureFrom"/> on.</summary>
    public required RequestCounts Measured { get; init; }

    /// <summary>Time to first token of served requests; to the end for embeddings.</summary>
    public required LatencySketch TimeToFirstToken { get; init; }

    /// <summary>Time per further output token of served requests that have any.</summary>
    public required LatencySketch TimePerOutputToken { get; init; }

    /// <summary>Time that served requests waited for a place on a replica.</summary>
    public required LatencySketch Wait { get; init; }

    /// <summary>Input and output tokens of served requests.</summary>
    public required long TokensServed { get; init; }

    /// <summary>Output tokens of requests that were broken off.</summary>
    public required long TokensLost { get; init; }

    /// <summary>Output tokens of requests that were served later than promised.</summary>
    public required long TokensLate { get; init; }

    /// <summary>Share of places in use, over the whole replay.</summary>
    public required double Utilization { get; init; }

    /// <summary>What its machines cost in the replay; reservations cost whether or not they run.</summary>
    public required Usd Cost { get; init; }

    /// <summary>Of that, machines beyond the planned size: what stood in for what was lost, or was scaled up.</summary>
    public required Usd Extra { get; init; }

    /// <summary>What APIs took of what was refused, apart from <see cref="Cost"/>; empty where nothing may overflow.</summary>
    public required ImmutableArray<ApiUse> Apis { get; init; }

    /// <summary>What a million tokens served here cost; null when none was served.</summary>
    public Usd? CostPerMillionTokens => TokensServed == 0 ? null : new Usd(Cost.Amount * 1_000_000 / TokensServed);

    /// <summary>Minute by minute.</summary>
    public required ImmutableArray<MinuteFigures> Minutes { get; init; }

    /// <summary>True when the promised share of requests was served within what is promised.</summary>
    public bool Keeps => Measured.Attainment * 100 >= (Latency?.Percentile ?? 100) - 1e-9;
}
