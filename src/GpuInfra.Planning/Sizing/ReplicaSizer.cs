using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Sizing;

/// <summary>
/// Sizes one replica of a serving: the largest rate at which it keeps its latency and its cache.
/// <para>
/// With B requests in the batch a <see cref="Cycle"/> takes F(B), so λ(B) = B/F(B); a request is in it all the time, so its mean time per
/// output token is F(B)/o. Latency is promised for a share of requests: <see cref="ReplicaLatencies"/> says which share is in time with B
/// requests that come at λ(B). It falls with B, so the largest B that keeps the promise is found by bisection.
/// </para>
/// </summary>
public static class ReplicaSizer
{
    /// <summary>Sequences that the engine is let to run together (vLLM: <c>--max-num-seqs</c>), however large the cache is.</summary>
    public const int MaxSequences = 256;

    /// <summary>GPUs that a layer may be split over within a machine, in ascending order.</summary>
    internal static ImmutableArray<int> Splits { get; } = [1, 2, 4, 8];

    /// <summary>
    /// Running sequences vary as a Poisson number does; the mean is kept so low that the cache holds their 95th percentile,
    /// B + 1.645√B.
    /// </summary>
    private const double NormalQuantile95 = 1.645;

    /// <summary>
    /// Parsing, tokenising and scheduling one request on the CPU, which short embedding requests wait for. An assumption of this
    /// version, not yet calibrated.
    /// </summary>
    private const double RequestOverheadSeconds = 0.5e-3;

    /// <summary>The least batch that is looked for: below it a replica does nothing for most of the time.</summary>
    private const double LeastBatch = 1.0 / 64;

    /// <summary>How closely batches and targets are found, as a part of them.</summary>
    private const double Precision = 1e-3;

    /// <summary>The longest target that is tried, in multiples of the one that is missed.</summary>
    private const double MostPatience = 1 << 10;

    /// <summary>A replica of <paramref name="serving"/> on <paramref name="tensorParallel"/> GPUs of each machine, or why there cannot be one.</summary>
    /// <param name="serving">The serving.</param>
    /// <param name="mix">Its requests.</param>
    /// <param name="gpu">The GPU.</param>
    /// <param name="tensorParallel">GPUs that each layer is split over.</param>
    /// <param name="span">The machines that it is on; null for one.</param>
    public static (ReplicaSizing? Sizing, Unfit? Unfit) Size(Serving serving, RequestMix mix, Gpu gpu, int tensorParallel, NodeSpan? span = null) =>
        Size(serving, mix, gpu, tensorParallel, Calibration.Embedded, span);

    /// <summary>The same by another revision's coefficients.</summary>
    internal static (ReplicaSizing? Sizing, Unfit? Unfit) Size(
        Serving serving, RequestMix mix, Gpu gpu, int tensorParallel, Calibration calibration, NodeSpan? span = null)
    {
        var model = serving.Model;
        if (gpu.NotChosenBecause is { } reason)
        {
            return (null, new Unfit("support", $"{gpu.Id}: {reason}"));
        }

        if (gpu.PeakRate(serving.Precision) is null)
        {
            return (null, new Unfit("precision", $"{gpu.Id}{CapabilityOf(gpu)} has no {JsonText.Word(serving.Precision)} arithmetic"));
        }

        if (serving.CachePrecision.Refusal(gpu) is { } noCache)
        {
            return (null, new Unfit("precision", noCache));
        }

        if (model.Attention.FirstOrDefault(group => group.QueryHeads % tensorParallel != 0) is { } whole)
        {
            return (null, new Unfit("parallelism", $"{whole.QueryHeads} attention heads do not split over {tensorParallel} GPUs"));
        }

        mix = Counted(serving, mix);
        var setup = SetupOf(serving, gpu, tensorParallel, span);
        var memory = MemoryOf(serving, setup);
        if (memory.Required > memory.Usable)
        {
            return (null, new Unfit(Unfit.Memory, FormattableString.Invariant(
                $"{setup.Parallelism.Gpus} × {gpu.Id}: weights {memory.Weights} + activations {memory.Activations} + runtime {memory.Overhead} exceed {memory.Usable} per GPU"))
            {
                RunsWith = $"GPUs of {memory.Required / ReplicaMemory.Utilization.Fraction}",
            });
        }

        if (model.Task == ModelTask.Generation && memory.Sequences(serving.MaxContextTokens) < 1)
        {
            return (null, new Unfit(Unfit.Memory, FormattableString.Invariant(
                $"{setup.Parallelism.Gpus} × {gpu.Id}: {memory.Cache} of cache per GPU hold {memory.CacheTokens:F0} tokens, one request may have {serving.MaxContextTokens}"))
            {
                RunsWith = FormattableString.Invariant($"maxContextTokens of {Math.Floor(memory.CacheTokens)}"),
            });
        }

        return model.Task == ModelTask.Embedding ? (Embedding(serving, setup, mix, memory, calibration), null) : Generation(serving, setup, mix, memory, calibration);
    }

