using System.Text.Json;

namespace GpuInfra.Cli.Tests;

public class ExplainTests
{
    [Fact]
    public async Task The_waterfall_ends_with_what_was_taken()
    {
        var lines = (await Cli.Piped("plan", "--stack", "prod", "--explain", "copilot")).Out.Split('\n');
        var steps = lines.SkipWhile(line => !line.StartsWith("Why coder runs on", StringComparison.Ordinal)).ToList();
        var left = new[] { "all options", "hardware", "memory", "latency", "availability", "price" }.Select(step => Left(steps, step)).ToList();

        Assert.Equal(left.OrderDescending(), left);
        Assert.InRange(left[^1], 1, 4);
    }

    [Fact]
    public async Task Each_GPU_not_taken_says_what_it_fails_and_where_it_would_win()
    {
        var text = (await Cli.Piped("plan", "--stack", "prod", "--explain", "copilot")).Out;
        var gpus = text.Split("GPUs not taken for coder")[1].Split("Every option not taken")[0];
        Assert.Contains("/h an instance", gpus, StringComparison.Ordinal);
        Assert.Matches(@"t4 .*(memory|precision|timePerOutputToken)", gpus);
    }

    [Fact]
    public async Task Promises_and_offers_have_their_prices_when_they_are_asked_for()
    {
        var json = JsonDocument.Parse((await Cli.Piped("plan", "--stack", "prod", "--explain", "--json")).Out).RootElement;
        var prices = json.GetProperty("constraintPrices").EnumerateArray().ToDictionary(price => price.GetProperty("constraint").GetString()!);
        Assert.All(["clouds.gcp.share", "survive.zone", "survive.cloud", "headroom", "offersPerCloud"], constraint => Assert.True(prices[constraint].GetProperty("monthlyUsd").GetDecimal() >= 0));
        Assert.True(prices["headroom"].GetProperty("monthlyUsd").GetDecimal() > 0);
        Assert.Equal(
            json.GetProperty("pools").EnumerateArray().Select(pool => pool.GetProperty("serving").GetString()).Distinct().Order(),
            json.GetProperty("margins").EnumerateArray().Select(margin => margin.GetProperty("serving").GetString()).Distinct().Order());

        Assert.All(json.GetProperty("distances").EnumerateArray(), distance => Assert.True(distance.GetProperty("monthlyUsd").GetDecimal() > 0));

        var text = (await Cli.Piped("plan", "--stack", "prod", "--explain", "copilot")).Out;
        Assert.Matches(@"\$[0-9,]+ a month more", text);
        Assert.Contains("headroom: headroom of 20 % costs $", text, StringComparison.Ordinal);
        Assert.Contains("By how much the offers of coder won", text, StringComparison.Ordinal);
        Assert.False(JsonDocument.Parse((await Cli.Piped("plan", "--stack", "dev", "--json")).Out).RootElement.TryGetProperty("constraintPrices", out _));
    }

    [Fact]
    public async Task Levers_are_planned_again_one_by_one()
    {
        var ran = await Cli.Piped("plan", "--stack", "dev", "--levers", "--json");
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        var levers = JsonDocument.Parse(ran.Out).RootElement.GetProperty("levers").EnumerateArray().ToList();
        Assert.Contains(levers, lever => lever.GetProperty("name").GetString() == "fp8 weights" && lever.GetProperty("monthlyUsd").GetDecimal() > 0);
        Assert.All(levers, lever => Assert.True(lever.TryGetProperty("monthlyUsd", out _) || lever.GetProperty("why").GetString() is { Length: > 0 }));
    }

    [Fact]
    public async Task Without_being_asked_for_levers_are_left_out() =>
        Assert.False(JsonDocument.Parse((await Cli.Piped("plan", "--stack", "dev", "--json")).Out).RootElement.TryGetProperty("levers", out _));

    private static int Left(List<string> lines, string step)
    {
        var row = lines.First(line => line.StartsWith($" {step} ", StringComparison.Ordinal));
        return int.Parse(row[(step.Length + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[step == "all options" ? 0 : 1].Replace(",", "", StringComparison.Ordinal));
    }
}
