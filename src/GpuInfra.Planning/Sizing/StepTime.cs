using System.Runtime.CompilerServices;
using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Planning.Sizing;

/// <summary>
/// How long a replica takes for one step that reads some prompt tokens and generates one token for each of some sequences.
/// <para>
/// A step's kernels follow one another, so their times add up. Of each: 2 operations per weight and token at the sustained rate; every
/// touched weight read once; per token the activations between kernels; per sequence its cache; the pairs that attention multiplies;
/// after attention and after the feed-forward an all-reduce, or around the experts a gather and a scatter; per kernel a fixed time. Of E
/// experts with k per token, a step of T tokens touches E·(1 − (1 − k/E)^T), and each touched one is padded to tiles.
/// </para>
/// <para>All but the number of touched experts is linear in tokens and sequences, so a replica's figures are summed once.</para>
/// </summary>
internal sealed class StepTime
{
    private const double ActivationBytes = 2;

    /// <summary>Values per token and layer between kernels, in multiples of the hidden size: residual, norms and inputs, written and read.</summary>
    private const double ResidualTraffic = 10;

    private readonly ReplicaSetup _setup;
    private readonly double _denseRate;
    private readonly double _attentionRate;
    private readonly double _cacheRate;
    private readonly int _cacheBytes;
    private readonly int _attentionGpus;
    private readonly Cost _fixed;
    private readonly Cost _perToken;
    private readonly Cost _perLocalToken;
    private readonly Cost _perResult;
    private readonly Cost _perTouchedExpert;
    private readonly double _experts;
    private readonly double _missShare;

    public StepTime(ReplicaSetup setup, Calibration calibration)
    {
        _setup = setup;
        var (model, gpu, parallelism) = (setup.Model, setup.Gpu, setup.Parallelism);
        var (parts, sparse) = (model.Parts, model.MixtureOfExperts);
        var numbers = new WeightNumbers(setup, parts, calibration);
        var bandwidth = gpu.Bandwidth.BytesPerSecond * calibration[Coefficient.WeightBandwidthShare];
        var links = new Interconnect(gpu, calibration);
        Copies = parallelism.AttentionData;
        _attentionGpus = parallelism.Tensor / Copies;
        _denseRate = numbers.Rate;
        _attentionRate = (setup.Cache == CachePrecision.Fp8 ? numbers.Rate8 : numbers.Rate16) * calibration[Coefficient.AttentionShare];
        _cacheRate = gpu.Bandwidth.BytesPerSecond * calibration[Coefficient.CacheBandwidthShare];
        _cacheBytes = setup.Cache.BytesPerValue();

        // The head is multiplied once per result, all else once per token.
        var denseBytes = (numbers.Bytes.Attention + numbers.Bytes.FeedForward + numbers.Bytes.Rest + (parts.Head * ActivationBytes)) / _attentionGpus;
        var kernels = KernelCount.Of(model, numbers);
        _fixed = new Cost(0, denseBytes / bandwidth, 0, kernels * calibration[Coefficient.KernelSeconds]);
        _perLocalToken = new Cost(
            2 * ((parts.Attention / numbers.AttentionRate) + (parts.FeedForward / numbers.FeedForwardRate) + (parts.Router / numbers.Rate16)) / _attentionGpus,
            DenseTraffic(model) / bandwidth,
            0,
            0);
        _perResult = new Cost(2 * parts.Head / numbers.Rate16 / _attentionGpus, 0, 0, 0);

        if (sparse is not null)
        {
            var perExpert = (double)parts.Experts / sparse.Experts / parallelism.Tensor;
            var bytesPerExpert = numbers.Bytes.Experts / sparse.Experts / parallelism.Tensor;
            var rate = numbers.Rate * calibration[Coefficient.ExpertShare];
            var traffic = 3.0 * sparse.Layers * sparse.ExpertsPerToken * (sparse.Size + model.HiddenSize) * ActivationBytes / parallelism.Tensor;
            (_experts, _missShare) = (sparse.Experts, 1 - ((double)sparse.ExpertsPerToken / sparse.Experts));
            _perToken = new Cost(2 * perExpert * sparse.ExpertsPerToken / rate, traffic / bandwidth, 0, 0);
            _perTouchedExpert = new Cost(2 * perExpert * calibration[Coefficient.ExpertTileTokens] / rate, bytesPerExpert / bandwidth, 0, 0);
        }

        if (parallelism.Tensor > 1)
        {
            // Copies of the attention exchange tokens with the experts, in the weights' format there and in 16 bits back; otherwise each half of
            // a layer ends in an all-reduce.
            var (exchanges, bytes, passes) = Copies > 1 && sparse is not null
                ? (2.0 * sparse.Layers, (setup.Precision.BytesPerWeight() + ActivationBytes) / 2, 1)
                : ((model.ParallelBlocks ? 1.0 : 2.0) * model.Layers, ActivationBytes, 2);
            _perToken += new Cost(0, 0, exchanges * model.HiddenSize * bytes * links.SecondsPerByte(parallelism.Tensor, passes), 0);
            _fixed += new Cost(0, 0, exchanges * links.StartSeconds(parallelism.Tensor), 0);
        }
    }

