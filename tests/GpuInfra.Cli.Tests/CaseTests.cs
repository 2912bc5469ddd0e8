using System.Text.Json;

namespace GpuInfra.Cli.Tests;

public class CaseTests
{
    [Fact]
    public async Task A_case_says_whether_it_pays_what_must_hold_and_what_could_go_wrong()
    {
        var shown = await Cli.Piped("case", "--stack", "prod", "--benefit", "$9M", "--upfront", "$300k");
        Assert.Equal((0, ""), (shown.Code, shown.Error));
        Assert.All(new[] { "times its cost of three years", "It passes by payback alone", "pilot", "The seed expects", "loss of a cloud", "interruption of spot" }, part => Assert.Contains(part, shown.Out, StringComparison.Ordinal));

        using var json = JsonDocument.Parse((await Cli.Piped("case", "--stack", "prod", "--json")).Out);
        Assert.False(json.RootElement.GetProperty("case").TryGetProperty("passes", out _));
        Assert.Equal(6, json.RootElement.GetProperty("risks").GetArrayLength());
    }

    [Fact]
    public async Task A_case_that_does_not_pay_ends_with_1_where_that_is_asked_for()
    {
        Assert.Equal(1, (await Cli.Piped("case", "--stack", "dev", "--benefit", "$1", "--exit-code")).Code);
        Assert.Equal(0, (await Cli.Piped("case", "--stack", "dev", "--benefit", "$1")).Code);
        Assert.Equal(2, (await Cli.Piped("case", "--stack", "dev", "--benefit", "much")).Code);
    }

    [Fact]
    public async Task A_memo_fits_a_page_and_names_the_plan_and_the_prices_of_its_figures()
    {
        using var sandbox = new Sandbox(locked: true);
        var shown = await Cli.In(sandbox.Root, "memo", "--stack", "prod", "--benefit", "$4M", "--md", "memo.md");
        Assert.Equal(0, shown.Code);
        var memo = await File.ReadAllTextAsync(sandbox.In("memo.md"));
        using var plan = JsonDocument.Parse((await Cli.In(sandbox.Root, "plan", "--stack", "prod", "--json")).Out);
        Assert.Contains($"plan {plan.RootElement.GetProperty("planHash").GetString()}", memo, StringComparison.Ordinal);
        Assert.Contains("prices from 20", memo, StringComparison.Ordinal);
        Assert.InRange(memo.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Length, 200, 750);
        Assert.All(memo.Split('\n').Where(line => line.StartsWith("- The risk", StringComparison.Ordinal)), line => Assert.EndsWith("\\[P, B\\]", line, StringComparison.Ordinal));
    }
}
