using System.Text.Json;

namespace GpuInfra.Cli.Tests;

public class SizeTests
{
    private static readonly string[] Question = ["size", "--model", "llama-3.1-8b", "--gpu", "h100", "--isl", "1000", "--osl", "200"];

    [Fact]
    public async Task The_answer_is_a_contract()
    {
        var answer = await Json();
        Assert.Equal(
            ("llama-3.1-8b", "h100-80gb", "bf16", 1, 1, true),
            (Text(answer, "model"), Text(answer, "gpu"), Text(answer, "precision"), Count(answer, "tensorParallel"), Count(answer, "pipelineParallel"),
                answer.GetProperty("fits").GetBoolean()));
        Assert.Equal(131_072, answer.GetProperty("memory").GetProperty("kvBytesPerToken").GetInt64());
        Assert.True(Number(answer, "ttftMs") > 0 && Number(answer, "tpotMs") > 0 && Count(answer, "maxConcurrency") > 0);
        Assert.InRange(Number(answer, "outputTokensPerSecond"), Number(answer.GetProperty("band"), "p10"), Number(answer.GetProperty("band"), "p90"));
        Assert.NotEmpty(Text(answer, "limit"));
    }

    [Fact]
    public async Task The_parts_of_a_GPUs_memory_add_up()
    {
        var memory = (await Json("--tp", "2")).GetProperty("memory").GetProperty("perGpu");
        Assert.Equal(
            memory.GetProperty("usableBytes").GetInt64(),
            new[] { "weightsBytes", "activationBytes", "overheadBytes", "kvCacheBytes" }.Sum(part => memory.GetProperty(part).GetInt64()));
    }

    [Theory]
    [InlineData("1", "1")]
    [InlineData("4", "1")]
    [InlineData("2", "2")]
    public async Task The_whole_models_bytes_do_not_depend_on_how_it_is_split(string tensor, string pipeline)
    {
        var memory = (await Json("--tp", tensor, "--pp", pipeline)).GetProperty("memory");
        Assert.Equal(2 * 8_030_261_248, memory.GetProperty("weightsBytes").GetInt64());
        Assert.Equal(131_072, memory.GetProperty("kvBytesPerToken").GetInt64());
    }

    [Fact]
    public async Task A_latency_finds_the_load_that_keeps_it()
    {
        var answer = await Json("--ttft", "2s", "--tpot", "25ms");
        Assert.InRange(Number(answer, "tpotMs"), 20, 25);
        Assert.Equal(Count(answer, "concurrency"), Count(answer, "maxConcurrency"));
        Assert.Equal("timePerOutputToken", Text(answer, "limit"));
    }

    [Fact]
    public async Task What_does_not_fit_is_an_answer_with_its_reason()
    {
        var ran = await Cli.Piped("size", "--model", "llama-3.3-70b", "--gpu", "l4", "--isl", "1000", "--osl", "200", "--json");
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        var answer = JsonDocument.Parse(ran.Out).RootElement;
        Assert.False(answer.GetProperty("fits").GetBoolean());
        Assert.Equal("memory", Text(answer, "limit"));
        Assert.Contains("weights", Text(answer, "reason"), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("outputTokensPerSecond").ValueKind);
    }

    [Fact]
    public async Task A_person_reads_memory_limit_and_changes()
    {
        var ran = await Cli.Piped(Question);
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.Contains("Memory of one GPU", ran.Out, StringComparison.Ordinal);
        Assert.Contains("bound by", ran.Out, StringComparison.Ordinal);
        Assert.Contains("tensor parallel 2", ran.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_cache_may_have_another_precision_than_the_weights()
    {
        var (native, half) = (await Json(), await Json("--kv-precision", "fp8"));
        Assert.Equal(("fp16", "fp8"), (native.GetProperty("kvPrecision").GetString(), half.GetProperty("kvPrecision").GetString()));
        Assert.Equal(PerToken(native), 2 * PerToken(half));

        static long PerToken(JsonElement json) => json.GetProperty("memory").GetProperty("kvBytesPerToken").GetInt64();
    }

    [Fact]
    public async Task Bad_values_are_told_all_at_once_by_their_options()
    {
        var ran = await Cli.Piped("size", "--model", "lama-3.1-8b", "--gpu", "h10", "--precision", "fp9", "--tp", "0", "--isl", "0", "--osl", "-1", "--concurrency", "0");
        Assert.Equal((1, ""), (ran.Code, ran.Out));
        Assert.Contains("--model: unknown model \"lama-3.1-8b\" (did you mean \"llama-3.1-8b\"?)", ran.Error, StringComparison.Ordinal);
        Assert.All(
            ["--gpu: ", "--precision: ", "--tp: ", "--isl: ", "--osl: ", "--concurrency: "],
            option => Assert.Contains("\n" + option, ran.Error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_request_above_the_models_context_is_refused()
    {
        var ran = await Cli.Piped("size", "--model", "llama-3.1-8b", "--gpu", "h100", "--isl", "131072", "--osl", "200");
        Assert.Equal((1, ""), (ran.Code, ran.Out));
        Assert.Contains("--isl: 131072 input and 200 output tokens are above the 131072 that llama-3.1-8b was made for", ran.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Give --model MODEL.", "size", "--gpu", "h100", "--isl", "1000", "--osl", "200")]
    [InlineData("Give --concurrency, or --ttft and --tpot", "size", "--model", "llama-3.1-8b", "--gpu", "h100", "--isl", "1000", "--osl", "200", "--concurrency", "4", "--ttft", "2s")]
    [InlineData("has no unit", "size", "--model", "llama-3.1-8b", "--gpu", "h100", "--isl", "1000", "--osl", "200", "--tpot", "50")]
    [InlineData("Give --batch alone", "size", "--batch", "in.csv", "--out", "out.csv", "--model", "llama-3.1-8b")]
    [InlineData("Give --out FILE", "size", "--batch", "in.csv")]
    public async Task What_goes_ill_together_is_wrong_usage(string message, params string[] args)
    {
        var ran = await Cli.Piped(args);
        Assert.Equal((2, ""), (ran.Code, ran.Out));
        Assert.Contains(message, ran.Error, StringComparison.Ordinal);
    }

    private static async Task<JsonElement> Json(params string[] more)
    {
        var ran = await Cli.Piped([.. Question, "--json", .. more]);
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        return JsonDocument.Parse(ran.Out).RootElement;
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static int Count(JsonElement element, string name) => element.GetProperty(name).GetInt32();

    private static double Number(JsonElement element, string name) => element.GetProperty(name).GetDouble();
}
