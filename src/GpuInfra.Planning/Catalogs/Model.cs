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

/// <summary>The sparse layers of a mixture-of-experts model.</summary>
/// <param name="Experts">Experts per layer.</param>
/// <param name="ExpertsPerToken">Experts that one token passes through.</param>
/// <param name="ParametersPerExpert">Parameters of one expert, all layers together.</param>
public sealed record MixtureOfExperts(int Experts, int ExpertsPerToken, long ParametersPerExpert);

/// <summary>The architecture facts of a model that memory and speed follow from.</summary>
/// <param name="Id">The canonical id, as <c>llama-3.1-8b</c>.</param>
/// <param name="Aliases">Other names that people write for it.</param>
/// <param name="Task">Generation or embedding.</param>
/// <param name="Parameters">All parameters.</param>
/// <param name="ActiveParameters">Parameters that one token passes through; equals <paramref name="Parameters"/> for dense models.</param>
/// <param name="Layers">Transformer blocks.</param>
/// <param name="HiddenSize">Width of the residual stream.</param>
/// <param name="AttentionHeads">Query heads per layer.</param>
/// <param name="KeyValueHeads">Key and value heads per layer; fewer than the query heads under grouped-query attention.</param>
/// <param name="HeadSize">Width of a head.</param>
/// <param name="Vocabulary">Tokens in the vocabulary.</param>
/// <param name="MaxContextTokens">The longest sequence the model was made for.</param>
/// <param name="NativePrecision">The precision the weights are published in.</param>
/// <param name="MixtureOfExperts">Set for sparse models.</param>
/// <param name="Source">Where the figures stand.</param>
/// <param name="AsOf">When they were read.</param>
public sealed record Model(
    string Id,
    ImmutableArray<string> Aliases,
    ModelTask Task,
    long Parameters,
    long ActiveParameters,
    int Layers,
    int HiddenSize,
    int AttentionHeads,
    int KeyValueHeads,
    int HeadSize,
    int Vocabulary,
    int MaxContextTokens,
    Precision NativePrecision,
    MixtureOfExperts? MixtureOfExperts,
    string Source,
    DateOnly AsOf);
