using System.Text.Json;

namespace GpuInfra.Cli.Tests;

/// <summary>What commands tell of expected penalties, with the guide's own example: figures stand beside costs and in none of them.</summary>
public sealed class PenaltyTests : IDisposable
{
    private const string Title = "## What a month below the promise costs";

    private readonly Sandbox _sandbox = new();

    public PenaltyTests()
    {
        var guide = Read("docs/plan.md");
        File.WriteAllText(_sandbox.Stacks("whole.plan.yaml"), Between(guide, "```yaml\n", "```"));
        File.WriteAllText(_sandbox.Stacks("promised.plan.yaml"), "extends: whole.plan.yaml\n" + Between(guide[guide.IndexOf(Title, StringComparison.Ordinal)..], "```yaml\n", "```"));
    }

    public void Dispose() => _sandbox.Dispose();

    [Fact]
    public async Task The_finance_page_shows_what_plan_tells_and_compares()
    {
        var (plan, compared) = ((await Run("plan")).Out, (await Run("plan", "--compare", "--set", "survive.zone=0%", "--set", "survive.cloud=0%", "--set", "offersPerCloud=1")).Out);
        var page = Read("docs/finance.md");
        var section = page.IndexOf(Title, StringComparison.Ordinal);
        page = WithBlock(page, section, Between(plan, "Expected penalty\n", "Quotas\n").TrimEnd() + "\n");
        Golden.AssertFile("docs/finance.md", WithBlock(page, page.IndexOf("```text\n", section, StringComparison.Ordinal) + 1, compared[compared.IndexOf(" Scenario", StringComparison.Ordinal)..].Split("\n\n")[0] + "\n"));
    }

    [Fact]
    public async Task No_cost_hash_or_machine_changes_with_it()
    {
        using var with = Json(await Run("plan", "--json"));
        using var without = Json(await Cli.In(_sandbox.Root, "plan", "--plan", "stacks/whole.plan.yaml", "--json"));
        Assert.True(with.RootElement.TryGetProperty("expectedPenalty", out var penalty));
        Assert.All(without.RootElement.EnumerateObject(), member => Assert.True(JsonElement.DeepEquals(member.Value, with.RootElement.GetProperty(member.Name)), member.Name));
        Assert.Equal(["expectedPenalty"], with.RootElement.EnumerateObject().Select(member => member.Name).Except(without.RootElement.EnumerateObject().Select(member => member.Name)));

        var helper = Assert.Single(penalty.GetProperty("servings").EnumerateArray());
        var expected = 0m;
        var before = 0m;
        foreach (var step in helper.GetProperty("steps").EnumerateArray())
        {
            expected += (step.GetProperty("costsUsd").GetDecimal() - before) * step.GetProperty("chance").GetProperty("value").GetDecimal();
            before = step.GetProperty("costsUsd").GetDecimal();
        }

        Assert.Equal(expected, penalty.GetProperty("monthlyUsd").GetProperty("value").GetDecimal(), 2);
        Assert.InRange(expected, penalty.GetProperty("monthlyUsd").GetProperty("low").GetDecimal(), penalty.GetProperty("monthlyUsd").GetProperty("high").GetDecimal());
    }

    [Theory]
    [InlineData("tco", "a month, in no cost below")]
    [InlineData("case", "a month, in no cost of the case")]
    [InlineData("memo", "a month, in no cost above. [P, L]")]
    public async Task Whoever_decides_reads_it_beside_the_cost(string command, string part)
    {
        Assert.Contains(part, (await Run(command)).Out, StringComparison.Ordinal);
        Assert.DoesNotContain("penalt", (await Cli.In(_sandbox.Root, command, "--plan", "stacks/whole.plan.yaml")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Both_documents_that_decisions_go_by_have_the_member_and_case_what_is_spared()
    {
        using var cost = Json(await Run("tco", "--json"));
        using var made = Json(await Run("case", "--json"));
        Assert.True(JsonElement.DeepEquals(cost.RootElement.GetProperty("expectedPenalty"), made.RootElement.GetProperty("expectedPenalty")));
        var cloud = made.RootElement.GetProperty("risks").EnumerateArray().Single(risk => risk.GetProperty("risk").GetString() == "loss of a cloud");
        Assert.True(cloud.GetProperty("sparesUsd").GetProperty("value").GetDecimal() > 0);
    }

    [Fact]
    public async Task Scenarios_are_compared_by_it_too()
    {
        var shown = await Run("plan", "--compare", "--set", "survive.cloud=0%", "--set", "losses.cloud.perYear.high=2");
        Assert.Equal((0, ""), (shown.Code, shown.Error));
        Assert.Contains("Expected penalty, $/month", shown.Out, StringComparison.Ordinal);
        using var json = Json(await Run("plan", "--compare", "--set", "survive.cloud=0%", "--set", "losses.cloud.perYear.high=2", "--json"));
        var penalties = json.RootElement.GetProperty("scenarios").EnumerateArray().Select(scenario => scenario.GetProperty("expectedPenalty").GetProperty("monthlyUsd")).ToList();
        Assert.True(penalties[1].GetProperty("value").GetDecimal() > penalties[0].GetProperty("value").GetDecimal());
        Assert.Equal(penalties[0].GetProperty("value").GetDecimal(), penalties[2].GetProperty("value").GetDecimal());
        Assert.True(penalties[2].GetProperty("high").GetDecimal() > penalties[0].GetProperty("high").GetDecimal());
    }

    private Task<Ran> Run(string command, params string[] more) => Cli.In(_sandbox.Root, [command, "--plan", "stacks/promised.plan.yaml", .. more]);

    private static JsonDocument Json(Ran ran) => JsonDocument.Parse(ran.Out);

    private static string Read(string file) => File.ReadAllText(Path.Combine(Repository.Root, file)).ReplaceLineEndings("\n");

    private static string Between(string text, string from, string to)
    {
        var start = text.IndexOf(from, StringComparison.Ordinal) + from.Length;
        return text[start..text.IndexOf(to, start, StringComparison.Ordinal)];
    }

    /// <summary>The page with its next fenced block replaced.</summary>
    private static string WithBlock(string page, int from, string content)
    {
        var start = page.IndexOf("```text\n", from, StringComparison.Ordinal) + "```text\n".Length;
        return page[..start] + content + page[page.IndexOf("```", start, StringComparison.Ordinal)..];
    }
}
