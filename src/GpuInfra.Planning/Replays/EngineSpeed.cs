using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Sizing;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Replays;

/// <summary>
/// A pool's replica by the step times of Sizing, slowed until it does just the rate that the fleet was planned with, within what is
/// promised: a plan counts on less than is predicted (<see cref="CapacityPlan.Confidence"/>), and what it counts on is what a replay must
/// hold with.
/// <para>
/// It takes as many requests at a time as Sizing lets it run within the promised time to first token and nine tenths of the promised time
/// per output token at that speed. Lengths enter as each request's
/// own for prompts and the cache, and as the mix's mean for the context that generating reads.
/// </para>
/// </summary>
internal sealed class EngineSpeed : IReplicaSpeed
{
    /// <summary>
    /// Share of the promised time per output token that a full replica takes on average: the rest is for what differs from request to
    /// request, since the promise is for all but a few of them. An assumption about the router, which holds back what would break it.
    /// </summary>
    private const double MeanOfPromise = 0.9;

    private readonly Cycle _cycle;
    private readonly ReplicaMemory _memory;
    private readonly double[] _stepSeconds;
    private readonly double _slowness;
    private readonly double _read;
    private readonly double _perStep;
    private readonly double _chunk;

    private EngineSpeed(Serving serving, RequestMix mix, ReplicaSetup setup, double slowness, int places)
    {
        (Places, _slowness) = (places, slowness);
        mix = ReplicaSizer.Counted(serving, mix);
        _cycle = ReplicaSizer.CycleOf(serving, setup, mix, Calibration.Embedded);
        _memory = ReplicaSizer.MemoryOf(serving, setup);
        (_read, _perStep, _chunk) = (1 - mix.CachedShare, 1 + mix.AcceptedTokens, ChunkOf(setup.Gpu));
        _stepSeconds = [.. Enumerable.Range(0, places + 1).Select(running => _cycle.GenerationSeconds(running) * _perStep * slowness)];
    }

    /// <inheritdoc/>
    public int Places { get; }

    /// <inheritdoc/>
    public double CacheBytes => (double)_memory.Cache.TotalBytes * _memory.CacheCopies;

    /// <summary>The speed of a pool's replicas under its serving's demand.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="fleet">Its serving.</param>
    /// <param name="catalog">The GPUs.</param>
    /// <param name="confidence">With what probability a replica is at least as fast; null for the rate that the pool was planned with.</param>
    /// <exception cref="PlanException">Sizing cannot run the replica that the pool holds.</exception>
    public static IReplicaSpeed Of(Pool pool, ServingFleet fleet, Catalog catalog, Share? confidence = null)
    {
        var serving = fleet.Serving with { Precision = pool.Engine.Precision, CachePrecision = pool.Engine.CachePrecision };
        var gpu = catalog.FindGpu(pool.Gpu) ?? throw Refused(pool, $"the catalog has no {pool.Gpu}");
        var mix = new RequestMix(fleet.Demand.InputTokens, fleet.Demand.OutputTokens, fleet.Demand.LongInputTokens);
        var predicted = Size(serving) ?? Size(serving with { Latency = null }) ?? throw Refused(pool, "sizing finds no room for its replica any more");
        var planned = confidence is { } share ? predicted.RequestsPerSecond * predicted.Band.ReachedWith(share) : pool.ReplicaCapacity.RequestsPerSecond;
        var slowness = Slowness(serving, predicted.RequestsPerSecond / planned, (slower, slowness) => (Size(slower)?.RequestsPerSecond ?? 0) / slowness >= planned);
        if (serving.Model.Task == ModelTask.Embedding)
        {
            var perToken = predicted.PrefillSecondsPerToken;
            return new EncoderSpeed(slowness * perToken, slowness * ((1 / predicted.RequestsPerSecond) - (perToken * mix.InputTokens)));
        }

        var kept = serving.Latency is null ? predicted.MaxConcurrency : Size(Within(serving, slowness, MeanOfPromise))?.Batch ?? 1;
        return new EngineSpeed(serving, mix, ReplicaSizer.SetupOf(serving, gpu, pool.Engine.TensorParallel), slowness, Math.Clamp((int)kept, 1, pool.Engine.MaxConcurrency));

        ReplicaSizing? Size(Serving variant) => ReplicaSizer.Size(variant, mix, gpu, pool.Engine.TensorParallel).Sizing;
    }

    /// <summary>
    /// How much slower than predicted a replica is that does just the planned rate within what is promised: found by halving, since slower
    /// steps leave fewer requests within it. Where nothing is promised, the ratio of the rates.
    /// </summary>
    private static double Slowness(Serving serving, double ratio, Func<Serving, double, bool> reaches)
    {
        const int halvings = 14;
        var (low, high) = (Math.Min(1, ratio), Math.Max(1, ratio));
        for (var halving = 0; serving.Latency is not null && halving < halvings; halving++)
        {
            var middle = (low + high) / 2;
            (low, high) = reaches(Within(serving, middle, 1), middle) ? (middle, high) : (low, middle);
        }

        return serving.Latency is null ? ratio : low;
    }

    /// <summary>The serving as a predicted replica sees it that stands for one slower by a factor.</summary>
    private static Serving Within(Serving serving, double slowness, double mean) => serving with
    {
        Latency = serving.Latency! with
        {
            TimeToFirstToken = serving.Latency.TimeToFirstToken / slowness,
            TimePerOutputToken = serving.Latency.TimePerOutputToken / slowness * mean,
        },
    };

    /// <inheritdoc/>
    public double CacheBytesOf(int inputTokens, int outputTokens) => _memory.CacheBytesOf((double)inputTokens + outputTokens);

    /// <inheritdoc/>
    public double PromptSeconds(int inputTokens, int generating) => _cycle.PromptSeconds(Read(inputTokens), generating, _chunk) * _slowness;

    /// <inheritdoc/>
    public int PromptSteps(int inputTokens) => (int)Math.Ceiling(Read(inputTokens) / _chunk);

    /// <inheritdoc/>
    public double StepSeconds(int generating) => _stepSeconds[generating];

    /// <inheritdoc/>
    public int StepsAfterFirst(int outputTokens) => (int)Math.Ceiling(Math.Max(0, outputTokens - 1) / _perStep);

    /// <summary>
    /// Prompt tokens that vLLM's server reads in a step unless told otherwise, and nothing tells it: 8,192 on GPUs of 70 GiB and more
    /// that are no A100, 2,048 on the others (vllm/engine/arg_utils.py, _get_batch_defaults, read 2026-11-28). Short steps let requests
    /// generate while a long prompt is read.
    /// </summary>
    private static int ChunkOf(Gpu gpu) =>
        gpu.Memory >= ByteSize.FromGib(70) && !gpu.Id.StartsWith("a100", StringComparison.Ordinal) ? ReplicaMemory.BatchedTokens : 2048;

    private double Read(int inputTokens) => Math.Max(1, inputTokens * _read);

    private static PlanException Refused(Pool pool, string why) => new([new PlanProblem($"pool {pool.Id}", 0, 0, "", $"cannot be replayed: {why}")]);
}
