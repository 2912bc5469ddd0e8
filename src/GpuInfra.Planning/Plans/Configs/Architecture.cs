using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Planning.Plans.Configs;

/// <summary>
/// What is particular about a family of models. Parameters follow from it exactly; tests hold the formulas to published counts.
/// <para>
/// Decoders: V·H (twice unless tied) + L·(attention + feed-forward + norms·H) + H, where attention is
/// H·(2·heads + 2·kvHeads)·headSize, with biases where the family has them, and feed-forward is 3·H·I, per expert in sparse models,
/// which add a router of H·experts.
/// Encoders (BERT): (V + positions + types + 2)·H + L·(4·(H² + H) + 2·H·I + I + H + 4·H) + H² + H.
/// </para>
/// </summary>
/// <param name="Type">The family's <c>model_type</c>.</param>
/// <param name="Norms">Norms of the width of the residual stream in a layer.</param>
/// <param name="QueryKeyNorm">True when queries and keys are normed, each with a vector of the head's size.</param>
/// <param name="QueryKeyValueBias">True when queries, keys and values have biases without being asked for.</param>
/// <param name="Tied">True when input and output embeddings are one unless the configuration says otherwise.</param>
/// <param name="HeadSize">The head's size where the configuration does not say and it is not the width over the heads.</param>
/// <param name="ReservedPositions">Positions that no token can have.</param>
/// <param name="IsEncoder">True for families that make embeddings.</param>
internal sealed record Architecture(
    string Type,
    int Norms = 2,
    bool QueryKeyNorm = false,
    bool QueryKeyValueBias = false,
    bool Tied = false,
    int? HeadSize = null,
    int ReservedPositions = 0,
    bool IsEncoder = false)
{
    /// <summary>Every family that can be planned.</summary>
    public static readonly Architecture[] Known =
    [
        new("bert", IsEncoder: true),
        new("gemma2", Norms: 4, Tied: true, HeadSize: 256),
        new("gemma3_text", Norms: 4, QueryKeyNorm: true, Tied: true, HeadSize: 256),
        new("llama"),
        new("mistral"),
        new("mixtral"),
        new("phi3"),
        new("qwen2", QueryKeyValueBias: true),
        new("qwen3", QueryKeyNorm: true),
        new("xlm-roberta", ReservedPositions: 2, IsEncoder: true),
    ];

    /// <summary>All parameters.</summary>
    public long Count(ConfigJson config, ModelShape shape) => IsEncoder ? Encoder(config, shape) : Decoder(config, shape);

    /// <summary>The sparse layers; null for dense models.</summary>
    public MixtureOfExperts? Experts(ConfigJson config, ModelShape shape) => Type != "mixtral" ? null : new(
        shape.Layers, config.Count("num_local_experts"), config.Count("num_experts_per_tok"), config.Count("intermediate_size"));

    /// <summary>True when input and output embeddings are one.</summary>
    public bool IsTied(ConfigJson config) => IsEncoder || config.Flag("tie_word_embeddings", Tied);

    private long Decoder(ConfigJson config, ModelShape shape)
    {
        long width = shape.Hidden;
        long inner = config.Count("intermediate_size");
        long queries = (long)shape.Heads * shape.HeadSize;
        long keys = (long)shape.KeyValueHeads * shape.HeadSize;
        var bias = config.Flag("attention_bias", false);
        var attention = (width * 2 * (queries + keys))
            + (bias || QueryKeyValueBias ? queries + (2 * keys) : 0)
            + (bias ? width : 0)
            + (QueryKeyNorm ? 2L * shape.HeadSize : 0);
        var forward = (3 * width * inner) + (config.Flag("mlp_bias", false) ? (2 * inner) + width : 0);
        var experts = Type == "mixtral" ? config.Count("num_local_experts") : 1;
        var router = Type == "mixtral" ? width * experts : 0;
        var layer = attention + (forward * experts) + router + (Norms * width);
        var embeddings = shape.Vocabulary * width * (IsTied(config) ? 1 : 2);
        return embeddings + (shape.Layers * layer) + width;
    }

    private static long Encoder(ConfigJson config, ModelShape shape)
    {
        long width = shape.Hidden;
        long inner = config.Count("intermediate_size");
        var embeddings = ((long)shape.Vocabulary + config.Count("max_position_embeddings") + config.Count("type_vocab_size") + 2) * width;
        var layer = (4 * ((width * width) + width)) + (2 * width * inner) + inner + width + (4 * width);
        return embeddings + (shape.Layers * layer) + (width * width) + width;
    }
}

/// <summary>The sizes that every family has.</summary>
internal sealed record ModelShape(int Layers, int Hidden, int Heads, int KeyValueHeads, int HeadSize, int Vocabulary);
