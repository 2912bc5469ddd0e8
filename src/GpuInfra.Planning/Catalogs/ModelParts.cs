namespace GpuInfra.Planning.Catalogs;

/// <summary>Where a model's parameters are; they follow from its architecture.</summary>
/// <param name="Embedding">The input embedding: looked up, not multiplied.</param>
/// <param name="Head">The output embedding: multiplied once per generated token; with <paramref name="IsTied"/> it is the input's.</param>
/// <param name="IsTied">True when input and output embedding are one and <paramref name="Head"/> takes no memory of its own.</param>
/// <param name="Attention">The attention layers' matrices.</param>
/// <param name="FeedForward">Feed-forward matrices that every token passes through, shared experts among them.</param>
/// <param name="Router">What chooses the experts.</param>
/// <param name="Experts">All experts.</param>
/// <param name="Encoder">The matrices of the encoder and of the image tower.</param>
/// <param name="Other">What the published count has above that: norms, biases, positions.</param>
public sealed record ModelParts(
    long Embedding, long Head, bool IsTied, long Attention, long FeedForward, long Router, long Experts, long Encoder, long Other)
{
    /// <summary>What follows from the architecture: all but <see cref="Other"/>.</summary>
    public long Counted => Embedding + (IsTied ? 0 : Head) + Attention + FeedForward + Router + Experts + Encoder;

    /// <summary>The parts of a model.</summary>
    public static ModelParts Of(Model model)
    {
        var (hidden, sparse) = (model.HiddenSize, model.MixtureOfExperts);
        var embedding = (long)model.Vocabulary * hidden;
        var parts = new ModelParts(
            embedding,
            model.Task == ModelTask.Embedding ? 0 : embedding,
            model.TiedEmbeddings,
            model.Attention.Sum(group => group.Layers * group.Parameters(hidden)),
            model.FeedForward.Sum(group => group.Layers * group.Parameters(hidden)) + (sparse?.SharedParameters(hidden) ?? 0),
            sparse?.RouterParameters(hidden) ?? 0,
            (sparse?.Experts ?? 0) * (sparse?.ParametersPerExpert(hidden) ?? 0),
            (model.Encoder?.Parameters ?? 0) + (model.ImageTower?.Parameters ?? 0),
            0);
        return parts with { Other = Math.Max(0, model.Parameters - parts.Counted) };
    }
}
