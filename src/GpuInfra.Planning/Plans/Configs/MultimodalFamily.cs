using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Configs;

/// <summary>
/// A family whose files hold a language model under <c>text_config</c> and what reads images under <c>vision_config</c>. Of the latter the
/// layers' matrices are counted; patches, positions and the projector, under 1 % of any of these models, are not.
/// </summary>
/// <param name="Type">The file's <c>model_type</c>.</param>
/// <param name="Tokens">Vectors that one image becomes, from the file and its <c>vision_config</c>.</param>
/// <param name="Layers">How the tower's layers are called.</param>
/// <param name="Gated">True when the tower's feed-forward has three matrices.</param>
internal sealed record MultimodalFamily(
    string Type, Func<ConfigJson, ConfigJson, int> Tokens, string Layers = "num_hidden_layers", bool Gated = false)
{
    /// <summary>Where the language model stands.</summary>
    public const string TextKey = "text_config";

    /// <summary>Every family that can be planned; what a file leaves out is as its class in Hugging Face transformers has it.</summary>
    public static readonly MultimodalFamily[] Known =
    [
        new("gemma3", (file, _) => file.Count("mm_tokens_per_image", 256)),
        new("llama4", (_, tower) => Patches(tower) / Square(2)), // Its pixel shuffle halves either side.
        new("mistral3", (file, tower) => Patches(tower) / Square(file.Count("spatial_merge_size", 2)), Gated: true),
        new("qwen3_5", QwenTokens, "depth"),
        new("qwen3_5_moe", QwenTokens, "depth"),
        new("qwen3_vl", QwenTokens, "depth"),
        new("qwen3_vl_moe", QwenTokens, "depth"),
    ];

    /// <summary>The family that a file says it is of.</summary>
    /// <exception cref="ConfigException">It says none, or one that cannot be planned.</exception>
    public static MultimodalFamily Of(ConfigJson file)
    {
        var type = file.Text("model_type") ?? throw new ConfigException("has no model_type");
        return Array.Find(Known, known => known.Type == type)
            ?? throw new ConfigException(
                $"has {TextKey} and model_type {HumanUnits.Quote(type)}; known with {TextKey} are {string.Join(", ", Known.Select(known => known.Type))}");
    }

    /// <summary>What reads images.</summary>
    public Encoder ImageTower(ConfigJson file)
    {
        var tower = file.Inner("vision_config");
        return new Encoder(tower.Count(Layers), tower.Count("hidden_size"), tower.Count("intermediate_size"), Tokens(file, tower), Gated);
    }

    private static int QwenTokens(ConfigJson file, ConfigJson tower) =>
        tower.Count("num_position_embeddings", 2304) / Square(tower.Count("spatial_merge_size", 2));

    private static int Patches(ConfigJson tower) => Square(tower.Count("image_size") / tower.Count("patch_size"));

    private static int Square(int side) => side < 1 ? throw new ConfigException("describes images without a patch") : side * side;
}
