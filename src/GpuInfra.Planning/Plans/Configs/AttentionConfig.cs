using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Planning.Plans.Configs;

/// <summary>The attention layers that a configuration describes, alike ones together.</summary>
internal static class AttentionConfig
{
    private const string Full = "full_attention";
    private const string Sliding = "sliding_attention";
    private const string Chunked = "chunked_attention";
    private const string Linear = "linear_attention";

    /// <summary>The layers of <paramref name="family"/>.</summary>
    public static ImmutableArray<AttentionLayers> Read(ConfigJson config, Architecture family, ModelShape shape) => family.Attention switch
    {
        AttentionStyle.Latent => [Latent(config, shape)],
        AttentionStyle.Full => [Heads(shape, shape.Layers, Window(config))],
        _ => Mixed(config, family, shape),
    };

    private static ImmutableArray<AttentionLayers> Mixed(ConfigJson config, Architecture family, ModelShape shape)
    {
        var types = config.Texts("layer_types") ?? Pattern(config, family, shape);
        if (types.Length != shape.Layers)
        {
            throw new ConfigException($"has {types.Length} layer_types for {shape.Layers} layers");
        }

        return [.. types.GroupBy(type => type).Select(group => Layers(config, family, shape, group.Key, group.Count()))];
    }

    /// <summary>One layer in a few attends to all, the last of each turn.</summary>
    private static ImmutableArray<string> Pattern(ConfigJson config, Architecture family, ModelShape shape)
    {
        var (near, key) = family.Attention switch
        {
            AttentionStyle.Chunked => (Chunked, "no_rope_layer_interval"),
            AttentionStyle.Hybrid => (Linear, "full_attention_interval"),
            _ => (Sliding, "sliding_window_pattern"),
        };
        var every = config.Count(key, family.FullEvery);
        return every < 1
            ? throw new ConfigException($"has {key} 0")
            : [.. Enumerable.Range(1, shape.Layers).Select(layer => layer % every == 0 ? Full : near)];
    }

    private static AttentionLayers Layers(ConfigJson config, Architecture family, ModelShape shape, string type, int count) => type switch
    {
        Full => Heads(shape, count, null) with { OutputGate = family.Attention == AttentionStyle.Hybrid },
        Sliding => Heads(shape, count, config.Count("sliding_window")),
        Chunked => Heads(shape, count, config.Count("attention_chunk_size")) with { Chunked = true },
        Linear => new LinearAttention(
            count, config.Count("linear_num_key_heads"), config.Count("linear_num_value_heads"), config.Count("linear_key_head_dim"),
            config.Count("linear_value_head_dim"), config.Count("linear_conv_kernel_dim")),
        _ => throw new ConfigException($"has a layer of type \"{type}\"; known are {Chunked}, {Full}, {Linear}, {Sliding}"),
    };

    private static HeadAttention Heads(ModelShape shape, int layers, int? window) =>
        new(layers, shape.Heads, shape.KeyValueHeads, shape.HeadSize, window);

    private static LatentAttention Latent(ConfigJson config, ModelShape shape) => new(
        shape.Layers, shape.Heads, config.Count("qk_nope_head_dim"), config.Count("qk_rope_head_dim"), config.Count("v_head_dim"),
        config.Count("kv_lora_rank"), config.Has("q_lora_rank") ? config.Count("q_lora_rank") : null);

    /// <summary>Some publishers state a window and switch it off, or one that no sequence fills.</summary>
    private static int? Window(ConfigJson config) =>
        config.Count("sliding_window", 0) is > 0 and var window
            && window < config.Count("max_position_embeddings")
            && config.Flag("use_sliding_window", true)
            ? window
            : null;
}
