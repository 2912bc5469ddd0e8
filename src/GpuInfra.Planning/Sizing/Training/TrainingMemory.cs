using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Sizing.Training;

/// <summary>The memory of one GPU while training.</summary>
public sealed record TrainingMemory
{
    /// <summary>Share of the device that is planned with; the rest is the allocator's loss to fragmentation. An assumption.</summary>
    public static Share Utilization { get; } = Share.FromPercent(90);

    /// <summary>Weights and gradients in mixed precision (Rajbhandari et al. 2019, section 3.1).</summary>
    private const double HalfBytes = 2;

    /// <summary>Adam in mixed precision: a 32-bit copy of the weights, momentum and variance (the same section).</summary>
    private const double AdamBytes = 12;

    /// <summary>NF4 with double quantisation: 4 bits and 0.127 for the scales (Dettmers et al. 2023, section 3).</summary>
    private const double QuantizedBytes = (4 + 0.127) / 8;

    /// <summary>Kept per token, layer and hidden value when attention's scores are not (Korthikanti et al. 2022, arXiv 2205.05198, section 5).</summary>
    private const double BlockBytes = 34;

    /// <summary>Logits are kept in 32 bits for the loss (the same paper, section 4.3).</summary>
    private const double LogitBytes = 4;

    /// <summary>CUDA context and communication buffers. An assumption, the same as for serving.</summary>
    private static readonly ByteSize Runtime = ByteSize.FromGib(1.5);

    /// <summary>What may be used.</summary>
    public required ByteSize Usable { get; init; }

    /// <summary>Weights that this GPU holds between steps.</summary>
    public required ByteSize Weights { get; init; }

    /// <summary>Gradients of the trained weights.</summary>
    public required ByteSize Gradients { get; init; }

    /// <summary>The optimizer's states of the trained weights (Adam).</summary>
    public required ByteSize OptimizerStates { get; init; }

    /// <summary>What the forward pass keeps for the backward pass, logits included.</summary>
    public required ByteSize Activations { get; init; }

    /// <summary>Layers in 16 bits while they are used: this one and the next where they come from other GPUs, this one where it was in 4 bits.</summary>
    public required ByteSize Gathered { get; init; }

    /// <summary>CUDA context and communication buffers.</summary>
    public ByteSize Overhead => Runtime;

    /// <summary>All of it.</summary>
    public ByteSize Required => Weights + Gradients + OptimizerStates + Activations + Gathered + Overhead;

    /// <summary>Whether it fits.</summary>
    public bool Fits => Required <= Usable;

    /// <summary>The memory of each of <paramref name="gpus"/> GPUs.</summary>
    public static TrainingMemory Of(TrainingJob job, Gpu gpu, int gpus)
    {
        var model = job.Model;
        var frozen = job.Method switch
        {
            TrainingMethod.Full => 0,
            TrainingMethod.Lora => model.Parameters * HalfBytes,
            _ => QuantizedBase(model),
        };
        var layer = HalfBytes * model.Parameters / model.Layers;
        var fetched = job.Sharding == Sharding.Weights && gpus > 1 ? 2 * layer : 0;
        var unpacked = job.Method == TrainingMethod.Qlora ? layer : 0;
        return new TrainingMemory
        {
            Usable = gpu.Memory * Utilization.Fraction,
            Weights = Share(frozen + (job.TrainedParameters * HalfBytes), Sharding.Weights),
            Gradients = Share(job.TrainedParameters * HalfBytes, Sharding.Gradients),
            OptimizerStates = Share(job.TrainedParameters * AdamBytes, Sharding.OptimizerStates),
            Activations = ActivationsOf(job),
            Gathered = ByteSize.FromBytes(Math.Max(fetched, unpacked)),
        };

        ByteSize Share(double bytes, Sharding from) => ByteSize.FromBytes(job.Sharding >= from ? bytes / gpus : bytes);
    }

    /// <summary>Linear layers in 4 bits; the embeddings stay in 16.</summary>
    private static double QuantizedBase(Model model)
    {
        var embeddings = (double)model.Vocabulary * model.HiddenSize * (model.TiedEmbeddings ? 1 : 2);
        return (embeddings * HalfBytes) + (Math.Max(0, model.Parameters - embeddings) * QuantizedBytes);
    }

    /// <summary>With checkpointing, the input of each block in 16 bits and one block whole; without it, all blocks whole.</summary>
    private static ByteSize ActivationsOf(TrainingJob job)
    {
        var tokens = (double)job.SequenceTokens * job.SequencesPerGpu;
        var perHidden = job.Checkpointing ? (HalfBytes * job.Model.Layers) + BlockBytes : BlockBytes * job.Model.Layers;
        return ByteSize.FromBytes(tokens * ((job.Model.HiddenSize * perHidden) + (job.Model.Vocabulary * LogitBytes)));
    }
}