    /// <summary>A replica of a serving, whether or not it can run.</summary>
    internal static ReplicaSetup SetupOf(Serving serving, Gpu gpu, int tensorParallel, NodeSpan? span = null) => new(
        serving.Model, serving.Precision, gpu, new Parallelism(tensorParallel, span?.Nodes ?? 1), CachePrecision: serving.CachePrecision)
    {
        Span = span,
        Speed = serving.Measured?.On(gpu.Id)?.Speed.Fraction ?? 1,
    };

    /// <summary>How far its rate may lie from the predicted one: as far as it was measured to, or as measurements of other configurations did.</summary>
    private static ErrorBand BandOf(Serving serving, ReplicaSetup setup, LoadKind load, Calibration calibration) =>
        serving.Measured?.On(setup.Gpu.Id) is { } measured
            ? new ErrorBand(measured.Low.Fraction / measured.Speed.Fraction, measured.Speed.Fraction / measured.Low.Fraction)
            : calibration.Band(load, setup.Engine);

    /// <summary>The memory of a replica of a serving, adapters counted.</summary>
    internal static ReplicaMemory MemoryOf(Serving serving, ReplicaSetup setup) => ReplicaMemory.Of(setup) with { Adapters = AdapterMemory(serving) };

    /// <summary>The cycle of a replica of a serving that generates: how long its steps take under a mix.</summary>
    internal static Cycle CycleOf(Serving serving, ReplicaSetup setup, RequestMix mix, Calibration calibration) => new(
        setup, LoadOf(serving), mix.InputTokens, mix.OutputTokens, calibration, mix.CachedShare, mix.AcceptedTokens);

    /// <summary>A mix with what the serving's techniques spare.</summary>
    internal static RequestMix Counted(Serving serving, RequestMix mix) =>
        mix with { CachedShare = serving.Techniques.CountedPrefixHitRate.Fraction, AcceptedTokens = serving.Techniques.AcceptedTokens };

    private static LoadKind LoadOf(Serving serving) => serving.Latency is null ? LoadKind.OfflineMax : LoadKind.Concurrency;

    private static ReplicaSizing Embedding(Serving serving, ReplicaSetup setup, RequestMix mix, ReplicaMemory memory, Calibration calibration)
    {
        var step = new StepTime(setup, calibration);
        var lengths = step.At(mix.InputTokens, contextTokens: 0);
        var full = step.Of(ReplicaMemory.BatchedTokens, ReplicaMemory.BatchedTokens, sequences: 0, lengths);
        var secondsPerToken = full.Seconds / ReplicaMemory.BatchedTokens / setup.Speed;
        return new ReplicaSizing
        {
            Gpu = setup.Gpu,
            TensorParallel = setup.Parallelism.Tensor,
            Span = setup.Span,
            Memory = memory,
            MaxConcurrency = 0,
            Batch = 0,
            RequestsPerSecond = 1 / ((secondsPerToken * mix.InputTokens) + (RequestOverheadSeconds / setup.Speed)),
            PrefillSecondsPerToken = secondsPerToken,
            DecodeSecondsPerToken = 0,
            TimeToFirstToken = TimeSpan.FromSeconds((full.Seconds / setup.Speed) + (secondsPerToken * mix.LongInputTokens)),
            TimePerOutputToken = TimeSpan.Zero,
            Limit = full.Largest,
            Band = BandOf(serving, setup, LoadKind.OfflineMax, calibration),
        };
    }

