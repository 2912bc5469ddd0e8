using System.Collections.Immutable;
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
/// It takes as many requests at a time as Sizing has on it, reading or generating, when the promised share of requests is in time at that
/// speed, although they have waited for a place as long as the router lets them.
/// </para>
/// </summary>
internal sealed class EngineSpeed : IReplicaSpeed
{
    private readonly EngineSteps _steps;
    private readonly ReplicaMemory _memory;
    private readonly double[] _stepSeconds;
    private readonly double _slowness;

    private EngineSpeed(Serving serving, RequestMix mix, ReplicaSetup setup, double slowness, int places)
    {
        (Places, _slowness) = (places, slowness);
        _steps = new EngineSteps(serving, setup, mix, Calibration.Embedded);
        _memory = ReplicaSizer.MemoryOf(serving, setup);
        _stepSeconds = [.. Enumerable.Range(0, places + 1).Select(running => _steps.StepSeconds(running) * slowness)];
    }

    /// <inheritdoc/>
    public int Places { get; }

    /// <inheritdoc/>
    public double CacheBytes => (double)_memory.Cache.TotalBytes * _memory.CacheCopies;

    /// <summary>The speed of a pool's replicas under its serving's demand.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="fleet">Its serving.</param>
    /// <param name="sizes">The sizes of the serving's requests where they are routed by size, otherwise none.</param>
    /// <param name="catalog">The GPUs.</param>
    /// <param name="confidence">With what probability a replica is at least as fast; null for the rate that the pool was planned with.</param>
    /// <exception cref="PlanException">Sizing cannot run the replica that the pool holds.</exception>
    public static IReplicaSpeed Of(Pool pool, ServingFleet fleet, ImmutableArray<RequestSize> sizes, Catalog catalog, Share? confidence = null)
    {
        var serving = fleet.Serving with { Precision = pool.Engine.Precision, CachePrecision = pool.Engine.CachePrecision, MaxContextTokens = pool.Engine.MaxContextTokens };
        var gpu = catalog.FindGpu(pool.Gpu) ?? throw Refused(pool, $"the catalog has no {pool.Gpu}");
        var span = Spans.Of(pool, catalog);
        var all = RequestMix.Of(fleet.Demand);
        var parts = PartsOf(pool, serving, all, sizes);
        var mix = Together(all, parts);

        // What a plan counts on has to hold for every size that it sends there.
        var slowness = parts.Max(part =>
        {
            var predicted = Predicted(part.Serving, part.Mix);
            var planned = confidence is { } share ? predicted.RequestsPerSecond * predicted.Band.ReachedWith(share) : part.RequestsPerSecond;
            return Slowness(
                part.Serving, predicted.RequestsPerSecond / planned,
                (slower, slowness) => ReplicaSizer.Keeps(slower, part.Mix, gpu, pool.Engine.TensorParallel, span, planned * slowness));
        });
        var predicted = Predicted(serving, mix);
        if (serving.Model.Task == ModelTask.Embedding)
        {
            var perToken = predicted.PrefillSecondsPerToken;
            return new EncoderSpeed(slowness * perToken, slowness * ((1 / predicted.RequestsPerSecond) - (perToken * mix.InputTokens)));
        }

        var kept = serving.Latency is null ? predicted.MaxConcurrency : Size(Within(serving, slowness, 1 - ReplayOptions.DefaultQueueShare.Fraction), mix) is { } full ? Kept(full, mix) : 1;
        return new EngineSpeed(serving, mix, ReplicaSizer.SetupOf(serving, gpu, pool.Engine.TensorParallel, span), slowness, Math.Clamp(kept, 1, pool.Engine.MaxConcurrency));

        ReplicaSizing? Size(Serving variant, RequestMix requests) => ReplicaSizer.Size(variant, requests, gpu, pool.Engine.TensorParallel, span).Sizing;

        ReplicaSizing Predicted(Serving variant, RequestMix requests) =>
            Size(variant, requests) ?? Size(variant with { Latency = null }, requests) ?? throw Refused(pool, "sizing finds no room for its replica any more");
    }

