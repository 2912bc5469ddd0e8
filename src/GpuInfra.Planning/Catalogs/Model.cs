using System.Collections.Immutable;

namespace GpuInfra.Planning.Catalogs;

/// <summary>What a model does with a request.</summary>
public enum ModelTask
{
    /// <summary>Answers token by token from a key-value cache.</summary>
    Generation,

    /// <summary>Turns a text into one vector in a single pass; there is no decode and no cache.</summary>
    Embedding,
}

/// <summary>The architecture facts of a model that memory and speed follow from.</summary>
/// <param name="Id">The canonical id, as <c>llama-3.1-8b</c>.</param>
/// <param name="Aliases">Other names that people write for it.</param>
/// <param name="Task">Generation or embedding.</param>
/// <param name="Parameters">All parameters, as published.</param>
/// <param name="Layers">Transformer blocks.</param>
/// <param name="HiddenSize">Width of the residual stream.</param>
/// <param name="Vocabulary">Rows of the embedding.</param>
/// <param name="TiedEmbeddings">True when input and output embedding are one.</param>
/// <param name="MaxContextTokens">The longest sequence the model was made for.</param>
/// <param name="NativePrecision">The precision the weights are published in.</param>
/// <param name="Attention">Its attention layers, alike ones together.</param>
/// <param name="FeedForward">Its dense feed-forward layers, alike ones together.</param>
/// <param name="MixtureOfExperts">Its sparse layers; null where there are none.</param>
/// <param name="Encoder">What reads the input before a decoder; null for models that are a decoder or an encoder alone.</param>
/// <param name="ImageTower">What reads images, where it can; text does not pass through it.</param>
/// <param name="Doubt">Which of the facts could not be read where they are published, and why; null when all were.</param>
/// <param name="Source">Where the figures stand.</param>
/// <param name="AsOf">When they were read.</param>
public sealed record Model(
    string Id,
    ImmutableArray<string> Aliases,
    ModelTask Task,
    long Parameters,
    int Layers,
    int HiddenSize,
    int Vocabulary,
    bool TiedEmbeddings,
    int MaxContextTokens,
    Precision NativePrecision,
    ImmutableArray<AttentionLayers> Attention,
    ImmutableArray<DenseFeedForward> FeedForward,
    MixtureOfExperts? MixtureOfExperts,
    Encoder? Encoder,
    Encoder? ImageTower,
    string? Doubt,
    string Source,
    DateOnly AsOf)
{
    /// <summary>
    /// True when a layer's attention and feed-forward read the same input side by side (GPT-J, Falcon), so that GPUs that split it
    /// exchange their results once rather than twice.
    /// </summary>
    public bool ParallelBlocks { get; init; }

    /// <summary>Parameters that one token passes through; equals <see cref="Parameters"/> for dense models.</summary>
    public long ActiveParameters => MixtureOfExperts is { } sparse
        ? Parameters - ((sparse.Experts - sparse.ExpertsPerToken) * sparse.ParametersPerExpert(HiddenSize))
        : Parameters;

    /// <summary>Where the parameters are; computed at each call.</summary>
    public ModelParts Parts => ModelParts.Of(this);
}
