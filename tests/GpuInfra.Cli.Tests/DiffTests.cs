using System.Text.Json;
using GpuInfra.Cli.Reports;
using GpuInfra.Cli.Reports.Reviews;
using GpuInfra.Offline.Diff;

namespace GpuInfra.Cli.Tests;

public sealed class DiffTests : IDisposable
{
    private readonly Sandbox _sandbox = new();

    public void Dispose() => _sandbox.Dispose();

    [Theory]
    [InlineData("dev")]
    [InlineData("staging")]
    [InlineData("prod")]
    public async Task What_is_registered_is_as_reviewed(string stack)
    {
        await RecordAsync(stack, "record.json");
        Golden.AssertFile(
            $"tests/GpuInfra.Cli.Tests/Golden/record.{stack}.txt",
            RecordGolden.Of(RecordFile.Read(_sandbox.In("record.json"), "record.json")));
    }

    [Fact]
    public async Task What_is_registered_on_clusters_is_as_reviewed()
    {
        _sandbox.Change("prod.plan.yaml", "environment: prod\n", "environment: prod\nplatform: kubernetes\n");
        await RecordAsync("prod", "record.json");
        Golden.AssertFile("tests/GpuInfra.Cli.Tests/Golden/record.kubernetes.txt", RecordGolden.Of(RecordFile.Read(_sandbox.In("record.json"), "record.json")));
    }

    [Fact]
    public async Task A_doubled_workload_is_shown_as_reviewed()
    {
        await RecordAsync("prod", "before.json");
        Double();
        await RecordAsync("prod", "after.json");
        var ran = await InAsync("diff", "before.json", "after.json", "--verbose", "--md", "comment.md");
        Assert.Equal(0, ran.Code);
        Golden.AssertFile("tests/GpuInfra.Cli.Tests/Golden/diff.prod.txt", ran.Out);
        Golden.AssertFile("tests/GpuInfra.Cli.Tests/Golden/diff.prod.md", File.ReadAllText(_sandbox.In("comment.md")));
    }

    [Fact]
    public async Task A_preview_compares_with_an_earlier_record_in_every_form()
    {
        await RecordAsync("prod", "before.json");
        Double();
        var ran = await InAsync("preview", "--stack", "prod", "--diff", "before.json", "--md", "comment.md");
        Assert.Equal(0, ran.Code);
        Assert.Contains("\nChanges\n", ran.Out, StringComparison.Ordinal);
        Assert.True(
            ran.Out.IndexOf("\nChanges\n", StringComparison.Ordinal) < ran.Out.IndexOf("Fleet of 2026-12", StringComparison.Ordinal));
        Assert.Contains("### What moves the machines' cost", File.ReadAllText(_sandbox.In("comment.md")), StringComparison.Ordinal);

        var json = await InAsync("preview", "--stack", "prod", "--diff", "before.json", "--json");
        using var document = JsonDocument.Parse(json.Out);
        var diff = document.RootElement.GetProperty("diff");
        Assert.True(diff.GetProperty("passed").GetBoolean());
        Assert.Equal(0, diff.GetProperty("counts").GetProperty("delete").GetInt32());
        Assert.True(diff.GetProperty("resources").GetArrayLength() > 0);
    }