    /// <summary>True when a replica that can run does a rate within what is promised: quicker than sizing it, for who has a rate already.</summary>
    internal static bool Keeps(Serving serving, RequestMix mix, Gpu gpu, int tensorParallel, NodeSpan? span, double requestsPerSecond)
    {
        var (calibration, setup) = (Calibration.Embedded, SetupOf(serving, gpu, tensorParallel, span));
        mix = Counted(serving, mix);
        var cycle = CycleOf(serving, setup, mix, calibration);
        var (low, high) = (0.0, MeanOccupancy(MaxConcurrency(MemoryOf(serving, setup), mix)));
        if (high / cycle.Of(high).Seconds < requestsPerSecond)
        {
            return false;
        }

        while (high - low > Precision * high)
        {
            var middle = (low + high) / 2;
            (low, high) = middle / cycle.Of(middle).Seconds < requestsPerSecond ? (middle, high) : (low, middle);
        }

        var inTime = new ReplicaLatencies(new EngineSteps(serving, setup, mix, calibration), mix, serving.Latency!).At(high, requestsPerSecond);
        return inTime.Both >= serving.Latency!.Percentile / 100.0;
    }

    private static int MaxConcurrency(ReplicaMemory memory, RequestMix mix) =>
        (int)Math.Clamp(Math.Floor(memory.Sequences(mix.InputTokens + mix.OutputTokens)), 1, MaxSequences);

    private static (ReplicaSizing?, Unfit?) Generation(
        Serving serving, ReplicaSetup setup, RequestMix mix, ReplicaMemory memory, Calibration calibration)
    {
        var maxConcurrency = MaxConcurrency(memory, mix);
        var cycle = CycleOf(serving, setup, mix, calibration);

        var cacheBatch = serving.Latency is null ? maxConcurrency : MeanOccupancy(maxConcurrency);
        var (batch, limit) = (cacheBatch, SizingLimit.Memory);
        Share? inTime = null;
        if (serving.Latency is { } promised)
        {
            var latencies = new ReplicaLatencies(new EngineSteps(serving, setup, mix, calibration), mix, promised);
            InTime At(double running) => latencies.At(running, running / cycle.Of(running).Seconds);
            var (least, share) = (Math.Min(LeastBatch, batch), promised.Percentile / 100.0);
            var alone = At(least);
            if (alone.Both < share)
            {
                return (null, Late(serving, setup, mix, promised, alone, calibration, least));
            }

            (batch, var kept) = LargestBatch.Keeping(At, share, least, alone, batch);
            limit = batch == cacheBatch ? limit : kept.First < kept.Between ? SizingLimit.TimeToFirstToken : SizingLimit.TimePerOutputToken;
            inTime = Share.FromFraction(Math.Min(1, kept.Both));
        }

        // The cache is no bound in itself where it holds more sequences than the engine runs: then the rate is.
        var cost = cycle.Of(batch);
        if (limit == SizingLimit.Memory && maxConcurrency == MaxSequences)
        {
            limit = cost.Largest;
        }

        var (rate, decode) = (batch / cost.Seconds, cycle.GenerationSeconds(batch) / batch);
        return (new ReplicaSizing
        {
            Gpu = setup.Gpu,
            TensorParallel = setup.Parallelism.Tensor,
            Span = setup.Span,
            Memory = memory,
            MaxConcurrency = maxConcurrency,
            Batch = batch,
            RequestsPerSecond = rate,
            PrefillSecondsPerToken = ((1 / rate) - (mix.OutputTokens * decode)) / mix.InputTokens,
            DecodeSecondsPerToken = decode,
            TimeToFirstToken = TimeSpan.FromSeconds(TimeToFirstToken(batch)),
            TimePerOutputToken = TimeSpan.FromSeconds(TimePerOutputToken(batch)),
            Limit = limit,
            InTime = inTime,
            Band = BandOf(serving, setup, LoadOf(serving), calibration),
        }, null);

        double TimePerOutputToken(double running) => cycle.Of(running).Seconds / mix.OutputTokens;

        double TimeToFirstToken(double running)
        {
            var (seconds, generation) = (cycle.Of(running).Seconds, cycle.GenerationSeconds(running));
            var generating = mix.OutputTokens * generation / seconds;
            return (cycle.PromptSeconds(mix.LongInputTokens, running) / generating) + generation;
        }
    }

