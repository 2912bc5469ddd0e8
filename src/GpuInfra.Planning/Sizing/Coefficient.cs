namespace GpuInfra.Planning.Sizing;

/// <summary>
/// What cannot be read from a data sheet or a model's description and is fitted to measured rates. None belongs to a model, a GPU or
/// a table. Unit, plausible range and value of each stand in <c>Data/calibration.json</c>.
/// </summary>
public enum Coefficient
{
    /// <summary>Share of the peak arithmetic rate that large matrix products reach while power allows.</summary>
    PeakShare,

    /// <summary>16-bit operations that a 4 nm chip does per joule at its power limit.</summary>
    OperationsPerJoule,

    /// <summary>How operations per joule grow as bits shrink: with (16 / bits) to this power.</summary>
    BitsExponent,

    /// <summary>Share of the peak bandwidth at which weights and activations are read.</summary>
    WeightBandwidthShare,

    /// <summary>Share of the peak bandwidth at which the cache is read.</summary>
    CacheBandwidthShare,

    /// <summary>Share of the sustained 16-bit rate that attention's products reach.</summary>
    AttentionShare,

    /// <summary>Time that one kernel takes whatever its size: launch, ramp-up and drain.</summary>
    KernelSeconds,

    /// <summary>Host time per running sequence and step when results are only collected.</summary>
    HostSecondsPerSequence,

    /// <summary>The same when every token is sent to a client as it comes.</summary>
    ServingSecondsPerSequence,

    /// <summary>Host time per layer of a step that reads prompts: its shapes vary, so its kernels are not replayed from a graph.</summary>
    EagerSecondsPerLayer,

    /// <summary>Host time of a compiled runtime, relative to one in Python.</summary>
    CompiledHostShare,

    /// <summary>Share of NVLink's one-way rate that collective operations reach.</summary>
    NvLinkShare,

    /// <summary>Start of a collective operation over NVLink.</summary>
    NvLinkSeconds,

    /// <summary>Share of PCI Express's one-way rate that collective operations reach.</summary>
    PcieShare,

    /// <summary>Start of a collective operation over PCI Express.</summary>
    PcieSeconds,

    /// <summary>Rate of the experts' products, relative to dense ones.</summary>
    ExpertShare,

    /// <summary>Tokens by which an expert's batch is padded: products come in tiles.</summary>
    ExpertTileTokens,

    /// <summary>Time of a step on vLLM, relative to TensorRT-LLM.</summary>
    VllmFactor,

    /// <summary>Time of a step on SGLang, relative to TensorRT-LLM.</summary>
    SglangFactor,

    /// <summary>Handing a step's activations to the next pipeline stage.</summary>
    StageSeconds,

    /// <summary>
    /// How far copies of the attention read prompts at different times: a step waits for the copy that reads one, so prompts slow
    /// down (copies to this power) times as many steps.
    /// </summary>
    LockstepExponent,
}
