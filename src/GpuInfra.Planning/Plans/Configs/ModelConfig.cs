using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Configs;

/// <summary>A model from its Hugging Face <c>config.json</c>: only known families, and never code that comes with one.</summary>
internal static class ModelConfig
{
    private const int MaxDepth = 20;
    private static readonly string[] Code = ["auto_map", "trust_remote_code", "custom_pipelines"];

    /// <summary>The model that a <c>config.json</c> describes.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="id">The model's id in the plan.</param>
    /// <param name="precision">The weights' precision where the plan says it.</param>
    public static Parsed<Model> Read(string text, string id, Precision? precision)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = MaxDepth, AllowDuplicateProperties = false });
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? Describe(new ConfigJson(document.RootElement), id, precision, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))))
                : Parsed<Model>.Refused("the file holds no JSON object");
        }
        catch (JsonException problem)
        {
            return Parsed<Model>.Refused($"the file is no JSON that can be taken (line {(problem.LineNumber ?? 0) + 1})");
        }
        catch (ConfigException problem)
        {
            return Parsed<Model>.Refused($"the file {problem.Message}");
        }
        catch (OverflowException)
        {
            return Parsed<Model>.Refused("the file describes a model beyond any that exists");
        }
    }

    private static Model Describe(ConfigJson file, string id, Precision? precision, string hash)
    {
        var multimodal = file.Has(MultimodalFamily.TextKey) ? MultimodalFamily.Of(file) : null;
        var text = multimodal is null ? file : file.Inner(MultimodalFamily.TextKey);
        if (Code.FirstOrDefault(code => file.Has(code) || text.Has(code)) is { } code)
        {
            throw new ConfigException($"has {code}: code that comes with a model is never run");
        }

        var family = Architecture.Of(text);
        var served = multimodal is null ? "ForCausalLM" : "ForConditionalGeneration";
        var task = file.Only("architectures");
        if (task is not null && !family.IsEncoder && !task.EndsWith(served, StringComparison.Ordinal))
        {
            throw new ConfigException($"has architecture {HumanUnits.Quote(task)}; of {(multimodal?.Type ?? family.Type)} only models {served} are served");
        }

        var config = text.With(family.Defaults);
        var shape = Shape(config, family);
        var sparse = FeedForwardConfig.Sparse(config, family, shape);
        var model = new Model(
            id,
            [],
            family.IsEncoder ? ModelTask.Embedding : ModelTask.Generation,
            0,
            shape.Layers,
            shape.Hidden,
            shape.Vocabulary,
            family.IsTied(file.Has(Architecture.TieKey) ? file : config),
            Math.Max(1, config.Count("max_position_embeddings") - family.ReservedPositions),
            precision ?? Native(file, text),
            AttentionConfig.Read(config, family, shape),
            [.. FeedForwardConfig.Dense(config, family, shape, sparse)],
            sparse,
            null,
            multimodal?.ImageTower(file),
            null,
            $"config.json of the plan, SHA-256 {hash}",
            default);
        return model with { Parameters = model.Parts.Counted + family.Vectors(config, shape) };
    }

    private static ModelShape Shape(ConfigJson config, Architecture family)
    {
        var (hidden, heads) = (config.Count("hidden_size"), config.Count("num_attention_heads"));
        var keys = config.Count("num_key_value_heads", heads);
        var head = config.Count("head_dim", family.HeadSize ?? hidden / heads);
        if (keys < 1 || head < 1 || heads % keys != 0)
        {
            throw new ConfigException($"has {heads} attention heads over {keys} key-value heads of size {head}, which cannot be");
        }

        return new ModelShape(config.Count("num_hidden_layers"), hidden, heads, keys, head, config.Count("vocab_size"));
    }

    private static Precision Native(ConfigJson file, ConfigJson text)
    {
        if (file.Has("quantization_config") || text.Has("quantization_config"))
        {
            throw new ConfigException("has a quantization_config: say the weights' precision in the plan");
        }

        return (Dtype(file) ?? Dtype(text)) switch
        {
            "bfloat16" => Precision.Bf16,
            "float16" or "float32" => Precision.Fp16, // Engines serve 32-bit weights in 16 bits.
            var other => throw new ConfigException($"has dtype {HumanUnits.Quote(other ?? "")}: say the weights' precision in the plan"),
        };
    }

    private static string? Dtype(ConfigJson config) => config.Text("torch_dtype") ?? config.Text("dtype");
}
