using System.Text.Json.Serialization;

namespace GpuInfra.Planning.Catalogs;

/// <summary>
/// Layers of a model that attend alike. What they cache and what they multiply follows from the kind; figures are of one layer
/// unless they say otherwise.
/// </summary>
/// <param name="Layers">How many of the model's layers these are.</param>
/// <param name="QueryHeads">Heads that tensor parallelism splits the layer by.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(HeadAttention), "heads")]
[JsonDerivedType(typeof(LatentAttention), "latent")]
[JsonDerivedType(typeof(LinearAttention), "linear")]
[JsonDerivedType(typeof(CrossAttention), "cross")]
public abstract record AttentionLayers(int Layers, int QueryHeads)
{
    /// <summary>The kind in a word or two, as <c>GQA 8</c>.</summary>
    [JsonIgnore]
    public abstract string Name { get; }

    /// <summary>Values that a cached token takes.</summary>
    [JsonIgnore]
    public abstract long CacheValuesPerToken { get; }

    /// <summary>Heads that the cache or state can be split over; with more GPUs than heads, each keeps one.</summary>
    [JsonIgnore]
    public abstract int CacheHeads { get; }

    /// <summary>Operations per pair of query and attended token while a prompt is read: 2 for each product of the scores and of the values.</summary>
    [JsonIgnore]
    public abstract double PrefillOperationsPerPair { get; }

    /// <summary>The same while tokens are generated.</summary>
    [JsonIgnore]
    public virtual double DecodeOperationsPerPair => PrefillOperationsPerPair;

    /// <summary>Operations per token that do not depend on what was before it.</summary>
    [JsonIgnore]
    public virtual double OperationsPerToken => 0;

    /// <summary>Values alive per token between the matrices while a prompt is read.</summary>
    [JsonIgnore]
    public abstract long LiveValues { get; }

    /// <summary>Bytes that a sequence takes whatever its length.</summary>
    /// <param name="bytesPerValue">Bytes of a cached value.</param>
    public virtual double StateBytes(int bytesPerValue) => 0;

    /// <summary>Parameters of one layer's matrices; norms and biases are left out.</summary>
    public abstract long Parameters(int hiddenSize);

    /// <summary>Tokens that a sequence of <paramref name="tokens"/> keeps in the cache.</summary>
    public virtual double CachedTokens(double tokens) => tokens;

    /// <summary>Tokens that the last token of a sequence of <paramref name="tokens"/> attends to.</summary>
    public virtual double AttendedTokens(double tokens) => CachedTokens(tokens);

    /// <summary>Tokens that each token of a sequence of <paramref name="tokens"/> attends to on average.</summary>
    public virtual double MeanAttendedTokens(double tokens) => tokens / 2;

    /// <summary>The mean over a sequence of min(position, bound).</summary>
    protected static double MeanBelow(double bound, double tokens) =>
        tokens <= bound ? tokens / 2 : bound - (bound * bound / (2 * tokens));
}
