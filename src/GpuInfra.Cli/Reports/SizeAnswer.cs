using GpuInfra.Planning.Sizing;

namespace GpuInfra.Cli.Reports;

/// <summary>What <c>size</c> found out.</summary>
/// <param name="Setup">The replica.</param>
/// <param name="Load">The load it was sized for; where a latency was asked for, the largest that keeps it.</param>
/// <param name="Memory">The memory of the fullest of its GPUs.</param>
/// <param name="Performance">What it does; null where it cannot run or keep the latency.</param>
/// <param name="Unfit">Why it cannot; null where it can.</param>
/// <param name="Target">The latencies asked for; nulls where none were.</param>
internal sealed record SizeAnswer(
    ReplicaSetup Setup, Load Load, ReplicaMemory Memory, Performance? Performance, Unfit? Unfit, LatencyBounds Target)
{
    /// <summary>The replica under a load.</summary>
    public static SizeAnswer Under(ReplicaSetup setup, Load load)
    {
        var (performance, unfit) = PerformanceModel.Predict(setup, load);
        return new SizeAnswer(setup, load, ReplicaMemory.Of(setup), performance, unfit, default);
    }

    /// <summary>The replica under the largest load that keeps latencies.</summary>
    public static SizeAnswer Within(ReplicaSetup setup, Load lengths, LatencyBounds target)
    {
        var (requests, performance, unfit) = LatencySearch.Largest(setup, lengths.InputTokens, lengths.OutputTokens, target);
        return new SizeAnswer(
            setup, lengths with { Kind = LoadKind.Concurrency, Requests = requests }, ReplicaMemory.Of(setup), performance, unfit, target);
    }

    /// <summary>Requests that run together at most: what the cache holds, or what keeps the latency.</summary>
    public int MaxConcurrency => Performance is null ? 0 : AsksForLatency ? Load.Requests : Performance.MaxConcurrency;

    /// <summary>Whether a latency was asked for.</summary>
    public bool AsksForLatency => Target != default;
}