    /// <summary>
    /// The adapters on each GPU: as many places as may be loaded, each for the largest rank, in 16 bits. Engines keep the first of a pair
    /// whole on every GPU unless told otherwise, so nothing is split (vLLM: <c>--fully-sharded-loras</c>).
    /// </summary>
    private static ByteSize AdapterMemory(Serving serving) => serving.Adapters is { } adapters
        ? ByteSize.FromBytes(2 * adapters.MaxLoaded * LowRank.Parameters(serving.Model, adapters.Rank))
        : default;

    /// <summary>The mean B with B + z√B = capacity.</summary>
    private static double MeanOccupancy(int capacity)
    {
        var root = (-NormalQuantile95 + Math.Sqrt(NormalQuantile95 * NormalQuantile95 + 4.0 * capacity)) / 2;
        return root * root;
    }

    /// <summary>Why a replica is too slow for a promise even with hardly anything to do, and the target that it would keep, found by doubling.</summary>
    private static Unfit Late(
        Serving serving, ReplicaSetup setup, RequestMix mix, LatencyTarget promised, InTime alone, Calibration calibration, double batch)
    {
        var steps = new EngineSteps(serving, setup, mix, calibration);
        var isFirst = alone.First < alone.Between;
        var target = isFirst ? promised.TimeToFirstToken : promised.TimePerOutputToken;
        var name = JsonText.Word(isFirst ? SizingLimit.TimeToFirstToken : SizingLimit.TimePerOutputToken);
        var (low, high) = (target, target * 2);
        while (!Keeps(high) && high < target * MostPatience)
        {
            (low, high) = (high, high * 2);
        }

        while (high - low > target * Precision)
        {
            var middle = (low + high) / 2;
            (low, high) = Keeps(middle) ? (low, middle) : (middle, high);
        }

        return new Unfit(name, FormattableString.Invariant(
            $"{setup.Parallelism.Gpus} × {setup.Gpu.Id}: {Math.Floor((isFirst ? alone.First : alone.Between) * 1000) / 10:0.#} % of requests, running alone, keep the {target.TotalMilliseconds:F0} ms promised for {promised.Percentile} %"))
        {
            RunsWith = FormattableString.Invariant($"{name} of {Math.Ceiling(high.TotalMilliseconds)} ms"),
        };

        bool Keeps(TimeSpan longer)
        {
            var kept = new ReplicaLatencies(steps, mix, isFirst ? promised with { TimeToFirstToken = longer } : promised with { TimePerOutputToken = longer }).At(batch, 0);
            return (isFirst ? kept.First : kept.Between) * 100 >= promised.Percentile;
        }
    }

    private static string CapabilityOf(Gpu gpu) =>
        gpu.ComputeCapability is { } capability ? FormattableString.Invariant($" (compute capability {capability:0.0})") : "";
}
