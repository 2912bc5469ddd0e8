using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Sizing;

/// <summary>
/// The memory of one GPU of a replica: usable = weights + activations + runtime + key-value cache, where usable is
/// <see cref="Utilization"/> of the device memory.
/// </summary>
public sealed record ReplicaMemory
{
    /// <summary>Share of the device memory that the engine takes (vLLM: <c>--gpu-memory-utilization</c>, default 0.9).</summary>
    public static Share Utilization { get; } = Share.FromPercent(90);

    /// <summary>Tokens that the engine prefills in one step (vLLM: <c>--max-num-batched-tokens</c>).</summary>
    public const int BatchedTokens = 8192;

    /// <summary>
    /// CUDA context, graphs and communication buffers of one GPU. KAITO's estimator (commit 056b8280) counts 2.3 GiB with the
    /// activations in it; the activations are counted apart here.
    /// </summary>
    private static readonly ByteSize Runtime = ByteSize.FromGib(1.5);

    /// <summary>
    /// Values alive per token at the widest point of a block, in multiples of the hidden size: residual, normed input, and the two
    /// halves of a gated feed-forward of 3.5 times the width, in 16 bits.
    /// </summary>
    private const double LiveWidth = 9;

    /// <summary>Device memory that the engine may use.</summary>
    public required ByteSize Usable { get; init; }

    /// <summary>This GPU's part of the weights.</summary>
    public required ByteSize Weights { get; init; }

    /// <summary>Working memory of one step of <see cref="BatchedTokens"/> tokens.</summary>
    public required ByteSize Activations { get; init; }

    /// <summary>CUDA context, graphs and communication buffers.</summary>
    public required ByteSize Overhead { get; init; }

    /// <summary>This GPU's part of the cache of one token.</summary>
    public required ByteSize CachePerToken { get; init; }

    /// <summary>What is left for the key-value cache; zero when the rest does not fit.</summary>
    public ByteSize Cache => Usable - Required;

    /// <summary>What must fit before there is any cache.</summary>
    public ByteSize Required => Weights + Activations + Overhead;

    /// <summary>Tokens that the cache holds.</summary>
    public double CacheTokens => CachePerToken.TotalBytes == 0 ? 0 : (double)Cache.TotalBytes / CachePerToken.TotalBytes;

    /// <summary>The memory of one of <paramref name="tensorParallel"/> GPUs.</summary>
    public static ReplicaMemory Of(Model model, Precision precision, Gpu gpu, int tensorParallel) => new()
    {
        Usable = gpu.Memory * Utilization.Fraction,
        Weights = ByteSize.FromBytes(model.Parameters * precision.BytesPerWeight() / tensorParallel),
        Activations = ByteSize.FromBytes(BatchedTokens * LiveWidth * model.HiddenSize * 2),
        Overhead = Runtime,
        CachePerToken = model.Task == ModelTask.Embedding ? default : CacheOf(model, precision, tensorParallel),
    };

    /// <summary>
    /// Layers × values per token × bytes. Heads are what is split: with more GPUs than heads each GPU still keeps one.
    /// </summary>
    private static ByteSize CacheOf(Model model, Precision precision, int tensorParallel) =>
        ByteSize.FromBytes(model.Attention.Sum(group =>
        {
            var heads = Math.Max(1, (group.CacheHeads + tensorParallel - 1) / tensorParallel);
            return group.Layers * group.CacheValuesPerToken * heads / group.CacheHeads * precision.BytesPerCacheEntry();
        }));
}
