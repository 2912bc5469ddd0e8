using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Plans.Configs;

namespace GpuInfra.Planning.Tests.Plans;

/// <summary>Models that a plan describes by a Hugging Face <c>config.json</c>; counts are those of the published safetensors.</summary>
public sealed class OwnModelTests : IDisposable
{
    private const string Llama = """
        { "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 4096, "intermediate_size": 14336, "num_hidden_layers": 32,
          "num_attention_heads": 32, "num_key_value_heads": 8, "vocab_size": 128256, "max_position_embeddings": 131072, "torch_dtype": "bfloat16" }
        """;

    private const string Weights = "weights: { uri: hf://acme/my-llama, revision: r7, sha256: \"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\" }";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gpuinfra-models-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("llama-3.1-8b", Llama)]
    [InlineData("mixtral-8x7b", """
        { "architectures": ["MixtralForCausalLM"], "model_type": "mixtral", "hidden_size": 4096, "intermediate_size": 14336, "num_hidden_layers": 32,
          "num_attention_heads": 32, "num_key_value_heads": 8, "num_local_experts": 8, "num_experts_per_tok": 2, "vocab_size": 32000,
          "max_position_embeddings": 32768, "sliding_window": null, "torch_dtype": "bfloat16" }
        """)]
    [InlineData("bge-large", """
        { "architectures": ["BertModel"], "model_type": "bert", "hidden_size": 1024, "intermediate_size": 4096, "num_hidden_layers": 24,
          "num_attention_heads": 16, "vocab_size": 30522, "max_position_embeddings": 512, "type_vocab_size": 2, "torch_dtype": "float32" }
        """)]
    public void A_configuration_says_what_the_catalog_says_of_the_same_model(string id, string config)
    {
        var listed = Catalog.Embedded.FindModel(id)!;

        var read = ModelConfig.Read(config, id, null).Value;

        Assert.Equal(listed.Attention.AsEnumerable(), read.Attention);
        Assert.Equal(listed.FeedForward.AsEnumerable(), read.FeedForward);
        Assert.Equal(
            listed with { Aliases = read.Aliases, Attention = read.Attention, FeedForward = read.FeedForward, Source = read.Source, AsOf = read.AsOf },
            read);
    }

    [Theory]
    [InlineData(7_615_616_512, """
        { "model_type": "qwen2", "hidden_size": 3584, "intermediate_size": 18944, "num_hidden_layers": 28, "num_attention_heads": 28,
          "num_key_value_heads": 4, "vocab_size": 152064, "max_position_embeddings": 32768, "sliding_window": 131072, "use_sliding_window": false,
          "tie_word_embeddings": false, "torch_dtype": "bfloat16" }
        """)]
    [InlineData(8_190_735_360, """
        { "model_type": "qwen3", "hidden_size": 4096, "intermediate_size": 12288, "num_hidden_layers": 36, "num_attention_heads": 32, "head_dim": 128,
          "num_key_value_heads": 8, "vocab_size": 151936, "max_position_embeddings": 40960, "tie_word_embeddings": false, "torch_dtype": "bfloat16" }
        """)]
    [InlineData(9_241_705_984, """
        { "model_type": "gemma2", "hidden_size": 3584, "intermediate_size": 14336, "num_hidden_layers": 42, "num_attention_heads": 16, "head_dim": 256,
          "num_key_value_heads": 8, "vocab_size": 256000, "max_position_embeddings": 8192, "sliding_window": 4096, "torch_dtype": "bfloat16" }
        """)]
    public void Parameters_are_those_of_the_published_weights(long parameters, string config)
    {
        var model = ModelConfig.Read(config, "mine", null).Value;

        Assert.Equal(parameters, model.Parameters);
    }

    /// <summary>Mistral 7B v0.3, Phi-3 mini, Gemma 3 1B and multilingual E5 large: each family has something of its own in its shape.</summary>
    [Theory]
    [InlineData(7_248_023_552, 32, """
        { "architectures": ["MistralForCausalLM"], "model_type": "mistral", "hidden_size": 4096, "intermediate_size": 14336,
          "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8, "vocab_size": 32768,
          "max_position_embeddings": 32768, "sliding_window": null, "tie_word_embeddings": false, "torch_dtype": "bfloat16" }
        """)]
    [InlineData(3_821_079_552, 32, """
        { "architectures": ["Phi3ForCausalLM"], "model_type": "phi3", "hidden_size": 3072, "intermediate_size": 8192,
          "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 32, "vocab_size": 32064,
          "max_position_embeddings": 4096, "original_max_position_embeddings": 4096, "sliding_window": 2047, "tie_word_embeddings": false,
          "torch_dtype": "bfloat16" }
        """)]
    [InlineData(999_885_952, 26, """
        { "architectures": ["Gemma3ForCausalLM"], "model_type": "gemma3_text", "hidden_size": 1152, "intermediate_size": 6912,
          "num_hidden_layers": 26, "num_attention_heads": 4, "head_dim": 256, "num_key_value_heads": 1, "vocab_size": 262144,
          "max_position_embeddings": 32768, "sliding_window": 512, "sliding_window_pattern": 6, "torch_dtype": "bfloat16" }
        """)]
    [InlineData(559_890_432, 24, """
        { "architectures": ["XLMRobertaModel"], "model_type": "xlm-roberta", "hidden_size": 1024, "intermediate_size": 4096,
          "num_hidden_layers": 24, "num_attention_heads": 16, "vocab_size": 250002, "max_position_embeddings": 514, "type_vocab_size": 1,
          "torch_dtype": "float32" }
        """)]
    public void Further_families_have_the_parameters_of_their_published_weights(long parameters, int layers, string config)
    {
        var model = ModelConfig.Read(config, "mine", null).Value;

        Assert.Equal(parameters, model.Parameters);
        Assert.Equal(layers, model.Attention.Sum(part => part.Layers));
        Assert.Equal(config.Contains("xlm-roberta", StringComparison.Ordinal) ? ModelTask.Embedding : ModelTask.Generation, model.Task);
    }

    [Theory]
    [InlineData("\"llama\"", "\"jamba\"", "the file has model_type \"jamba\"; known are bert, deepseek_v2, deepseek_v3, gemma2, gemma3_text, glm4_moe, gpt_oss, kimi_k2, llama, llama4_text, minimax_m2, mistral, mixtral, phi3, qwen2, qwen3, qwen3_5_moe_text, qwen3_5_text, qwen3_moe, qwen3_next, qwen3_vl_moe_text, qwen3_vl_text, xlm-roberta, and with text_config gemma3, llama4, mistral3, qwen3_5, qwen3_5_moe, qwen3_vl, qwen3_vl_moe")]
    [InlineData("\"hidden_size\": 4096", "\"auto_map\": {}, \"hidden_size\": 4096", "the file has auto_map: code that comes with a model is never run")]
    [InlineData("\"hidden_size\": 4096", "\"hidden_size\": 4096, \"hidden_size\": 1", "the file is no JSON that can be taken (line 1)")]
    [InlineData("\"hidden_size\": 4096", "\"hidden_size\": -4096", "the file hidden_size is not a whole number from 1 to 100000000")]
    [InlineData("\"hidden_size\": 4096, ", "", "the file has no hidden_size")]
    [InlineData("\"num_key_value_heads\": 8", "\"num_key_value_heads\": 5", "the file has 32 attention heads over 5 key-value heads of size 128, which cannot be")]
    [InlineData("LlamaForCausalLM", "LlamaForSequenceClassification", "the file has architecture \"LlamaForSequenceClassification\"; of llama only models ForCausalLM are served")]
    [InlineData("\"bfloat16\"", "\"auto\"", "the file has dtype \"auto\": say the weights' precision in the plan")]
    public void What_is_not_known_is_refused(string part, string other, string problem) =>
        Assert.Equal(problem, ModelConfig.Read(Llama.Replace(part, other, StringComparison.Ordinal), "mine", null).Problem);

    [Fact]
    public void A_plan_may_describe_its_own_model()
    {
        Write("my-model/config.json", Llama);

        var plan = Load($"{{ config: ./my-model/config.json, id: my-llama, parameters: 8B, {Weights} }}");

        var serving = plan.Servings.Single(serving => serving.Name == "assistant");
        Assert.Equal(8_030_261_248, serving.Model.Parameters);
        Assert.Equal("r7", serving.Weights!.Revision);
        Assert.All(Planner.Plan(plan, "prod", Catalog.Embedded).Pools.Where(pool => pool.Serving == "assistant"), pool => Assert.Equal("my-llama", pool.Engine.Model));
    }

    [Theory]
    [InlineData("config: ../config.json, id: my-llama", "config: \"../config.json\" must be a file below the plan's folder, as ./my-folder/file")]
    [InlineData("config: /etc/passwd, id: my-llama", "config: \"/etc/passwd\" must be a file below the plan's folder, as ./my-folder/file")]
    [InlineData("config: link.json, id: my-llama", "config: \"link.json\" goes through a link: put the file itself below the plan's folder")]
    [InlineData("config: big.json, id: my-llama", "config: \"big.json\" is above 1 MB, and what plans name is smaller")]
    [InlineData("config: none.json, id: my-llama", "config: there is no file \"none.json\" in the plan's folder")]
    [InlineData("config: config.json, id: llama-3.1-8b", "id: \"llama-3.1-8b\" is llama-3.1-8b of the catalog: name that, or choose another id")]
    [InlineData("config: config.json, id: my-llama, parameters: 70B", "parameters: the configuration gives 8.03B")]
    public void A_file_elsewhere_or_another_model_is_refused(string keys, string problem)
    {
        Write("config.json", Llama);
        Write("big.json", new string(' ', 1_000_001));
        File.CreateSymbolicLink(Path("link.json"), Path("config.json"));

        var refusal = Assert.Throws<PlanException>(() => Load($"{{ {keys}, {Weights} }}"));

        Assert.Contains($"servings.assistant.model.{problem}", refusal.Message, StringComparison.Ordinal);
    }

    private CapacityPlan Load(string model)
    {
        Write("x.yaml", PlanYaml.With("model: llama-3.1-8b", $"model: {model}"));
        return PlanFile.Load(Path("x.yaml"), Catalog.Embedded);
    }

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path(name))!);
        File.WriteAllText(Path(name), text);
    }

    private string Path(string name) => System.IO.Path.Combine(_folder.FullName, name);
}
