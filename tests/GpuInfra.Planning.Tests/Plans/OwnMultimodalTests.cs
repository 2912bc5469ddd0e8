using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans.Configs;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Plans;

/// <summary>
/// Configurations with the language model under <c>text_config</c>, written from the values that ai-dynamo/aiconfigurator and transformers
/// state for the published files (read 2026-11-21); the catalog has the same models from elsewhere.
/// </summary>
public class OwnMultimodalTests
{
    private const string Siglip = """
        "vision_config": { "model_type": "siglip_vision_model", "hidden_size": 1152, "intermediate_size": 4304, "num_hidden_layers": 27,
          "num_attention_heads": 16, "image_size": 896, "patch_size": 14 }
        """;

    private const string Gemma4B = $$"""
        "architectures": ["Gemma3ForConditionalGeneration"], "model_type": "gemma3", "mm_tokens_per_image": 256, "torch_dtype": "bfloat16",
        "text_config": { "model_type": "gemma3_text", "hidden_size": 2560, "intermediate_size": 10240, "num_hidden_layers": 34,
          "sliding_window": 1024 }, {{Siglip}}
        """;

    private const string Scout = """
        "architectures": ["Llama4ForConditionalGeneration"], "model_type": "llama4", "torch_dtype": "bfloat16",
        "text_config": { "model_type": "llama4_text", "hidden_size": 5120, "intermediate_size": 8192, "intermediate_size_mlp": 16384,
          "interleave_moe_layer_step": 1, "num_hidden_layers": 48, "num_attention_heads": 40, "num_key_value_heads": 8, "head_dim": 128,
          "attention_chunk_size": 8192, "num_local_experts": 16, "num_experts_per_tok": 1, "vocab_size": 202048,
          "max_position_embeddings": 10485760 },
        "vision_config": { "model_type": "llama4_vision_model", "hidden_size": 1408, "intermediate_size": 5632, "num_hidden_layers": 34,
          "image_size": 336, "patch_size": 14 }
        """;

    private const string Mistral = """
        "architectures": ["Mistral3ForConditionalGeneration"], "model_type": "mistral3", "spatial_merge_size": 2, "dtype": "bfloat16",
        "text_config": { "model_type": "mistral", "hidden_size": 5120, "intermediate_size": 32768, "num_hidden_layers": 40, "head_dim": 128,
          "num_attention_heads": 32, "num_key_value_heads": 8, "sliding_window": null, "vocab_size": 131072, "max_position_embeddings": 131072 },
        "vision_config": { "model_type": "pixtral", "hidden_size": 1024, "intermediate_size": 4096, "num_hidden_layers": 24, "head_dim": 64,
          "image_size": 1540, "patch_size": 14 }
        """;

    private const string QwenTower = """
        "vision_config": { "depth": 27, "hidden_size": 1152, "intermediate_size": 4304, "num_heads": 16, "num_position_embeddings": 2304,
          "spatial_merge_size": 2 }
        """;

    private const string Qwen = $$"""
        "architectures": ["Qwen3_5MoeForConditionalGeneration"], "model_type": "qwen3_5_moe", "tie_word_embeddings": false,
        "text_config": { "model_type": "qwen3_5_moe_text", "dtype": "bfloat16", "hidden_size": 4096, "moe_intermediate_size": 1024,
          "shared_expert_intermediate_size": 1024, "num_hidden_layers": 60, "full_attention_interval": 4, "num_attention_heads": 32,
          "num_key_value_heads": 2, "head_dim": 256, "linear_num_key_heads": 16, "linear_num_value_heads": 64, "linear_key_head_dim": 128,
          "linear_value_head_dim": 128, "linear_conv_kernel_dim": 4, "num_experts": 512, "num_experts_per_tok": 10, "vocab_size": 248320,
          "max_position_embeddings": 262144 }, {{QwenTower}}
        """;

