using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Sizing;

/// <summary>
/// The memory of the fullest GPU of a replica: usable = weights + activations + overhead + key-value cache, where usable is the
/// share of the device memory that the engine may take.
/// <para>
/// With t GPUs per layer, p pipeline stages and d copies of the attention: attention, dense feed-forward and embeddings are split
/// over t/d GPUs, experts over t, layers over p. The cache is split by key-value heads over t/d GPUs, and each keeps at least one
/// head; latent attention has one, so it is there whole on each. The copies hold sequences of their own.
/// </para>
/// </summary>
public sealed record ReplicaMemory
{
    /// <summary>Share of the device memory that the engine takes (vLLM: <c>--gpu-memory-utilization</c>, default 0.9).</summary>
    public static Share Utilization { get; } = Share.FromPercent(90);

    /// <summary>Tokens that the engine prefills in one step (vLLM: <c>--max-num-batched-tokens</c>).</summary>
    public const int BatchedTokens = 8192;

    private const int ActivationBytes = 2;

    /// <summary>A model whose dense layers are no more than this part begins with them.</summary>
    private const double FewDense = 0.1;

    /// <summary>Logits are sampled from in 32 bits, and sorted in a copy.</summary>
    private const int LogitBytes = 2 * 4;

    /// <summary>
    /// CUDA context and captured graphs of one GPU. KAITO's estimator (commit 056b8280) counts 2.3 GiB with the activations in it;
    /// the activations are counted apart here.
    /// </summary>
    private static readonly ByteSize Runtime = ByteSize.FromGib(1.5);

    /// <summary>NCCL's and the engine's own all-reduce buffers where GPUs work together: an assumption, they differ by topology.</summary>
    private static readonly ByteSize Communication = ByteSize.FromGib(0.5);

    private CacheShare[] _cache = [];

    /// <summary>Device memory that the engine may use.</summary>
    public required ByteSize Usable { get; init; }

    /// <summary>This GPU's part of the weights.</summary>
    public required ByteSize Weights { get; init; }

    /// <summary>Working memory of one step of <see cref="BatchedTokens"/> tokens, or of sampling where that takes more.</summary>
    public required ByteSize Activations { get; init; }

    /// <summary>CUDA context, graphs and communication buffers.</summary>
    public required ByteSize Overhead { get; init; }

    /// <summary>This GPU's part of the cache of one token that all layers keep.</summary>
    public required ByteSize CachePerToken { get; init; }

    /// <summary>Copies of the attention among the replica's GPUs, each with a cache of its own.</summary>
    public required int CacheCopies { get; init; }

    /// <summary>What is left for the key-value cache; zero when the rest does not fit.</summary>
    public ByteSize Cache => Usable - Required;

    /// <summary>LoRA adapters beside the model. Default: none.</summary>
    public ByteSize Adapters { get; init; }

    /// <summary>What must fit before there is any cache.</summary>
    public ByteSize Required => Weights + Adapters + Activations + Overhead;

    /// <summary>Tokens that the replica's cache holds when all layers keep them; more where some keep a window only.</summary>
    public double CacheTokens => CachePerToken.TotalBytes == 0 ? 0 : (double)CacheCopies * Cache.TotalBytes / CachePerToken.TotalBytes;

    /// <summary>This GPU's part of the cache of one sequence of <paramref name="tokens"/>, in bytes: windows bound it, fixed states count whole.</summary>
    public double CacheBytesOf(double tokens)
    {
        var bytes = 0.0;
        foreach (var share in _cache)
        {
            bytes += (share.BytesPerToken * (share.KeepsAll ? tokens : share.Group.CachedTokens(tokens))) + share.StateBytes;
        }

        return bytes;
    }

    /// <summary>Sequences of <paramref name="tokens"/> that the replica's cache holds, not rounded; without bound when they take none.</summary>
    public double Sequences(double tokens) => CacheCopies * (Cache.TotalBytes / CacheBytesOf(tokens));

