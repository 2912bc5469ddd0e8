using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Configs;

/// <summary>How a family's layers attend.</summary>
internal enum AttentionStyle
{
    /// <summary>All to all tokens; to near ones only where <c>sliding_window</c> is on.</summary>
    Full,

    /// <summary>By turns to near tokens and to all, as <c>layer_types</c> or the family's pattern says.</summary>
    Windowed,

    /// <summary>In chunks, but for one layer in a few that attends to all.</summary>
    Chunked,

    /// <summary>From a compressed cache.</summary>
    Latent,

    /// <summary>By a fixed state, but for one layer in a few that attends to all and has an output gate.</summary>
    Hybrid,
}

/// <summary>How a family's configuration names its experts.</summary>
internal enum ExpertStyle
{
    /// <summary>There are none.</summary>
    None,

    /// <summary><c>num_local_experts</c> in every layer, of <c>intermediate_size</c>.</summary>
    Local,

    /// <summary><c>num_local_experts</c> in every few layers, each beside a shared one; the others have <c>intermediate_size_mlp</c>.</summary>
    Interleaved,

    /// <summary><c>num_experts</c> in every layer, of <c>moe_intermediate_size</c>.</summary>
    Numbered,

    /// <summary><c>n_routed_experts</c> after the first few layers, beside <c>n_shared_experts</c>.</summary>
    Routed,
}

