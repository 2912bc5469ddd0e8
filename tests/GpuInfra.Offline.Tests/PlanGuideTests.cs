using System.Text.Json;
using System.Text.RegularExpressions;
using GpuInfra.Planning;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Offline.Tests;

/// <summary>docs/plan.md shows what works: its first example is a whole plan, and every other one is read as a part of it.</summary>
public sealed partial class PlanGuideTests : IDisposable
{
    private const string Whole = "whole.plan.yaml";

    private static readonly string Guide = File.ReadAllText(Path.Combine(Repository.Root, "docs", "plan.md"));

    private readonly Sandbox _sandbox = new();

    public static TheoryData<int> Examples => [.. Enumerable.Range(0, Blocks("yaml").Count)];

    public void Dispose() => _sandbox.Dispose();

    [Theory]
    [MemberData(nameof(Examples))]
    public void Every_example_is_part_of_a_valid_plan(int number)
    {
        WriteModel();
        File.WriteAllText(_sandbox.Stacks("reservations.yaml"), Assert.Single(Blocks("yaml ledger")));
        File.WriteAllText(_sandbox.Stacks("availability.yaml"), Assert.Single(Blocks("yaml availability")));
        File.WriteAllText(_sandbox.Stacks(Whole), Blocks("yaml")[0]);
        var whole = PlanFile.Load(_sandbox.Stacks(Whole), Catalog.Embedded);

        var example = Blocks("yaml")[number];
        var extends = example.StartsWith("version:", StringComparison.Ordinal) || example.StartsWith("extends:", StringComparison.Ordinal);
        var file = _sandbox.Stacks("example.plan.yaml");
        File.WriteAllText(file, (extends ? "" : $"extends: {Whole}\n") + example);
        var plan = PlanFile.Load(file, Catalog.Embedded);

        // An example that changes nothing would show nothing. Neither the router nor monitoring nor storage nor quality nor health nor penalties nor the charging of teams is part of the fleet's hash.
        var same = Planner.Plan(plan, "prod", Catalog.Embedded).PlanHash == Planner.Plan(whole, "prod", Catalog.Embedded).PlanHash;
        Assert.Equal(number == 0, same && plan.Router == RouterPlan.Plain && plan.Monitoring is null && plan.Storage == StoragePlan.Default && plan.Allocation == Allocation.GpuTime && plan.Losses is null && plan.Servings.All(serving => serving.Quality is null && serving.Health is null));
    }

    [Fact]
    public async Task The_stacks_example_is_all_that_the_whole_plan_needs()
    {
        File.WriteAllText(_sandbox.Stacks("prod.plan.yaml"), Blocks("yaml")[0]);
        File.WriteAllText(_sandbox.Stacks("Pulumi.prod.yaml"), Assert.Single(Blocks("yaml stack")));

        var preview = await FleetPreview.RunAsync(PlanSource.OfStack(ProjectDirectory.At(_sandbox.Root)!, "prod"));

        Assert.True(preview.Passed, string.Join('\n', preview.Checks.Where(check => check.Status == CheckStatus.Fail)));
    }

    [Fact]
    public void Every_key_of_a_plan_has_an_example()
    {
        var schema = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "stacks", "plan.schema.json")));
        var keys = schema.RootElement.GetProperty("properties").EnumerateObject().Select(key => key.Name).ToList();
        var shown = Blocks("yaml").SelectMany(block => TopKey().Matches(block).Select(match => match.Groups[1].Value)).ToHashSet();

        Assert.NotEmpty(keys);
        Assert.All(keys, key => Assert.Contains(key, shown));
    }

    private void WriteModel()
    {
        Directory.CreateDirectory(_sandbox.Stacks("models/acme-chat"));
        File.WriteAllText(_sandbox.Stacks("models/acme-chat/config.json"), Assert.Single(Blocks("json")));
    }

    /// <summary>The fenced examples of a language, in order.</summary>
    private static List<string> Blocks(string language) =>
        [.. Guide.ReplaceLineEndings("\n").Split($"\n```{language}\n").Skip(1).Select(rest => rest.Split("\n```")[0] + "\n")];

    [GeneratedRegex("^([a-zA-Z]+):", RegexOptions.Multiline)]
    private static partial Regex TopKey();
}
