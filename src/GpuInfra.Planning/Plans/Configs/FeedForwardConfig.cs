using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Planning.Plans.Configs;

/// <summary>The feed-forward layers that a configuration describes: how many are dense, and what the sparse ones are.</summary>
internal static class FeedForwardConfig
{
    /// <summary>The sparse layers; null for dense models.</summary>
    public static MixtureOfExperts? Sparse(ConfigJson config, Architecture family, ModelShape shape)
    {
        var sparse = family.Experts switch
        {
            ExpertStyle.None => null,
            ExpertStyle.Local => new MixtureOfExperts(
                shape.Layers, config.Count("num_local_experts"), config.Count("num_experts_per_tok"), config.Count("intermediate_size")),
            ExpertStyle.Interleaved => new MixtureOfExperts(
                shape.Layers / Step(config), config.Count("num_local_experts"), config.Count("num_experts_per_tok"),
                config.Count("intermediate_size"), config.Count("intermediate_size")),
            ExpertStyle.Numbered => new MixtureOfExperts(
                Even(config, "decoder_sparse_step", shape.Layers), config.Count("num_experts"), config.Count("num_experts_per_tok"),
                config.Count("moe_intermediate_size"), config.Count("shared_expert_intermediate_size", 0)),
            _ => new MixtureOfExperts(
                Even(config, "moe_layer_freq", Math.Max(0, shape.Layers - config.Count("first_k_dense_replace", 0))),
                config.Count("n_routed_experts"), config.Count("num_experts_per_tok"), config.Count("moe_intermediate_size"),
                config.Count("n_shared_experts", 0) * config.Count("moe_intermediate_size")),
        };
        return sparse is null || sparse.ExpertsPerToken <= sparse.Experts
            ? sparse
            : throw new ConfigException("has more experts per token than experts");
    }

    /// <summary>The dense layers: those that are not sparse.</summary>
    public static DenseFeedForward[] Dense(ConfigJson config, Architecture family, ModelShape shape, MixtureOfExperts? sparse)
    {
        var layers = shape.Layers - (sparse?.Layers ?? 0);
        return layers == 0
            ? []
            : [new(layers, config.Count(family.Experts == ExpertStyle.Interleaved ? "intermediate_size_mlp" : "intermediate_size"), Gated: !family.IsEncoder)];
    }

    private static int Step(ConfigJson config) => config.Count("interleave_moe_layer_step");

    /// <summary>Layers that are all sparse; no published model spaces them, and a figure that says so is not taken for another.</summary>
    private static int Even(ConfigJson config, string key, int layers) => config.Count(key, 1) == 1
        ? layers
        : throw new ConfigException($"has {key} {config.Count(key)}; only 1 is known");
}
