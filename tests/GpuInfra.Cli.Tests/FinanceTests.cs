using System.Text.Json;

namespace GpuInfra.Cli.Tests;

public class FinanceTests
{
    [Fact]
    public async Task Every_API_is_listed_with_its_cost_and_the_day_of_its_price()
    {
        var shown = await Cli.Piped("breakeven", "--stack", "dev");
        Assert.Equal((0, ""), (shown.Code, shown.Error));
        Assert.Contains("groq/llama-3.1-8b-instant", shown.Out, StringComparison.Ordinal);
        Assert.Contains("2025-08-12", shown.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_API_is_compared_month_by_month_and_for_other_demands()
    {
        var shown = await Cli.Piped("breakeven", "--stack", "dev", "--api", "openai/gpt-4o-mini", "--people", "5000", "--today", "2026-12-01");
        Assert.Equal((0, ""), (shown.Code, shown.Error));
        Assert.All(new[] { "openai/gpt-4o-mini", "days old", "Own machines up to", "× 16" }, part => Assert.Contains(part, shown.Out, StringComparison.Ordinal));

        using var json = JsonDocument.Parse((await Cli.Piped("breakeven", "--stack", "dev", "--api", "openai/gpt-4o-mini", "--json")).Out);
        Assert.All(json.RootElement.GetProperty("servings").EnumerateArray(), serving =>
            Assert.Contains(serving.GetProperty("answer").GetString(), new[] { "keep", "mix", "buy" }));
    }

    [Fact]
    public async Task The_budget_says_whose_the_cost_is_and_what_a_unit_of_work_costs()
    {
        var shown = await Cli.Piped("budget", "--stack", "prod");
        Assert.Equal((0, ""), (shown.Code, shown.Error));
        Assert.All(new[] { "By team", "$/million tokens", "copilot", "of the budget" }, part => Assert.Contains(part, shown.Out, StringComparison.Ordinal));

        using var json = JsonDocument.Parse((await Cli.Piped("budget", "--stack", "prod", "--json")).Out);
        var workloads = json.RootElement.GetProperty("workloads").EnumerateArray().Sum(workload => workload.GetProperty("monthlyUsd").GetDecimal());
        Assert.Equal(json.RootElement.GetProperty("monthlyUsd").GetDecimal(), workloads + json.RootElement.GetProperty("unusedUsd").GetDecimal());
    }

    [Fact]
    public async Task The_scorecard_says_why_and_what_does_not_count()
    {
        var shown = await Cli.Piped("scorecard", "--stack", "prod");
        Assert.Equal((0, ""), (shown.Code, shown.Error));
        Assert.All(new[] { "weighted", "Not counted, since it is not known of every cloud: support, ecosystem", "policies hold on its resources", "seed S0" }, part => Assert.Contains(part, shown.Out, StringComparison.Ordinal));

        using var json = JsonDocument.Parse((await Cli.Piped("scorecard", "--stack", "prod", "--judge", "aws.support=8", "--judge", "gcp.support=7", "--json")).Out);
        Assert.True(json.RootElement.GetProperty("criteria").EnumerateArray().Single(criterion => criterion.GetProperty("criterion").GetString() == "support").GetProperty("counts").GetBoolean());
    }

    [Fact]
    public async Task Judgements_that_cannot_be_read_are_told_all_at_once()
    {
        var ran = await Cli.Piped("scorecard", "--stack", "prod", "--judge", "aws.suport=8", "--judge", "gcp.support=11", "--judge", "gcp.pricing=1", "--judge", "gcp.pricing=2");
        Assert.Equal(1, ran.Code);
        Assert.All(new[] { "did you mean \"aws.support\"", "gcp.support: \"11\" is not a number from 0 to 10", "gcp.pricing is given twice" }, part => Assert.Contains(part, ran.Error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Prices_of_APIs_that_are_over_ninety_days_old_are_told_in_the_list_and_in_JSON()
    {
        var shown = await Cli.Piped("breakeven", "--stack", "dev", "--today", "2028-01-01");
        Assert.Contains("12 of these prices are over 90 days old on 2028-01-01: look them up before you decide", shown.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("days old", (await Cli.Piped("breakeven", "--stack", "dev", "--today", "2024-01-01")).Out, StringComparison.Ordinal);
        Assert.Contains("\"isOld\": true", (await Cli.Piped("breakeven", "--stack", "dev", "--today", "2028-01-01", "--json")).Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("budget")]
    [InlineData("tco")]
    [InlineData("breakeven")]
    [InlineData("scorecard")]
    [InlineData("case")]
    [InlineData("memo")]
    public async Task Every_document_of_the_business_side_names_its_plan_and_its_prices(string command)
    {
        using var json = JsonDocument.Parse((await Cli.Piped(command, "--stack", "dev", "--json")).Out);
        var (hash, book) = (json.RootElement.GetProperty("planHash").GetString()!, json.RootElement.GetProperty("priceBook"));
        var shown = (await Cli.Piped(command, "--stack", "dev")).Out;
        Assert.All(new[] { hash[..12], book.GetProperty("asOf").GetString()!, book.GetProperty("hash").GetString()![..12] }, part => Assert.Contains(part, shown, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Three_years_are_told_rented_and_bought_with_what_assumptions_do()
    {
        using var sandbox = new Sandbox();
        var shown = await Cli.In(sandbox.Root, "tco", "--stack", "dev", "--charts", ".");
        Assert.Contains("assumptions are guesses", shown.Out, StringComparison.Ordinal);
        Assert.Equal(0, shown.Code);
        Assert.StartsWith("Wrote ", shown.Error, StringComparison.Ordinal);
        Assert.All(new[] { "Rented as planned", "Bought instead", "capital (opportunity)", "(purchaseRentMonths)" }, part => Assert.Contains(part, shown.Out, StringComparison.Ordinal));
        Assert.StartsWith("<svg", await File.ReadAllTextAsync(Path.Combine(sandbox.Root, "three-years-rented-by-assumption.svg")), StringComparison.Ordinal);

        using var json = JsonDocument.Parse((await Cli.Piped("tco", "--stack", "dev", "--set", "usdPerKwh=0.5", "--json")).Out);
        Assert.All(json.RootElement.GetProperty("ways").EnumerateArray(), way =>
            Assert.Equal(way.GetProperty("totalUsd").GetDecimal(), way.GetProperty("lines").EnumerateArray().Sum(line => line.GetProperty("totalUsd").GetDecimal())));

        var wrong = await Cli.Piped("tco", "--stack", "dev", "--set", "usdPerKw=1", "--set", "lifeMonths=12", "--set", "residualPercent=120", "--set", "capitalPercent=x");
        Assert.Equal(1, wrong.Code);
        Assert.All(new[] { "did you mean \"usdPerKwh\"", "36 is the least", "a share is 100 at most", "\"x\" is not a number" }, part => Assert.Contains(part, wrong.Error, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1, "did you mean \"openai/gpt-4o-mini\"", "--api", "openai/gpt-4o-mni")]
    [InlineData(1, "no serving that generates text is called \"chta\"", "--serving", "chta")]
    [InlineData(2, "--price-fall: '120' is not a number from 0 to 99", "--price-fall", "120")]
    public async Task Slips_are_told(int code, string message, params string[] args)
    {
        var ran = await Cli.Piped(["breakeven", "--stack", "dev", .. args]);
        Assert.Equal(code, ran.Code);
        Assert.Contains(message, ran.Error, StringComparison.Ordinal);
    }
}
