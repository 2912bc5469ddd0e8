using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Sizing.Training;

/// <summary>A model to train or fine-tune, and on how many tokens.</summary>
public sealed record TrainingJob
{
    /// <summary>The model.</summary>
    public required Model Model { get; init; }

    /// <summary>Which weights are trained.</summary>
    public required TrainingMethod Method { get; init; }

    /// <summary>Tokens seen in all, epochs counted, above zero.</summary>
    public required double Tokens { get; init; }

    /// <summary>Tokens of a sequence. Default: 4096.</summary>
    public int SequenceTokens { get; init; } = 4096;

    /// <summary>Sequences that a GPU has in memory at once; gradients are summed over as many such steps as the batch needs. Default: 1.</summary>
    public int SequencesPerGpu { get; init; } = 1;

    /// <summary>Rank of the low-rank matrices; without meaning for <see cref="TrainingMethod.Full"/>. Default: 16.</summary>
    public int Rank { get; init; } = 16;

    /// <summary>
    /// Whether only each block's input is kept and the rest computed again in the backward pass (activation checkpointing). Default: true.
    /// </summary>
    public bool Checkpointing { get; init; } = true;

    /// <summary>What is cut up among the GPUs. Default: everything.</summary>
    public Sharding Sharding { get; init; } = Sharding.Weights;

    /// <summary>
    /// Parameters that are trained: all, or rank × (in + out) of each linear layer that a matrix pair stands beside. Low-rank matrices
    /// stand beside all linear layers of the blocks, as QLoRA's authors found best (section 4), except that routers and experts have none.
    /// </summary>
    public double TrainedParameters => Method == TrainingMethod.Full ? Model.Parameters : LowRank.Parameters(Model, Rank);
}