    /// <summary>Copies of the attention, which share the sequences among them.</summary>
    public int Copies { get; }

    /// <summary>
    /// One step of the whole replica, all of its pipeline stages one after the other.
    /// </summary>
    /// <param name="promptTokens">Prompt tokens read, of all copies of the attention.</param>
    /// <param name="longestShare">Prompt tokens of the copy that reads most; the others wait for it.</param>
    /// <param name="sequences">Sequences that get a token.</param>
    /// <param name="lengths">What attention costs at the load's lengths.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Cost Of(double promptTokens, double longestShare, double sequences, in LengthCost lengths)
    {
        var (tokens, local) = (promptTokens + sequences, longestShare + (sequences / Copies));
        return _fixed
            + (_perToken * tokens)
            + (_perLocalToken * local)
            + (_perResult * ((sequences / Copies) + (longestShare / lengths.InputTokens)))
            + (_experts > 0 ? _perTouchedExpert * (_experts * (1 - Math.Pow(_missShare, tokens))) : default)
            + (lengths.PerPromptToken * longestShare)
            + (lengths.PerSequence * (sequences / Copies));
    }

    /// <summary>What attention costs for prompts of <paramref name="inputTokens"/> and sequences that hold <paramref name="contextTokens"/> on average.</summary>
    public LengthCost At(double inputTokens, double contextTokens)
    {
        var (prompt, decode, bytes) = (0.0, 0.0, 0.0);
        foreach (var group in _setup.Model.Attention)
        {
            prompt += group.Layers * ((group.PrefillOperationsPerPair * group.MeanAttendedTokens(inputTokens)) + group.OperationsPerToken) / _attentionGpus;
            decode += group.Layers * ((DecodeOperations(group) * group.AttendedTokens(contextTokens)) + group.OperationsPerToken) / _attentionGpus;
            bytes += group.Layers * ((group.CacheValuesPerToken * group.AttendedTokens(contextTokens) * _cacheBytes) + (2 * group.StateBytes(_cacheBytes)))
                / Math.Min(_attentionGpus, group.CacheHeads);
        }

        // An encoder reads the whole input at once, which the prompt's tokens share.
        var encoder = _setup.Model.Encoder is { } once ? 2.0 * once.Parameters * once.Tokens / inputTokens / _denseRate / _attentionGpus : 0;
        return new LengthCost(
            inputTokens, new Cost((prompt / _attentionRate) + encoder, 0, 0, 0), new Cost(decode / _attentionRate, bytes / _cacheRate, 0, 0));
    }

    /// <summary>
    /// Only where many heads read one compressed vector does a generated token's attention weigh against reading the cache; elsewhere its
    /// arithmetic hides behind the reading, in one kernel.
    /// </summary>
    private static double DecodeOperations(AttentionLayers group) => group is LatentAttention ? group.DecodeOperationsPerPair : 0;

    private double DenseTraffic(Model model)
    {
        var values = ResidualTraffic * model.HiddenSize * model.Layers;
        foreach (var group in model.Attention)
        {
            values += (double)group.Layers * group.Parameters(model.HiddenSize) / model.HiddenSize / _attentionGpus;
        }

        foreach (var group in model.FeedForward)
        {
            values += 3.0 * group.Layers * group.Size / _attentionGpus;
        }

        return ActivationBytes * (values + (3.0 * (model.MixtureOfExperts?.SharedSize ?? 0) * (model.MixtureOfExperts?.Layers ?? 0) / _attentionGpus));
    }
}

/// <summary>What attention costs at some lengths.</summary>
/// <param name="InputTokens">Tokens of a prompt.</param>
/// <param name="PerPromptToken">Per prompt token read.</param>
/// <param name="PerSequence">Per sequence that gets a token.</param>
internal readonly record struct LengthCost(double InputTokens, Cost PerPromptToken, Cost PerSequence);
