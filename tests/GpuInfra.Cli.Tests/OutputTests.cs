using System.Text.Json;
using System.Text.Json.Nodes;

namespace GpuInfra.Cli.Tests;

public sealed class OutputTests : IDisposable
{
    private readonly Sandbox _sandbox = new();

    public static TheoryData<string> Commands =>
        ["preview --stack prod", "plan --stack prod --explain", "validate --stack prod", "catalog"];

    public void Dispose() => _sandbox.Dispose();

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Piped_output_is_plain_text_and_the_same_every_time(string line)
    {
        var (first, second) = (await Cli.Piped(line.Split(' ')), await Cli.Piped(line.Split(' ')));
        Assert.Equal(0, first.Code);
        Assert.Equal(first, second);
        Assert.DoesNotContain('\e', first.Out);
        Assert.DoesNotMatch("[ \t]\n", first.Out);
        Assert.EndsWith("\n", first.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_terminal_gets_colour_unless_it_asks_for_none()
    {
        Assert.Contains('\e', (await Cli.Seen(color: true, "plan", "--stack", "prod")).Out);
        Assert.DoesNotContain('\e', (await Cli.Seen(color: false, "plan", "--stack", "prod")).Out);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Json_is_one_document_and_nothing_else(string line)
    {
        var ran = await Cli.Piped([.. line.Split(' '), "--json"]);
        using var document = JsonDocument.Parse(ran.Out);
        Assert.Equal((0, JsonValueKind.Object), (ran.Code, document.RootElement.ValueKind));
    }

    [Fact]
    public async Task A_preview_holds_what_its_contract_says()
    {
        using var document = JsonDocument.Parse((await Cli.Piped("preview", "--stack", "prod", "--json")).Out);
        var root = document.RootElement;
        Assert.Equal(
            ["format", "stack", "fleet", "resources", "invokes", "outputs", "resolved", "retired", "waivers", "freezes", "orders", "costs", "survivability", "routing", "checks"],
            root.EnumerateObject().Select(member => member.Name));
        var (planned, locked) = (JsonNode.Parse((await Cli.Piped("plan", "--stack", "prod", "--json")).Out), JsonNode.Parse(root.GetProperty("fleet").GetRawText()));
        Assert.True(JsonNode.DeepEquals(Reviewed(planned), Reviewed(locked)));
        Assert.All(root.GetProperty("resources").EnumerateArray(), resource => Assert.Subset(
            resource.EnumerateObject().Select(member => member.Name).ToHashSet(),
            new HashSet<string>(["urn", "type", "name", "parent", "provider", "options", "inputs", "dependencies"])));
        Assert.All(root.GetProperty("checks").EnumerateArray(), check =>
        {
            Assert.Equal(
                ["id", "subject", "status", "detail", "severity", "examined"], check.EnumerateObject().Select(member => member.Name));
            Assert.Equal("pass", check.GetProperty("status").GetString());
        });
    }

    /// <summary>A fleet without what planning tells and a lock does not.</summary>
    private static JsonNode? Reviewed(JsonNode? fleet)
    {
        fleet!.AsObject().Remove("locked");
        fleet.AsObject().Remove("objective");
        fleet.AsObject().Remove("bound");
        fleet.AsObject().Remove("routing"); // A preview has it beside the fleet.
        foreach (var serving in fleet["servings"]!.AsArray())
        {
            serving!.AsObject().Remove("rejections");
            serving.AsObject().Remove("stability");
        }

        Assert.All(fleet["orders"]!.AsArray(), order => order!.AsObject().Remove("fallback"));
        return fleet;
    }

    [Fact]
    public async Task Files_hold_what_standard_output_would()
    {
        var printed = await Cli.Piped("preview", "--stack", "dev", "--json");
        var ran = await Cli.In(
            _sandbox.Root,
            "preview", "--stack", "dev", "--json", "--out", "out.json", "--record", "record.json", "--md", "comment.md");
        Assert.Equal((0, ""), (ran.Code, ran.Out));
        Assert.Equal(printed.Out, File.ReadAllText(_sandbox.In("out.json")));
        Assert.Equal(printed.Out, File.ReadAllText(_sandbox.In("record.json")));
        Assert.StartsWith("<!-- gpuinfra review: dev -->\n", File.ReadAllText(_sandbox.In("comment.md")), StringComparison.Ordinal);
        Assert.DoesNotContain(_sandbox.Files(), file => file.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_project_is_found_from_below_and_by_name()
    {
        var below = await Cli.In(Path.Combine(_sandbox.Root, "stacks"), "plan", "--stack", "dev");
        var named = await Cli.In(Path.GetTempPath(), "plan", "--stack", "dev", "--root", _sandbox.Root);
        Assert.Equal((0, below.Out), (below.Code, named.Out));
    }

    [Fact]
    public async Task A_plan_file_is_previewed_with_the_configuration_of_the_stack_of_its_environment()
    {
        File.Copy(_sandbox.Stacks("prod.plan.yaml"), _sandbox.Stacks("what-if.plan.yaml"));
        _sandbox.Change("what-if.plan.yaml", "headroom: 20%", "headroom: 90%");
        var asked = await Cli.In(_sandbox.Root, "preview", "--plan", "stacks/what-if.plan.yaml");
        var planned = await Cli.In(_sandbox.Root, "preview", "--stack", "prod");
        Assert.Equal((0, 0), (asked.Code, planned.Code));
        Assert.StartsWith("prod, 2026-12: ", asked.Out, StringComparison.Ordinal);
        Assert.NotEqual(planned.Out, asked.Out);
    }
}