    /// <summary>The memory of a replica.</summary>
    /// <param name="setup">The replica.</param>
    /// <param name="limit">Share of the device memory that the engine may take; <see cref="Utilization"/> when left out.</param>
    public static ReplicaMemory Of(ReplicaSetup setup, Share? limit = null)
    {
        var (model, split) = (setup.Model, setup.Parallelism);
        var cache = CacheShares(setup);
        var memory = new ReplicaMemory
        {
            Usable = setup.Gpu.Memory * (limit ?? Utilization).Fraction,
            Weights = ByteSize.FromBytes(WeightsOf(setup)),
            Activations = ByteSize.FromBytes(Math.Max(
                BatchedTokens * ActivationBytes * LiveValues(model, split),
                (double)ReplicaSizer.MaxSequences * model.Vocabulary * LogitBytes)),
            Overhead = split.Gpus > 1 ? Runtime + Communication : Runtime,
            CachePerToken = ByteSize.FromBytes(cache.Sum(share => share.BytesPerToken)),
            CacheCopies = split.AttentionData,
            _cache = cache,
        };

        // TensorRT-LLM takes its share not of the whole memory but of what the model leaves free (free_gpu_memory_fraction, default 0.9).
        return limit is null && setup.IsTensorRtLlm && memory.Required < setup.Gpu.Memory
            ? memory with { Usable = memory.Required + ((setup.Gpu.Memory - memory.Required) * Utilization.Fraction) }
            : memory;
    }

    private static double WeightsOf(ReplicaSetup setup)
    {
        var weights = WeightBytes.Of(setup.Model, setup.Precision);
        var split = setup.Parallelism;
        var (stage, experts) = (setup.FullestStage, weights.Experts / split.Tensor);
        var layers = ((weights.Attention + weights.FeedForward) / split.AttentionGpus) + experts;
        var ends = split.Pipeline == 1 ? weights.Embedding + weights.Head : Math.Max(weights.Embedding, weights.Head);
        return (layers * stage) + (experts * (ExpertsOfStage(setup) - stage)) + ((ends + weights.Encoder) / split.AttentionGpus) + weights.Rest;
    }

    /// <summary>
    /// Part of the experts that the fullest stage has. Models with a few dense layers begin with them (DeepSeek, GLM, Kimi), so a later stage has
    /// nothing but sparse ones; which may be the last, and vLLM gives that none of the layers that are left over.
    /// </summary>
    private static double ExpertsOfStage(ReplicaSetup setup)
    {
        var (layers, stages) = (setup.Model.Layers, setup.Parallelism.Pipeline);
        var begins = setup.Model.FeedForward.Sum(group => group.Layers);
        return setup.Span is null || setup.Model.MixtureOfExperts is not { } sparse || begins > layers * FewDense
            ? setup.FullestStage
            : Math.Max(setup.FullestStage, Math.Min(1, (double)(stages == 2 ? layers / stages : (layers + stages - 1) / stages) / sparse.Layers));
    }

    private static CacheShare[] CacheShares(ReplicaSetup setup)
    {
        if (setup.Model.Task == ModelTask.Embedding)
        {
            return [];
        }

        var (stage, gpus, bytes) = (setup.FullestStage, setup.Parallelism.AttentionGpus, setup.Cache.BytesPerValue());
        return
        [
            .. setup.Model.Attention.Select(group =>
            {
                var heads = Math.Ceiling((double)group.CacheHeads / gpus) / group.CacheHeads;
                var layers = group.Layers * stage * heads;
                return new CacheShare(group, layers * group.CacheValuesPerToken * bytes, layers * group.StateBytes(bytes), setup.IsTensorRtLlm);
            }),
        ];
    }

    /// <summary>
    /// Values alive per token at the widest point of a block: the residual and its normed copy, and what the attention or the
    /// feed-forward holds between its matrices. Experts hold the tokens of all copies of the attention.
    /// </summary>
    private static double LiveValues(Model model, Parallelism split)
    {
        var attention = model.Attention.Max(group => (double)group.LiveValues) / split.AttentionGpus;
        var dense = model.FeedForward.Select(group => (double)group.LiveValues).DefaultIfEmpty(0).Max() / split.AttentionGpus;
        var sparse = model.MixtureOfExperts is not { } experts ? 0
            : split.AttentionData * (((double)experts.LiveValues / split.Tensor) + ((double)experts.ExpertsPerToken * model.HiddenSize));
        return (2.0 * model.HiddenSize) + Math.Max(attention, Math.Max(dense, sparse));
    }

    /// <summary>What this GPU caches of layers that attend alike; TensorRT-LLM keeps what is beyond a window unless it is told the window.</summary>
    private readonly record struct CacheShare(AttentionLayers Group, double BytesPerToken, double StateBytes, bool KeepsAll);
}
