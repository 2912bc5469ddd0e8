using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Sizing;

/// <summary>What bounds a replica's rate.</summary>
public enum SizingLimit
{
    /// <summary>Arithmetic.</summary>
    Compute,

    /// <summary>Memory bandwidth.</summary>
    Bandwidth,

    /// <summary>Transfers between GPUs.</summary>
    Interconnect,

    /// <summary>What a step takes however little it does: launches and the host.</summary>
    Latency,

    /// <summary>Device memory: no more sequences fit in the cache.</summary>
    Memory,

    /// <summary>The promised time per output token.</summary>
    TimePerOutputToken,

    /// <summary>The promised time to first token.</summary>
    TimeToFirstToken,
}

/// <summary>One replica of a serving on some GPUs: what it holds, how fast it is, and what bounds it.</summary>
public sealed record ReplicaSizing
{
    /// <summary>The GPU.</summary>
    public required Gpu Gpu { get; init; }

    /// <summary>GPUs that each layer is split over.</summary>
    public required int TensorParallel { get; init; }

    /// <summary>The machines that it is on; null for one.</summary>
    public NodeSpan? Span { get; init; }

    /// <summary>The memory of one of its GPUs.</summary>
    public required ReplicaMemory Memory { get; init; }

    /// <summary>Sequences that it may decode together; zero for embeddings.</summary>
    public required int MaxConcurrency { get; init; }

    /// <summary>Sequences that it decodes together at its planned rate, on average.</summary>
    public required double Batch { get; init; }

    /// <summary>Requests per second of the serving's mix.</summary>
    public required double RequestsPerSecond { get; init; }

    /// <summary>GPU time of one input token, in seconds of the whole replica.</summary>
    public required double PrefillSecondsPerToken { get; init; }

    /// <summary>GPU time of one output token, in seconds of the whole replica; zero for embeddings.</summary>
    public required double DecodeSecondsPerToken { get; init; }

    /// <summary>Time to first token of a long request at the planned rate.</summary>
    public required TimeSpan TimeToFirstToken { get; init; }

    /// <summary>Mean time per further output token at the planned rate; zero for embeddings.</summary>
    public required TimeSpan TimePerOutputToken { get; init; }

    /// <summary>Share of requests that are answered within what is promised at the planned rate; null where nothing is.</summary>
    public Share? InTime { get; init; }

    /// <summary>What bounds the rate.</summary>
    public required SizingLimit Limit { get; init; }

    /// <summary>The rate against measured ones of configurations that the model was not fitted to.</summary>
    public required ErrorBand Band { get; init; }

    /// <summary>The replica at the rate that it reaches with a probability of <paramref name="confidence"/>, 50 % to below 100 %.</summary>
    public ReplicaSizing ReachedWith(Share confidence) => this with { RequestsPerSecond = RequestsPerSecond * Band.ReachedWith(confidence) };
}

/// <summary>Why a replica cannot run on some GPUs.</summary>
/// <param name="Constraint">The first constraint it fails: <c>support</c>, <c>precision</c>, <c>parallelism</c>, <c>memory</c>, <c>timeToFirstToken</c> or <c>timePerOutputToken</c>.</param>
/// <param name="Detail">The figures behind it.</param>
public sealed record Unfit(string Constraint, string Detail)
{
    /// <summary>The constraint of what has no room.</summary>
    public const string Memory = "memory";

    /// <summary>What would let it run, as far as one figure says so: a target, a length, a memory; null where none does.</summary>
    public string? RunsWith { get; init; }
}
