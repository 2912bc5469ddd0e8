namespace GpuInfra.Planning.Catalogs;

/// <summary>Layers whose feed-forward part is alike and takes every token.</summary>
/// <param name="Layers">How many of the model's layers these are.</param>
/// <param name="Size">Width between its matrices.</param>
/// <param name="Gated">True for three matrices (SwiGLU and its like), false for two.</param>
public sealed record DenseFeedForward(int Layers, int Size, bool Gated = true)
{
    /// <summary>Values alive per token between the matrices.</summary>
    public long LiveValues => (Gated ? 3L : 1L) * Size;

    /// <summary>Parameters of one layer's matrices.</summary>
    public long Parameters(int hiddenSize) => (Gated ? 3L : 2L) * hiddenSize * Size;
}

/// <summary>The sparse layers of a mixture-of-experts model; every expert has three matrices.</summary>
/// <param name="Layers">How many of the model's layers these are.</param>
/// <param name="Experts">Experts per layer.</param>
/// <param name="ExpertsPerToken">Experts that one token passes through, shared ones not counted.</param>
/// <param name="Size">Width between an expert's matrices.</param>
/// <param name="SharedSize">The same of the shared experts, all of them together; 0 where there are none.</param>
public sealed record MixtureOfExperts(int Layers, int Experts, int ExpertsPerToken, int Size, int SharedSize = 0)
{
    /// <summary>Values alive per token between the matrices of all the experts that it passes through.</summary>
    public long LiveValues => 3L * (((long)ExpertsPerToken * Size) + SharedSize);

    /// <summary>Parameters of one expert, all layers together.</summary>
    public long ParametersPerExpert(int hiddenSize) => 3L * hiddenSize * Size * Layers;

    /// <summary>Parameters of the shared experts, all layers together.</summary>
    public long SharedParameters(int hiddenSize) => 3L * hiddenSize * SharedSize * Layers;

    /// <summary>Parameters that choose the experts, all layers together.</summary>
    public long RouterParameters(int hiddenSize) => (long)hiddenSize * Experts * Layers;
}

/// <summary>Layers that read the input at once before the decoder begins.</summary>
/// <param name="Layers">Layers; each attends with as many key as query heads.</param>
/// <param name="HiddenSize">Width of its residual stream.</param>
/// <param name="FeedForwardSize">Width between its feed-forward matrices.</param>
/// <param name="Tokens">Vectors that it gives per sequence.</param>
/// <param name="Gated">True for three feed-forward matrices, false for two.</param>
public sealed record Encoder(int Layers, int HiddenSize, int FeedForwardSize, int Tokens, bool Gated = false)
{
    /// <summary>Parameters of its matrices.</summary>
    public long Parameters => Layers * ((4L * HiddenSize * HiddenSize) + ((Gated ? 3L : 2L) * HiddenSize * FeedForwardSize));
}
