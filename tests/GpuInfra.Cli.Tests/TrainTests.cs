using System.Text.Json;

namespace GpuInfra.Cli.Tests;

public class TrainTests
{
    [Fact]
    public async Task A_deadline_gives_the_number_of_GPUs()
    {
        var answer = await Json("--train", "full", "--model", "llama-3.1-8b", "--gpu", "h100", "--tokens", "1B", "--deadline", "24h");
        Assert.True(answer.GetProperty("fits").GetBoolean());
        Assert.InRange(answer.GetProperty("hours").GetDouble(), 1, 24);
        Assert.InRange(answer.GetProperty("gpus").GetInt32(), 2, 8);
    }

    [Fact]
    public async Task A_number_of_GPUs_gives_the_hours()
    {
        var answer = await Json("--train", "qlora", "--model", "llama-3.3-70b", "--gpu", "h100", "--tokens", "10M", "--gpus", "1", "--rank", "64");
        Assert.Equal((1, "qlora"), (answer.GetProperty("gpus").GetInt32(), answer.GetProperty("method").GetString()));
        Assert.True(answer.GetProperty("hours").GetDouble() > 0);
    }

    [Fact]
    public async Task A_person_reads_hours_and_memory()
    {
        var ran = await Cli.Piped("size", "--train", "lora", "--model", "llama-3.1-8b", "--gpu", "l40s", "--tokens", "100M");
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.Contains("41,943,040 parameters trained", ran.Out, StringComparison.Ordinal);
        Assert.Contains("optimizer states", ran.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bad_values_are_told_all_at_once()
    {
        var ran = await Cli.Piped("size", "--train", "lora", "--model", "lama-3.1-8b", "--gpu", "h1000", "--tokens", "0", "--gpus", "0", "--rank", "0", "--zero", "4");
        Assert.Equal((1, ""), (ran.Code, ran.Out));
        Assert.All(["--model: ", "--gpu: ", "--tokens: ", "--gpus: ", "--rank: ", "--zero: "], option => Assert.Contains(option, ran.Error, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--isl is about serving", "--train", "full", "--model", "llama-3.1-8b", "--gpu", "h100", "--tokens", "1B", "--isl", "1000")]
    [InlineData("Give --tokens N", "--train", "full", "--model", "llama-3.1-8b", "--gpu", "h100")]
    [InlineData("Give --gpus or --deadline", "--train", "full", "--model", "llama-3.1-8b", "--gpu", "h100", "--tokens", "1B", "--gpus", "8", "--deadline", "1h")]
    [InlineData("--tokens only goes with --train", "--model", "llama-3.1-8b", "--gpu", "h100", "--isl", "1", "--osl", "1", "--tokens", "1B")]
    public async Task What_goes_ill_together_is_wrong_usage(string message, params string[] args)
    {
        var ran = await Cli.Piped(["size", .. args]);
        Assert.Equal((2, ""), (ran.Code, ran.Out));
        Assert.Contains(message, ran.Error, StringComparison.Ordinal);
    }

    private static async Task<JsonElement> Json(params string[] args)
    {
        var ran = await Cli.Piped(["size", .. args, "--json"]);
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        return JsonDocument.Parse(ran.Out).RootElement;
    }
}
