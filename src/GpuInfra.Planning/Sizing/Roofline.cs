using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Sizing;

/// <summary>
/// How long a replica takes, by the roofline: an operation takes the longer of its arithmetic and its memory traffic, at the share
/// of the peak rates that kernels reach, plus the traffic between the GPUs that a layer is split over.
/// <list type="bullet">
/// <item>Prefill of one token: 2 × parameters multiplied, plus attention to half the input on average; bound by arithmetic.</item>
/// <item>A decode step of B sequences: all touched weights and B caches are read once; bound by memory until B is large.</item>
/// <item>Tensor parallelism: two all-reduces per layer, each moving 2(t − 1)/t of the activations.</item>
/// </list>
/// </summary>
public sealed class Roofline(Model model, Precision precision, Gpu gpu, int tensorParallel)
{
    /// <summary>Share of the peak arithmetic rate that large matrix products reach (kv-planner's default; NVIDIA's and vLLM's tables imply 0.4 to 0.7).</summary>
    private const double ComputeEfficiency = 0.5;

    /// <summary>Share of the peak bandwidth that decode kernels reach (kv-planner's default for data-centre GPUs).</summary>
    private const double BandwidthEfficiency = 0.75;

    /// <summary>Launching and scheduling of one step.</summary>
    private const double StepOverheadSeconds = 2e-3;

    /// <summary>Share of NVLink's one-way rate (half its bidirectional total) that an all-reduce reaches.</summary>
    private const double LinkEfficiency = 0.7;

    /// <summary>What an all-reduce reaches between GPUs on PCIe 4.0 x16 (32 GB/s one way) without peer access, through host memory.</summary>
    private static readonly ByteRate PcieRate = ByteRate.FromGbPerSecond(16);

    /// <summary>Start of one all-reduce over NVLink.</summary>
    private const double LinkLatencySeconds = 10e-6;

    /// <summary>Start of one all-reduce over PCIe.</summary>
    private const double PcieLatencySeconds = 30e-6;

    private const int AllReducesPerLayer = 2;
    private const int ActivationBytes = 2;

    private readonly double _arithmetic =
        (gpu.PeakRate(precision) ?? throw new ArgumentException($"{gpu.Id} has no {precision} arithmetic.", nameof(precision))).OperationsPerSecond
        * ComputeEfficiency * tensorParallel;

    private readonly double _bandwidth = gpu.Bandwidth.BytesPerSecond * BandwidthEfficiency;

    private readonly double _link = gpu.NvLink is { } link ? link.BytesPerSecond / 2 * LinkEfficiency : PcieRate.BytesPerSecond;

    private readonly double _linkLatency = gpu.NvLink is null ? PcieLatencySeconds : LinkLatencySeconds;

    private readonly double _cachePerToken = ReplicaMemory.Of(model, precision, gpu, tensorParallel).CachePerToken.TotalBytes;

    /// <summary>Seconds of GPU time that one input token takes in a request of <paramref name="inputTokens"/>.</summary>
    public double PrefillSecondsPerToken(double inputTokens)
    {
        var products = 2.0 * MultipliedParameters(model.ActiveParameters);
        var attention = model.Attention.Sum(group =>
            group.Layers * (group.OperationsPerToken + (group.PrefillOperationsPerPair * group.MeanAttendedTokens(inputTokens))));
        return (products + attention) / _arithmetic + TransferSeconds(tokens: 1) + StepOverheadSeconds / ReplicaMemory.BatchedTokens;
    }

    /// <summary>
    /// Seconds of one decode step of <paramref name="batch"/> sequences that hold <paramref name="contextTokens"/> each on average and put
    /// <paramref name="tokens"/> each through the model: more than one where drafted tokens are verified.
    /// </summary>
    public double DecodeStepSeconds(double batch, double contextTokens, double tokens = 1)
    {
        var arithmetic = 2.0 * MultipliedParameters(model.ActiveParameters) * batch * tokens / _arithmetic;
        var traffic = (TouchedParameters(batch * tokens) * precision.BytesPerWeight() / tensorParallel + batch * contextTokens * _cachePerToken) / _bandwidth;
        var starts = tensorParallel == 1 ? 0 : AllReducesPerLayer * model.Layers * _linkLatency;
        return Math.Max(arithmetic, traffic) + TransferSeconds(batch * tokens) + starts + StepOverheadSeconds;
    }

    /// <summary>True when a decode step of this batch waits for memory rather than for arithmetic.</summary>
    public bool IsBandwidthBound(double batch, double contextTokens) =>
        TouchedParameters(batch) * precision.BytesPerWeight() / tensorParallel + batch * contextTokens * _cachePerToken
        > 2.0 * MultipliedParameters(model.ActiveParameters) * batch / _arithmetic * _bandwidth;

    /// <summary>The input embedding is looked up, not multiplied.</summary>
    private double MultipliedParameters(double parameters) => parameters - (double)model.Vocabulary * model.HiddenSize;

    /// <summary>
    /// Parameters that a batch reads: all dense ones, and of E experts with k per token the expected share 1 − (1 − k/E)^B that at
    /// least one of B tokens goes to.
    /// </summary>
    private double TouchedParameters(double batch)
    {
        if (model.MixtureOfExperts is not { } sparse)
        {
            return MultipliedParameters(model.Parameters);
        }

        var experts = (double)model.Parts.Experts;
        var coverage = 1 - Math.Pow(1 - (double)sparse.ExpertsPerToken / sparse.Experts, batch);
        return MultipliedParameters(model.Parameters - experts) + experts * coverage;
    }

    private double TransferSeconds(double tokens)
    {
        if (tensorParallel == 1)
        {
            return 0;
        }

        var perReduce = tokens * model.HiddenSize * ActivationBytes * 2.0 * (tensorParallel - 1) / tensorParallel;
        return AllReducesPerLayer * model.Layers * perReduce / _link;
    }
}
