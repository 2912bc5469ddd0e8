using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Plans;

public class TechniqueTests
{
    private const string Context = "maxContextTokens: 16384";

    [Fact]
    public void A_serving_says_what_spares_its_replicas_work()
    {
        var serving = Assistant($$"""
            {{Context}}
                engine: { name: vllm, version: "0.19.0" }
                cacheHitRate: 15%
                prefixCacheHitRate: 40%
                routing: prefixAware
                speculative: { acceptedTokens: 1.5 }
                adapters: { count: 20, maxLoaded: 8, rank: 16, uri: hf://acme/adapters }
            """);
        Assert.Equal(
            new ServingTechniques
            {
                CacheHitRate = Share.FromPercent(15),
                PrefixCacheHitRate = Share.FromPercent(40),
                Routing = Routing.PrefixAware,
                AcceptedTokens = 1.5,
            },
            serving.Techniques);
        Assert.Equal((new LoraAdapters(20, 8, 16, "hf://acme/adapters"), "0.19.0"), (serving.Adapters, serving.EngineVersion));
    }

    [Fact]
    public void Without_the_keys_nothing_is_spared()
    {
        var serving = Assistant(Context);
        Assert.Equal((ServingTechniques.None, null), (serving.Techniques, serving.Adapters));
    }

    [Fact]
    public void Prefix_hits_count_only_where_routing_finds_them()
    {
        var techniques = new ServingTechniques { PrefixCacheHitRate = Share.FromPercent(40) };
        Assert.Equal(default, techniques.CountedPrefixHitRate);
        Assert.Equal(Share.FromPercent(40), (techniques with { Routing = Routing.PrefixAware }).CountedPrefixHitRate);
    }

    [Fact]
    public void A_precision_that_is_approved_brings_its_pinned_weights()
    {
        var artefact = $"{{ precision: fp8, uri: hf://acme/fp8, revision: r3, sha256: {string.Concat(Enumerable.Repeat("0a", 32))} }}";
        var named = Assistant($"{Context}\n    precision: fp8\n    artefacts: [{artefact}]");
        Assert.Equal((Precision.Fp8, "r3", false), (named.Precision, named.Weights!.Revision, named.ChoosesPrecision));

        var chosen = Assistant($"{Context}\n    precision: auto\n    artefacts: [{artefact}]");
        Assert.True(chosen.ChoosesPrecision);
    }

    [Theory]
    [InlineData("native", null)]
    [InlineData("fp16", CachePrecision.Bits16)]
    [InlineData("fp8", CachePrecision.Fp8)]
    public void The_cache_has_a_precision_of_its_own(string word, CachePrecision? precision) =>
        Assert.Equal(precision, Assistant($"{Context}\n    kvPrecision: {word}").CachePrecision);

    [Theory]
    [InlineData("speculative: {}", "acceptedTokens is missing")]
    [InlineData("adapters: { count: 2, maxLoaded: 3, rank: 8, uri: hf://a/b }", "adapters.maxLoaded: is more than the 2 there are")]
    [InlineData("cacheHitRate: 0.2", "has no unit")]
    [InlineData("prefixCacheHitRate: 99%", "is outside the range from 0% to 95%")]
    [InlineData("engine: { name: sglang, version: \"0.5.9\" }", "machines start vllm"),
     InlineData("engine: { name: vllm, version: latest }", "is not a release")]
    [InlineData("kvPrecision: int8", "\"int8\" is not one of native, fp16, fp8")]
    [InlineData("routing: sticky", "is not one of any, prefixAware")]
    public void A_slip_is_told(string keys, string message)
    {
        var problems = Assert.Throws<PlanException>(() => Assistant($"{Context}\n    {keys}"));
        Assert.Contains(message, problems.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Embeddings_have_no_use_for_what_spares_generation()
    {
        var problems = Assert.Throws<PlanException>(() => PlanYaml.Read(PlanYaml.With("kind: embedding\n", "kind: embedding\n    speculative: { acceptedTokens: 2 }\n")));
        Assert.Contains("bge-large makes embeddings and generates nothing", problems.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Embeddings_have_no_cache_to_choose_a_precision_for()
    {
        var problems = Assert.Throws<PlanException>(() => PlanYaml.Read(PlanYaml.With("kind: embedding\n", "kind: embedding\n    kvPrecision: fp8\n")));
        Assert.Contains("kvPrecision: bge-large makes embeddings and caches nothing: leave it out", problems.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("inputLengths: { sigma: 0.9 }", null)]
    [InlineData("inputLengths: { p50: 300, p95: 2k, max: 8k }", null)]
    [InlineData("inputLengths: { sigma: 0.9, p50: 300, max: 8k }", "goes alone")]
    [InlineData("inputLengths: { p50: 300 }", "needs sigma, or max and one or more")]
    [InlineData("inputLengths: { p50: 3000, p95: 2k, max: 8k }", "lengths fall from one percentile to the next")]
    [InlineData("inputLengths: { p50: 100, max: 300 }", "the longest request has 300 tokens, and the mean of the daily figures is 400")]
    public void Lengths_are_lognormal_or_quantiles(string key, string? message)
    {
        var yaml = PlanYaml.With("{ inputTokensPerDay: 6B, requestsPerDay: 15M }", $"{{ inputTokensPerDay: 6B, requestsPerDay: 15M, {key} }}");
        if (message is null)
        {
            Assert.NotNull(PlanYaml.Read(yaml).Workloads.Single(workload => workload.Name == "index").Demand.InputLengths);
        }
        else
        {
            Assert.Contains(message, Assert.Throws<PlanException>(() => PlanYaml.Read(yaml)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_profile_has_lengths_of_its_own()
    {
        var problems = Assert.Throws<PlanException>(() => PlanYaml.Read(PlanYaml.With("scale: 4 }", "scale: 4, outputLengths: { sigma: 1 } }")));
        Assert.Contains("the profile has measured lengths", problems.Message, StringComparison.Ordinal);
    }

    private static Serving Assistant(string keys) => PlanYaml.Read(PlanYaml.With(Context, keys)).Servings.Single(serving => serving.Name == "assistant");
}
