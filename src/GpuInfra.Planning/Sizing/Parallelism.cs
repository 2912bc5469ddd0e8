using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Planning.Sizing;

/// <summary>How a replica is spread over its GPUs.</summary>
/// <param name="Tensor">GPUs that each layer is split over, at least 1.</param>
/// <param name="Pipeline">Stages that the layers are cut into, one after the other, at least 1.</param>
/// <param name="AttentionData">
/// Copies of the attention among the <paramref name="Tensor"/> GPUs, each with requests of its own (attention data parallelism);
/// 1 when the heads are split instead. A divisor of <paramref name="Tensor"/>.
/// </param>
/// <param name="Expert">Groups that whole experts are dealt to; 1 when every expert is split instead. A divisor of <paramref name="Tensor"/>.</param>
public readonly record struct Parallelism(int Tensor, int Pipeline = 1, int AttentionData = 1, int Expert = 1)
{
    /// <summary>GPUs of the replica.</summary>
    public int Gpus => Tensor * Pipeline;

    /// <summary>GPUs that the heads of one copy of the attention are split over.</summary>
    public int AttentionGpus => Tensor / AttentionData;

    /// <summary>
    /// How TensorRT-LLM's PyTorch runtime is made to spread a model where throughput counts: the attention of sparse models is copied
    /// and their experts dealt out (its performance overview, releases 1.0 and 1.2: "DEP"); dense models are split.
    /// </summary>
    public static Parallelism ForThroughput(Model model, int tensor, int pipeline) =>
        model.MixtureOfExperts is null ? new(tensor, pipeline) : new(tensor, pipeline, AttentionData: tensor, Expert: tensor);

    /// <summary>The heads and the experts of a layer are split over <paramref name="gpus"/>.</summary>
    public static Parallelism Split(int gpus) => new(gpus);
}