/// <summary>
/// What is particular about a family of models. Matrices follow from the layers as <see cref="ModelParts"/> counts them; here are
/// the vectors, so that parameters come out exactly for dense families; tests hold them to published counts.
/// <para>
/// Decoders: L·(norms·H + biases) + H. Encoders (BERT): (positions + types + 2)·H + L·(9·H + I) + H² + H.
/// </para>
/// </summary>
/// <param name="Type">The family's <c>model_type</c>.</param>
/// <param name="Attention">How its layers attend.</param>
/// <param name="Experts">How it names its experts.</param>
/// <param name="Norms">Norms of the width of the residual stream in a layer.</param>
/// <param name="QueryKeyNorm">True when queries and keys are normed, each with a vector of the head's size.</param>
/// <param name="QueryKeyValueBias">True when queries, keys and values have biases without being asked for.</param>
/// <param name="Tied">True when input and output embeddings are one unless the configuration says otherwise.</param>
/// <param name="HeadSize">The head's size where the configuration does not say and it is not the width over the heads.</param>
/// <param name="FullEvery">Of how many layers one attends to all tokens, where the configuration does not say.</param>
/// <param name="ReservedPositions">Positions that no token can have.</param>
/// <param name="IsEncoder">True for families that make embeddings.</param>
internal sealed record Architecture(
    string Type,
    AttentionStyle Attention = AttentionStyle.Full,
    ExpertStyle Experts = ExpertStyle.None,
    int Norms = 2,
    bool QueryKeyNorm = false,
    bool QueryKeyValueBias = false,
    bool Tied = false,
    int? HeadSize = null,
    int FullEvery = 1,
    int ReservedPositions = 0,
    bool IsEncoder = false)
{
    /// <summary>The member that says whether input and output embeddings are one.</summary>
    public const string TieKey = "tie_word_embeddings";

    /// <summary>
    /// What the published Gemma 3 files leave to their class: <c>Gemma3TextConfig</c> of Hugging Face transformers,
    /// models/gemma3/configuration_gemma3.py, read 2026-11-21.
    /// </summary>
    private static readonly ImmutableDictionary<string, int> Gemma3 = new Dictionary<string, int>
    {
        ["vocab_size"] = 262_208,
        ["num_attention_heads"] = 8,
        ["num_key_value_heads"] = 4,
        ["max_position_embeddings"] = 131_072,
        ["sliding_window"] = 4_096,
    }.ToImmutableDictionary();

    /// <summary>Every family that can be planned.</summary>
    public static readonly Architecture[] Known =
    [
        new("bert", IsEncoder: true),
        new("deepseek_v2", AttentionStyle.Latent, ExpertStyle.Routed),
        new("deepseek_v3", AttentionStyle.Latent, ExpertStyle.Routed),
        new("gemma2", AttentionStyle.Windowed, Norms: 4, Tied: true, HeadSize: 256, FullEvery: 2),
        new("gemma3_text", AttentionStyle.Windowed, Norms: 4, QueryKeyNorm: true, Tied: true, HeadSize: 256, FullEvery: 6) { Defaults = Gemma3 },
        new("glm4_moe", Experts: ExpertStyle.Routed),
        new("gpt_oss", AttentionStyle.Windowed, ExpertStyle.Local, HeadSize: 64, FullEvery: 2),
        new("kimi_k2", AttentionStyle.Latent, ExpertStyle.Routed),
        new("llama"),
        new("llama4_text", AttentionStyle.Chunked, ExpertStyle.Interleaved, FullEvery: 4),
        new("minimax_m2", Experts: ExpertStyle.Local),
        new("mistral"),
        new("mixtral", Experts: ExpertStyle.Local),
        new("phi3"),
        new("qwen2", QueryKeyValueBias: true),
        new("qwen3", QueryKeyNorm: true),
        new("qwen3_5_moe_text", AttentionStyle.Hybrid, ExpertStyle.Numbered, QueryKeyNorm: true, FullEvery: 4),
        new("qwen3_5_text", AttentionStyle.Hybrid, QueryKeyNorm: true, FullEvery: 4),
        new("qwen3_moe", Experts: ExpertStyle.Numbered, QueryKeyNorm: true),
        new("qwen3_next", AttentionStyle.Hybrid, ExpertStyle.Numbered, QueryKeyNorm: true, FullEvery: 4),
        new("qwen3_vl_moe_text", Experts: ExpertStyle.Numbered, QueryKeyNorm: true),
        new("qwen3_vl_text", QueryKeyNorm: true),
        new("xlm-roberta", ReservedPositions: 2, IsEncoder: true),
    ];

    /// <summary>Counts that the family's files may leave out. Default: none.</summary>
    public ImmutableDictionary<string, int> Defaults { get; init; } = ImmutableDictionary<string, int>.Empty;

    /// <summary>The family that a configuration says it is of.</summary>
    /// <exception cref="ConfigException">It says none, or one that cannot be planned.</exception>
    public static Architecture Of(ConfigJson config)
    {
        var type = config.Text("model_type") ?? throw new ConfigException("has no model_type");
        return Array.Find(Known, known => known.Type == type)
            ?? throw new ConfigException(
                $"has model_type {HumanUnits.Quote(type)}; known are {string.Join(", ", Known.Select(known => known.Type))}"
                + $", and with text_config {string.Join(", ", MultimodalFamily.Known.Select(known => known.Type))}");
    }

    /// <summary>True when input and output embeddings are one.</summary>
    public bool IsTied(ConfigJson config) => IsEncoder || config.Flag(TieKey, Tied);

    /// <summary>Parameters that are no matrices of layers or embeddings.</summary>
    public long Vectors(ConfigJson config, ModelShape shape) => IsEncoder ? EncoderVectors(config, shape) : DecoderVectors(config, shape);

    private long DecoderVectors(ConfigJson config, ModelShape shape)
    {
        long width = shape.Hidden;
        var queriesAndKeys = (long)(shape.Heads + (2 * shape.KeyValueHeads)) * shape.HeadSize;
        var bias = config.Flag("attention_bias", false);
        var layer = (Norms * width)
            + (bias || QueryKeyValueBias ? queriesAndKeys : 0)
            + (bias ? width : 0)
            + (QueryKeyNorm ? 2L * shape.HeadSize : 0)
            + (config.Flag("mlp_bias", false) ? (2L * config.Count("intermediate_size")) + width : 0);
        return (shape.Layers * layer) + width;
    }

    private static long EncoderVectors(ConfigJson config, ModelShape shape)
    {
        long width = shape.Hidden;
        var positions = ((long)config.Count("max_position_embeddings") + config.Count("type_vocab_size") + 2) * width;
        var layer = (4 * width) + config.Count("intermediate_size") + width + (4 * width);
        return positions + (shape.Layers * layer) + (width * width) + width;
    }
}

/// <summary>The sizes that every family has.</summary>
internal sealed record ModelShape(int Layers, int Hidden, int Heads, int KeyValueHeads, int HeadSize, int Vocabulary);
