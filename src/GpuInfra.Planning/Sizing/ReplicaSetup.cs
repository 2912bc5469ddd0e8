using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Planning.Sizing;

/// <summary>A model on some GPUs, served by an engine: what a throughput is predicted for.</summary>
/// <param name="Model">The model.</param>
/// <param name="Precision">Of the weights.</param>
/// <param name="Gpu">The accelerator, of which there are <see cref="Parallelism.Gpus"/>.</param>
/// <param name="Parallelism">How the model is spread over them.</param>
/// <param name="Engine">What serves it. Default: vLLM.</param>
/// <param name="CachePrecision">Of the key-value cache; null for the engine's default, which <see cref="Cache"/> is then.</param>
public sealed record ReplicaSetup(
    Model Model, Precision Precision, Gpu Gpu, Parallelism Parallelism, Engine Engine = Engine.Vllm, CachePrecision? CachePrecision = null)
{
    /// <summary>The machines that its pipeline stages are on, one each; null where all of its GPUs are in one machine.</summary>
    public NodeSpan? Span { get; init; }

    /// <summary>How fast it was measured to be, as a part of what is predicted. Default: 1, nothing was measured.</summary>
    public double Speed { get; init; } = 1;

    /// <summary>
    /// The key-value cache's precision. vLLM keeps the model's 16 bits unless told otherwise (its documentation of
    /// <c>--kv-cache-dtype</c>, read 2026-11-21; a checkpoint whose quantization names a cache scheme tells it too), and so does SGLang; the 8- and 4-bit floating-point checkpoints
    /// that NVIDIA publishes for TensorRT-LLM ask for 8 bits (its performance overview, release 1.0).
    /// </summary>
    public CachePrecision Cache => CachePrecision ?? (IsTensorRtLlm && Precision is Precision.Fp8 or Precision.Fp4 or Precision.Mxfp4 && Gpu.Fp8 is not null
        ? Catalogs.CachePrecision.Fp8
        : Catalogs.CachePrecision.Bits16);

    /// <summary>Part of the layers that the fullest pipeline stage has.</summary>
    internal double FullestStage => Math.Ceiling((double)Model.Layers / Parallelism.Pipeline) / Model.Layers;

    /// <summary>True for either runtime of TensorRT-LLM.</summary>
    public bool IsTensorRtLlm => Engine is Engine.TensorRtLlm or Engine.TensorRtLlmCompiled;
}
