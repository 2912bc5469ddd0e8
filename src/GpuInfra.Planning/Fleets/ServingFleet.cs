using System.Collections.Immutable;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>What a serving needs in the deployed month, what it gets, and what was not taken for it.</summary>
public sealed record ServingFleet
{
    /// <summary>The serving.</summary>
    public required Serving Serving { get; init; }

    /// <summary>Names of its workloads, ordered.</summary>
    public required ImmutableArray<string> Workloads { get; init; }

    /// <summary>The demand of all of them together.</summary>
    public required Demand Demand { get; init; }

    /// <summary>Ids of its pools, ordered.</summary>
    public required ImmutableArray<string> PoolIds { get; init; }

    /// <summary>Requests per second that all its pools serve together.</summary>
    public required double CapacityRequestsPerSecond { get; init; }

    /// <summary>Capacity above the planned peak, as a share of it.</summary>
    public required Share Headroom { get; init; }

    /// <summary>Expected latency at the planned load; null for embeddings.</summary>
    public required ExpectedLatency? Latency { get; init; }

    /// <summary>What is still served after each possible loss, worst first.</summary>
    public required ImmutableArray<SurvivalCheck> Survival { get; init; }

    /// <summary>Every option not taken, with the first constraint it fails.</summary>
    public required ImmutableArray<Rejection> Rejections { get; init; }

    /// <summary>Whether it stays where it runs, and why; null where nothing runs yet.</summary>
    public StabilityNote? Stability { get; init; }

    /// <summary>What pools do for a serving, told from the pools alone: they may come from a lock, without having been sized.</summary>
    /// <param name="serving">The serving.</param>
    /// <param name="workloads">Names of its workloads, ordered.</param>
    /// <param name="demand">Their demand together.</param>
    /// <param name="pools">The serving's pools. Draining ones are its too and carry nothing.</param>
    /// <param name="rejections">What was not taken.</param>
    public static ServingFleet Of(
        Serving serving, ImmutableArray<string> workloads, Demand demand, ImmutableArray<Pool> pools, IEnumerable<Rejection> rejections)
    {
        var carrying = pools.Where(pool => !pool.IsDraining).ToImmutableArray();
        var capacity = carrying.Any(pool => !pool.Sizes.IsEmpty)
            ? demand.PeakRequestsPerSecond * SizeRouting.Served(carrying, demand.PeakRequestsPerSecond, _ => 0)
            : carrying.Sum(pool => pool.RequestsPerSecond);
        var latencies = carrying.Select(pool => pool.Latency).OfType<ExpectedLatency>().ToList();
        return new ServingFleet
        {
            Serving = serving,
            Workloads = workloads,
            Demand = demand,
            PoolIds = [.. pools.Select(pool => pool.Id).Order(StringComparer.Ordinal)],
            CapacityRequestsPerSecond = capacity,
            Headroom = Share.FromFraction(Math.Max(0, capacity / demand.PeakRequestsPerSecond - 1)),
            Latency = latencies.Count == 0
                ? null
                : new ExpectedLatency(latencies.Max(latency => latency.TimeToFirstToken), latencies.Max(latency => latency.TimePerOutputToken), latencies.Min(latency => latency.InTime)),
            Survival = Survivability.Checks(carrying, demand.RequestsPerSecondAt(95), serving.Survive),
            Rejections = [.. rejections.OrderBy(rejection => rejection.Option, StringComparer.Ordinal)],
        };
    }
}

/// <summary>Latency expected at the planned load; of a serving, on the slowest of its pools.</summary>
/// <param name="TimeToFirstToken">Of a long request.</param>
/// <param name="TimePerOutputToken">On average.</param>
/// <param name="InTime">Share of requests that are answered within what is promised; null where nothing is.</param>
public sealed record ExpectedLatency(TimeSpan TimeToFirstToken, TimeSpan TimePerOutputToken, Share? InTime);

/// <summary>What is still served after a loss.</summary>
/// <param name="Lost">What is lost, as <c>zone use1-az1</c> or <c>cloud aws</c>.</param>
/// <param name="Remaining">Capacity left, as a share of the P95 demand.</param>
/// <param name="Required">The share that must be left.</param>
public sealed record SurvivalCheck(string Lost, Share Remaining, Share Required)
{
    /// <summary>True when enough is left.</summary>
    public bool Holds => IsEnough(Remaining.Fraction, Required);

    /// <summary>Compares what is left with what must be left; a rounding error in the last digit does not fail it.</summary>
    internal static bool IsEnough(double remaining, Share required) => remaining >= required.Fraction - 1e-9;
}

/// <summary>An option that was not taken.</summary>
/// <param name="Option">The offer or GPU, as <c>aws/us-east-1/g5.xlarge</c> or <c>t4</c>.</param>
/// <param name="Constraint">The first constraint it fails: <c>memory</c>, <c>precision</c>, <c>timeToFirstToken</c>, <c>cost</c>, ….</param>
/// <param name="Detail">The figures behind it.</param>
public sealed record Rejection(string Option, string Constraint, string Detail)
{
    /// <summary>The price or target at which it would be taken or at least could run; null where no single figure says so.</summary>
    public string? WinsAt { get; init; }

    /// <summary>What it would cost for its cloud's share of the peak; null where it lost by something else than its price.</summary>
    public UsdPerHour? Hourly { get; init; }
}