    [Theory]
    [InlineData("gemma-3-4b", Gemma4B)]
    [InlineData("llama-4-scout", Scout)]
    [InlineData("qwen3.5-397b-a17b", Qwen)]
    public void The_language_model_and_the_tower_are_those_of_the_catalog(string id, string keys)
    {
        var listed = A.Model(id);

        var read = Read(keys).Value;

        Assert.Equal(listed.Attention.AsEnumerable(), read.Attention);
        Assert.Equal(listed.FeedForward.AsEnumerable(), read.FeedForward);
        Assert.Equal(
            (listed.MixtureOfExperts, listed.TiedEmbeddings, listed.MaxContextTokens, listed.Vocabulary, listed.NativePrecision),
            (read.MixtureOfExperts, read.TiedEmbeddings, read.MaxContextTokens, read.Vocabulary, read.NativePrecision));
        Assert.Equal(listed.ImageTower!.Parameters, read.ImageTower!.Parameters);
        Assert.Equal(1, read.Parameters / (double)listed.Parameters, 0.01);
    }

    [Fact]
    public void Mistral_Small_3_1_is_Mistral_Small_3_with_a_gated_tower()
    {
        var (text, read) = (A.Model("mistral-small-24b"), Read(Mistral).Value);

        Assert.Equal(text.Attention.AsEnumerable(), read.Attention);
        Assert.Equal(24L * ((4 * 1024 * 1024) + (3 * 1024 * 4096)), read.ImageTower!.Parameters);
        Assert.Equal(text.Parameters, read.Parameters - read.ImageTower.Parameters);
    }

    [Theory]
    [InlineData(Gemma4B, 256)]
    [InlineData(Scout, 24 * 24 / 4)]
    [InlineData(Mistral, 110 * 110 / 4)]
    [InlineData(Qwen, 48 * 48 / 4)]
    public void An_image_becomes_as_many_vectors_as_its_patches_merge_to(string keys, int tokens) =>
        Assert.Equal(tokens, Read(keys).Value.ImageTower!.Tokens);

    [Fact]
    public void Qwen3_VL_attends_as_its_text_model()
    {
        var read = Read($$"""
            "model_type": "qwen3_vl_moe", "tie_word_embeddings": false, "text_config": { "model_type": "qwen3_vl_moe_text", "dtype": "bfloat16",
              "hidden_size": 4096, "intermediate_size": 12288, "moe_intermediate_size": 1536, "num_hidden_layers": 94, "num_attention_heads": 64,
              "num_key_value_heads": 4, "head_dim": 128, "num_experts": 128, "num_experts_per_tok": 8, "decoder_sparse_step": 1,
              "vocab_size": 151936, "max_position_embeddings": 262144 }, {{QwenTower}}
            """).Value;
        var text = A.Model("qwen3-235b-a22b");
        Assert.Equal(text.Attention.AsEnumerable(), read.Attention);
        Assert.Equal(text.MixtureOfExperts, read.MixtureOfExperts);
        Assert.Equal(text.Parameters, read.Parameters - read.ImageTower!.Parameters);
    }

    [Theory]
    [InlineData("\"num_hidden_layers\": 34", "\"layers\": 34", "the file has no text_config.num_hidden_layers")]
    [InlineData("\"hidden_size\": 1152, ", "", "the file has no vision_config.hidden_size")]
    [InlineData("\"vision_config\"", "\"other\"", "the file has no vision_config")]
    [InlineData("\"hidden_size\": 2560", "\"hidden_size\": 0", "the file text_config.hidden_size is not a whole number from 1 to 100000000")]
    [InlineData("\"gemma3\"", "\"llava\"", "the file has text_config and model_type \"llava\"; known with text_config are gemma3, llama4, mistral3, qwen3_5, qwen3_5_moe, qwen3_vl, qwen3_vl_moe")]
    [InlineData("\"hidden_size\": 2560", "\"auto_map\": {}, \"hidden_size\": 2560", "the file has auto_map: code that comes with a model is never run")]
    [InlineData("Gemma3ForConditionalGeneration", "Gemma3ForSequenceClassification", "the file has architecture \"Gemma3ForSequenceClassification\"; of gemma3 only models ForConditionalGeneration are served")]
    public void What_is_missing_or_not_known_is_refused(string part, string other, string problem) =>
        Assert.Equal(problem, Read(Gemma4B.Replace(part, other, StringComparison.Ordinal)).Problem);

    private static Parsed<Model> Read(string keys) => ModelConfig.Read($"{{ {keys} }}", "mine", null);
}
