using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Planning.Sizing;

/// <summary>A model on some GPUs, served by an engine: what a throughput is predicted for.</summary>
/// <param name="Model">The model.</param>
/// <param name="Precision">Of the weights.</param>
/// <param name="Gpu">The accelerator, of which there are <see cref="Parallelism.Gpus"/>.</param>
/// <param name="Parallelism">How the model is spread over them.</param>
/// <param name="Engine">What serves it. Default: vLLM.</param>
public sealed record ReplicaSetup(Model Model, Precision Precision, Gpu Gpu, Parallelism Parallelism, Engine Engine = Engine.Vllm);
