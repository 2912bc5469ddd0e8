using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans.Configs;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Plans;

/// <summary>Configurations of every kind of attention and of experts, as facts of the models; the catalog has the same from elsewhere.</summary>
public class OwnArchitectureTests
{
    private const string Gemma = """
        "model_type": "gemma3_text", "hidden_size": 5376, "intermediate_size": 21504, "num_hidden_layers": 62, "num_attention_heads": 32, "head_dim": 128,
        "num_key_value_heads": 16, "vocab_size": 262208, "max_position_embeddings": 131072, "sliding_window": 1024
        """;

    [Theory]
    [InlineData("deepseek-v3", """
        "model_type": "deepseek_v3", "hidden_size": 7168, "intermediate_size": 18432, "moe_intermediate_size": 2048, "num_hidden_layers": 61,
        "num_attention_heads": 128, "num_key_value_heads": 128, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64, "v_head_dim": 128, "kv_lora_rank": 512,
        "q_lora_rank": 1536, "n_routed_experts": 256, "n_shared_experts": 1, "num_experts_per_tok": 8, "first_k_dense_replace": 3, "moe_layer_freq": 1,
        "vocab_size": 129280, "max_position_embeddings": 163840
        """)]
    [InlineData("kimi-k2", """
        "model_type": "kimi_k2", "hidden_size": 7168, "intermediate_size": 18432, "moe_intermediate_size": 2048, "num_hidden_layers": 61,
        "num_attention_heads": 64, "num_key_value_heads": 64, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64, "v_head_dim": 128, "kv_lora_rank": 512,
        "q_lora_rank": 1536, "n_routed_experts": 384, "n_shared_experts": 1, "num_experts_per_tok": 8, "first_k_dense_replace": 1,
        "vocab_size": 163840, "max_position_embeddings": 131072
        """)]
    [InlineData("glm-4.5-air", """
        "model_type": "glm4_moe", "hidden_size": 4096, "intermediate_size": 10944, "moe_intermediate_size": 1408, "num_hidden_layers": 46,
        "num_attention_heads": 96, "num_key_value_heads": 8, "head_dim": 128, "n_routed_experts": 128, "n_shared_experts": 1, "num_experts_per_tok": 8,
        "first_k_dense_replace": 1, "attention_bias": true, "vocab_size": 151552, "max_position_embeddings": 131072
        """)]
    [InlineData("llama-4-maverick", """
        "model_type": "llama4_text", "hidden_size": 5120, "intermediate_size": 8192, "intermediate_size_mlp": 16384, "interleave_moe_layer_step": 2,
        "num_hidden_layers": 48, "num_attention_heads": 40, "num_key_value_heads": 8, "head_dim": 128, "attention_chunk_size": 8192,
        "num_local_experts": 128, "num_experts_per_tok": 1, "vocab_size": 202048, "max_position_embeddings": 1048576
        """)]
    [InlineData("gpt-oss-20b", """
        "model_type": "gpt_oss", "hidden_size": 2880, "intermediate_size": 2880, "num_hidden_layers": 24, "num_attention_heads": 64, "head_dim": 64,
        "num_key_value_heads": 8, "num_local_experts": 32, "num_experts_per_tok": 4, "sliding_window": 128, "attention_bias": true,
        "vocab_size": 201088, "max_position_embeddings": 131072
        """)]
    [InlineData("gemma-3-27b", Gemma)]
    [InlineData("qwen3-235b-a22b", """
        "model_type": "qwen3_moe", "hidden_size": 4096, "intermediate_size": 12288, "moe_intermediate_size": 1536, "num_hidden_layers": 94,
        "num_attention_heads": 64, "num_key_value_heads": 4, "head_dim": 128, "num_experts": 128, "num_experts_per_tok": 8, "decoder_sparse_step": 1,
        "vocab_size": 151936, "max_position_embeddings": 40960
        """)]
    [InlineData("qwen3-next-80b-a3b", """
        "model_type": "qwen3_next", "hidden_size": 2048, "intermediate_size": 5120, "moe_intermediate_size": 512, "shared_expert_intermediate_size": 512,
        "num_hidden_layers": 48, "num_attention_heads": 16, "num_key_value_heads": 2, "head_dim": 256, "full_attention_interval": 4,
        "linear_num_key_heads": 16, "linear_num_value_heads": 32, "linear_key_head_dim": 128, "linear_value_head_dim": 128, "linear_conv_kernel_dim": 4,
        "num_experts": 512, "num_experts_per_tok": 10, "vocab_size": 151936, "max_position_embeddings": 262144
        """)]
    [InlineData("minimax-m2.5", """
        "model_type": "minimax_m2", "hidden_size": 3072, "intermediate_size": 1536, "num_hidden_layers": 62, "num_attention_heads": 48, "head_dim": 128,
        "num_key_value_heads": 8, "num_local_experts": 256, "num_experts_per_tok": 8, "vocab_size": 200064, "max_position_embeddings": 196608
        """)]
    [InlineData("mistral-7b-v0.1", """
        "model_type": "mistral", "hidden_size": 4096, "intermediate_size": 14336, "num_hidden_layers": 32, "num_attention_heads": 32,
        "num_key_value_heads": 8, "vocab_size": 32000, "max_position_embeddings": 32768, "sliding_window": 4096
        """)]
    public void Layers_are_those_of_the_catalog(string id, string keys)
    {
        var listed = A.Model(id);

        var read = Read(keys).Value;

        Assert.Equal(listed.Attention.AsEnumerable(), read.Attention);
        Assert.Equal(listed.FeedForward.AsEnumerable(), read.FeedForward);
        Assert.Equal((listed.MixtureOfExperts, listed.TiedEmbeddings, listed.MaxContextTokens), (read.MixtureOfExperts, read.TiedEmbeddings, read.MaxContextTokens));
        Assert.Equal(1, (listed.Parts.Counted - listed.Parts.Encoder) / (double)read.Parameters, 0.001);
    }

    [Theory]
    [InlineData("\"layer_types\": [\"full_attention\"]", "the file has 1 layer_types for 62 layers")]
    [InlineData("\"sliding_window_pattern\": 0", "the file has sliding_window_pattern 0")]
    [InlineData("\"layer_types\": \"full_attention\"", "the file layer_types is not a list of texts")]
    public void A_pattern_that_cannot_be_is_refused(string key, string problem) => Assert.Equal(problem, Read($"{Gemma}, {key}").Problem);

    [Fact]
    public void A_kind_of_layer_that_is_not_known_is_refused() => Assert.Equal(
        "the file has a layer of type \"mamba\"; known are chunked_attention, full_attention, linear_attention, sliding_attention",
        Read($"{Gemma}, \"layer_types\": [{string.Join(", ", Enumerable.Repeat("\"mamba\"", 62))}]").Problem);

    [Fact]
    public void A_window_that_no_sequence_fills_is_none()
    {
        var wide = Read("""
            "model_type": "phi3", "hidden_size": 3072, "intermediate_size": 8192, "num_hidden_layers": 32, "num_attention_heads": 32,
            "vocab_size": 32064, "max_position_embeddings": 131072, "sliding_window": 262144
            """).Value;
        Assert.Equal(A.Model("phi-3-mini").Attention.AsEnumerable(), wide.Attention);
    }

    private static Parsed<Model> Read(string keys) => ModelConfig.Read($$"""{ {{keys}}, "torch_dtype": "bfloat16" }""", "mine", null);
}