    [Fact]
    public async Task A_preview_that_loses_what_cannot_be_made_again_fails()
    {
        await RecordAsync("prod", "before.json");
        _sandbox.Change("prod.plan.yaml", "us-central1", "europe-west4");
        var ran = await InAsync("preview", "--stack", "prod", "--diff", "before.json");
        Assert.Equal(1, ran.Code);
        Assert.Contains("policy diff-protected failed: gcp.storage.Bucket gpuinfra-weights-us-central1", ran.Error, StringComparison.Ordinal);
        Assert.Contains("do not deploy this", ran.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-12", 0)]
    [InlineData("2027-01", 1)]
    public async Task A_serving_leaves_when_the_plan_retires_it_and_not_before(string after, int code)
    {
        await RecordAsync("prod", "before.json");
        var plan = File.ReadAllText(_sandbox.Stacks("prod.plan.yaml"));
        var serving = plan.IndexOf("servings:\n  - name: embedder", StringComparison.Ordinal);
        var workload = plan.IndexOf("  # 15 million texts", StringComparison.Ordinal);
        var rest = plan.IndexOf("\n# Online capacity is reserved", StringComparison.Ordinal);
        File.WriteAllText(
            _sandbox.Stacks("prod.plan.yaml"),
            $"{plan[..serving]}\nretire: [{{ name: embedder, after: {after} }}]\n"
            + plan[plan.IndexOf("\nworkloads:", StringComparison.Ordinal)..workload] + plan[rest..]);
        var ran = await InAsync("preview", "--stack", "prod", "--diff", "before.json");
        Assert.Equal(code, ran.Code);
        Assert.Contains("embedder: its last pool", ran.Out, StringComparison.Ordinal);
        Assert.Equal(code == 1, ran.Error.Contains("retire the serving", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Records_that_cannot_be_compared_are_refused()
    {
        await RecordAsync("dev", "dev.json");
        await RecordAsync("prod", "prod.json");
        Assert.Contains("two stacks", (await RefusedAsync(1, "diff", "dev.json", "prod.json")).Error, StringComparison.Ordinal);
        var missing = await RefusedAsync(1, "diff", "none.json", "prod.json");
        Assert.StartsWith("none.json: does not exist", missing.Error, StringComparison.Ordinal);
        missing = await RefusedAsync(1, "preview", "--stack", "dev", "--diff", "none.json");
        Assert.StartsWith("none.json: does not exist", missing.Error, StringComparison.Ordinal);
        await RefusedAsync(2, "diff", "dev.json");
    }

    [Fact]
    public async Task The_same_record_twice_says_that_nothing_changes()
    {
        await RecordAsync("dev", "dev.json");
        var ran = await InAsync("diff", "dev.json", "dev.json");
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.Contains("dev: 0 to create, 0 to update, 0 to replace, 0 to delete;", ran.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_comment_that_GitHub_would_refuse_names_what_it_leaves_out()
    {
        await RecordAsync("prod", "prod.json");
        var record = RecordFile.Read(_sandbox.In("prod.json"), "prod.json");
        var many = record with
        {
            Resources = [.. Enumerable.Range(0, 2_000).Select(i => record.Resources[20] with { Urn = $"urn:{i}", Name = $"extra-{i}" })],
        };
        var diff = RecordComparison.Compare(record, many, DiffOptions.Strict);
        var comment = ReviewComment.Of(new Review { Before = record, After = many, Diff = diff, Checks = diff.Gate, Today = record.Fleet.FirstDay }, "gpuinfra diff");
        Assert.True(comment.Length < MarkdownRenderer.CommentLimit);
        Assert.Matches(@"\| and [12],\d\d\d more \|", comment);
        Assert.Contains("`gpuinfra diff` shows the whole", comment, StringComparison.Ordinal);
        Assert.Contains("❌ Do not merge", comment[..300], StringComparison.Ordinal);
    }

    [Fact]
    public void A_script_cannot_close_the_fence_it_stands_in() => Assert.StartsWith(
        "````diff\n+ ```\n````\n",
        MarkdownRenderer.Render([new Block.Commands(["+ ```"], "diff")]),
        StringComparison.Ordinal);

    /// <summary>Doubles a workload of the fleet that runs: what runs stays on its machines for a small saving.</summary>
    private void Double()
    {
        _sandbox.Run();
        _sandbox.Change("prod.plan.yaml", "copilot, demand: { scale: 40 }", "copilot, demand: { scale: 80 }");
    }

    private Task<Ran> InAsync(params string[] args) => Cli.In(_sandbox.Root, args);

    private async Task RecordAsync(string stack, string file) =>
        Assert.Equal(0, (await InAsync("preview", "--stack", stack, "--record", file)).Code);

    private async Task<Ran> RefusedAsync(int code, params string[] args)
    {
        var ran = await InAsync(args);
        Assert.Equal((code, ""), (ran.Code, ran.Out));
        return ran;
    }
}
