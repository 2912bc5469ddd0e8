using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Planning.Tests.Catalogs;

public class CatalogTests
{
    private static readonly Catalog Catalog = Catalog.Embedded;

    [Fact]
    public void Every_row_has_a_source_and_a_date_that_is_not_in_the_future_of_the_data()
    {
        var rows = Catalog.Gpus.Select(gpu => (gpu.Id, gpu.Source, gpu.AsOf))
            .Concat(Catalog.Models.Select(model => (model.Id, model.Source, model.AsOf)))
            .Concat(Catalog.Offers.Select(offer => (offer.Id, offer.Source, offer.AsOf)))
            .Concat(Catalog.Profiles.Select(profile => (profile.Id, profile.Source, AsOf: profile.AsOf!.Value)));

        Assert.All(rows, row =>
        {
            Assert.False(string.IsNullOrWhiteSpace(row.Source), row.Id);
            Assert.InRange(row.AsOf, new DateOnly(2023, 1, 1), new DateOnly(2026, 11, 21));
        });
    }

    [Fact]
    public void The_GPUs_and_models_of_the_first_version_are_there()
    {
        Assert.Superset(
            new HashSet<string> { "a100-40gb", "a100-80gb", "a10g", "h100-80gb", "h200-141gb", "l4", "l40s", "t4" },
            Catalog.Gpus.Select(gpu => gpu.Id).ToHashSet());
        Assert.Superset(
            new HashSet<string> { "bge-large", "llama-3.1-8b", "llama-3.3-70b", "mixtral-8x7b" },
            Catalog.Models.Select(model => model.Id).ToHashSet());
    }

    [Fact]
    public void The_hash_is_that_of_the_data_and_not_of_what_was_read()
    {
        var hash = CatalogReader.Read(CatalogFiles.Embedded).Hash;
        _ = Catalog.Offers;
        Assert.Equal((64, hash), (hash.Length, Catalog.Hash));
    }

    [Fact]
    public void Names_and_aliases_find_one_thing_whatever_their_case()
    {
        Assert.Equal("h100-80gb", Catalog.FindGpu("H100")!.Id);
        Assert.Equal("llama-3.3-70b", Catalog.FindModel("Llama-3.3-70B-Instruct")!.Id);
        Assert.Null(Catalog.FindModel("llama-3.3-7b"));
    }

    /// <summary>Names of NVIDIA's, AIConfigurator's and MLPerf's benchmark tables.</summary>
    [Theory]
    [InlineData("Llama 3 70B", "llama-3-70b")]
    [InlineData("Llama 3.3 70B", "llama-3.3-70b")]
    [InlineData("Llama 3.1 405B", "llama-3.1-405b")]
    [InlineData("Llama 4 Maverick", "llama-4-maverick")]
    [InlineData("Mixtral 8x22B", "mixtral-8x22b")]
    [InlineData("Mistral 7B", "mistral-7b")]
    [InlineData("GPT-OSS-120B", "gpt-oss-120b")]
    [InlineData("Qwen3-235B-A22B", "qwen3-235b-a22b")]
    [InlineData("Qwen3.5-397B-A17B", "qwen3.5-397b-a17b")]
    [InlineData("MiniMax-M2.5", "minimax-m2.5")]
    [InlineData("DeepSeek-R1", "deepseek-r1")]
    [InlineData("meta-llama/Llama-3.1-8B-Instruct", "llama-3.1-8b")]
    [InlineData("nvidia/Llama-3_3-Nemotron-Super-49B-v1", "llama-3.3-nemotron-super-49b")]
    public void A_model_is_found_by_what_tables_and_publishers_call_it(string name, string id) => Assert.Equal(id, Catalog.FindModel(name)!.Id);

    [Fact]
    public void Mixtrals_expert_is_three_matrices_of_4096_by_14336_in_32_layers() =>
        Assert.Equal(3L * 4096 * 14336 * 32, Catalog.FindModel("mixtral-8x7b")!.MixtureOfExperts!.ParametersPerExpert(4096));

    [Fact]
    public void The_profiles_have_the_published_means_of_the_Azure_traces()
    {
        var conversation = Catalog.FindProfile("azure-conv-2023")!;
        Assert.Equal((19_366, 5.53, 1155, 211), (conversation.Requests, Math.Round(conversation.RequestsPerSecond, 2), Math.Round(conversation.InputTokens.Mean), Math.Round(conversation.OutputTokens.Mean)));
        var code = Catalog.FindProfile("azure-code-2023")!;
        Assert.Equal((8_819, 2.57, 2048, 28), (code.Requests, Math.Round(code.RequestsPerSecond, 2), Math.Round(code.InputTokens.Mean), Math.Round(code.OutputTokens.Mean)));
    }
}