    /// <summary>What a pool was planned for: requests of each size that it is sent, or of all.</summary>
    private static ImmutableArray<Part> PartsOf(Pool pool, Serving serving, RequestMix mix, ImmutableArray<RequestSize> sizes)
    {
        if (pool.Sizes.IsEmpty)
        {
            return [new Part(serving, mix, pool.ReplicaCapacity.RequestsPerSecond, Share.All)];
        }

        var able = pool.Sizes.Where(size => size.RequestsPerSecond > 0).ToList();
        var sent = able.Where(size => size.Routed.Fraction > 0).ToList();
        return
        [
            .. (sent.Count == 0 ? able : sent).Select(size => (Of: size, Size: sizes.Single(known => known.From == size.From))).Select(size => new Part(
                serving with { MaxContextTokens = size.Size.LongestTokens }, mix.Of(size.Size), size.Of.RequestsPerSecond,
                Share.FromFraction(size.Of.OfRequests.Fraction * (sent.Count == 0 ? 1 : size.Of.Routed.Fraction)))),
        ];
    }

    /// <summary>All that a pool is sent.</summary>
    private static RequestMix Together(RequestMix all, ImmutableArray<Part> parts)
    {
        if (parts is [var only])
        {
            return only.Mix;
        }

        var share = parts.Sum(part => part.Share.Fraction);
        return new RequestMix(Mean(part => part.Mix.InputTokens), Mean(part => part.Mix.OutputTokens), parts.Max(part => part.Mix.LongInputTokens))
        {
            Lengths = LengthClasses.Of([.. parts.Select(part => (part.Mix.Lengths, part.Share.Fraction))]),
            Arrivals = all.Arrivals.Of(Share.FromFraction(share)),
        };

        double Mean(Func<Part, double> of) => parts.Sum(part => part.Share.Fraction * of(part)) / share;
    }

    /// <summary>Requests that a pool was planned for.</summary>
    /// <param name="Serving">The serving as it takes no longer ones.</param>
    /// <param name="Mix">Their lengths.</param>
    /// <param name="RequestsPerSecond">What a replica was planned to do of them alone.</param>
    /// <param name="Share">Their share of the serving's requests.</param>
    private sealed record Part(Serving Serving, RequestMix Mix, double RequestsPerSecond, Share Share);

    /// <summary>Requests on a full replica: those that generate, and those whose prompts are being read.</summary>
    private static int Kept(ReplicaSizing full, RequestMix mix) =>
        (int)Math.Ceiling(full.Batch + (full.RequestsPerSecond * full.PrefillSecondsPerToken * mix.InputTokens));

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
    private static Serving Within(Serving serving, double slowness, double first) => serving with
    {
        Latency = serving.Latency! with
        {
            TimeToFirstToken = serving.Latency.TimeToFirstToken / slowness * first,
            TimePerOutputToken = serving.Latency.TimePerOutputToken / slowness,
        },
    };

    /// <inheritdoc/>
    public double CacheBytesOf(int inputTokens, int outputTokens) => _memory.CacheBytesOf((double)inputTokens + outputTokens);

    /// <inheritdoc/>
    public double PromptSeconds(int inputTokens, int generating) => _steps.PromptSeconds(inputTokens, generating) * _slowness;

    /// <inheritdoc/>
    public int Stages => _steps.Stages;

    /// <inheritdoc/>
    public int PromptSteps(int inputTokens) => (int)Math.Ceiling(_steps.PromptSteps(inputTokens));

    /// <inheritdoc/>
    public double StepSeconds(int generating) => _stepSeconds[generating];

    /// <inheritdoc/>
    public int StepsAfterFirst(int outputTokens) => (int)Math.Ceiling(_steps.StepsAfterFirst(outputTokens));

    private static PlanException Refused(Pool pool, string why) => new([new PlanProblem($"pool {pool.Id}", 0, 0, "", $"cannot be replayed: {why}")]);
}
