using System.Diagnostics;
using System.Text.Json;

namespace GpuInfra.Cli.Tests;

/// <summary>Revisions of a project are compared as git holds them, whatever lies in the working tree.</summary>
public sealed class GitTests : IDisposable
{
    private readonly Sandbox _sandbox = new();

    public void Dispose() => _sandbox.Dispose();

    [Fact]
    public async Task Two_revisions_are_compared_with_the_cost_split_by_cause()
    {
        Commit("first");
        _sandbox.Change("dev.plan.yaml", "copilot, demand: { scale: 0.5 }", "copilot, demand: { scale: 8 }");
        Commit("second");
        _sandbox.Change("dev.plan.yaml", "copilot", "nonsense");
        var ran = await InAsync("diff", "HEAD~1", "HEAD", "--stack", "dev", "--json", "--md", "comment.md");
        using var json = JsonDocument.Parse(ran.Out);
        var parts = json.RootElement.GetProperty("bridge").GetProperty("partsUsd");
        Assert.NotEqual(0, parts.GetProperty("demand").GetDecimal());
        Assert.Equal(0, parts.GetProperty("policy").GetDecimal());
        var (before, after) = (json.RootElement.GetProperty("before").GetProperty("monthlyUsd").GetDecimal(), json.RootElement.GetProperty("after").GetProperty("monthlyUsd").GetDecimal());
        Assert.Equal(after - before, parts.EnumerateObject().Sum(part => part.Value.GetDecimal()));
        Assert.StartsWith("<!-- gpuinfra review: dev -->", File.ReadAllText(_sandbox.In("comment.md")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_preview_is_compared_with_a_revision()
    {
        Commit("first");
        _sandbox.Change("dev.plan.yaml", "headroom: 0%", "headroom: 300%");
        var ran = await InAsync("preview", "--stack", "dev", "--base", "HEAD", "--json", "--fail-on", "cost=5%");
        Assert.Equal(1, ran.Code);
        Assert.Contains("policy fail-on-cost failed: dev: ", ran.Error, StringComparison.Ordinal);
        Assert.Contains("See docs/review.md.", ran.Error, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(ran.Out);
        Assert.NotEqual(0, json.RootElement.GetProperty("diff").GetProperty("bridge").GetProperty("partsUsd").GetProperty("policy").GetDecimal());
    }

    [Fact]
    public async Task A_locked_stack_is_read_with_the_lock_of_its_revision()
    {
        File.Copy(Path.Combine(Repository.Root, "stacks", Sandbox.ProdLock), _sandbox.Stacks(Sandbox.ProdLock));
        _sandbox.Change("prod.plan.yaml", "lock: none", "lock: required");
        Commit("first");
        File.WriteAllText(_sandbox.Stacks(Sandbox.ProdLock), "spoilt");
        var ran = await InAsync("diff", "HEAD", "HEAD", "--stack", "prod");
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.Contains("0 to create, 0 to update, 0 to replace, 0 to delete", ran.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_revision_or_outside_a_repository_is_told()
    {
        var outside = await InAsync("diff", "main", "HEAD", "--stack", "dev");
        Assert.Equal((1, ""), (outside.Code, outside.Out));
        Assert.Contains("main: is no file, and no revision can be looked up", outside.Error, StringComparison.Ordinal);
        Assert.Contains("is in no git repository", (await InAsync("preview", "--stack", "dev", "--base", "main")).Error, StringComparison.Ordinal);

        Commit("first");
        Assert.Contains("nowhere: is neither a file nor a revision that git knows here", (await InAsync("diff", "nowhere", "HEAD", "--stack", "dev")).Error, StringComparison.Ordinal);
        Assert.Contains("--stack: is needed: HEAD is a git revision", (await InAsync("diff", "HEAD", "HEAD")).Error, StringComparison.Ordinal);
        Assert.Contains("no stack is called \"nine\"", (await InAsync("diff", "HEAD", "HEAD", "--stack", "nine")).Error, StringComparison.Ordinal);
        Assert.Contains("is neither a file nor a revision", (await InAsync("diff", "--", "--output=x", "HEAD")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mistake_in_a_revision_is_told_by_the_revisions_name()
    {
        _sandbox.Change("dev.plan.yaml", "headroom: 0%", "headrom: 0%");
        Commit("first");
        var ran = await InAsync("diff", "HEAD", "HEAD", "--stack", "dev");
        Assert.Equal(1, ran.Code);
        Assert.StartsWith("HEAD:stacks/dev.plan.yaml:", ran.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("gpuinfra-revision-", ran.Error, StringComparison.Ordinal);
    }

    private void Commit(string message)
    {
        if (!Directory.Exists(_sandbox.In(".git")))
        {
            Git("init", "-q");
        }

        Git("add", "-A");
        Git("-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "-q", "-m", message);
    }

    private void Git(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("git", ["-C", _sandbox.Root, .. arguments]))!;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    private Task<Ran> InAsync(params string[] args) => Cli.In(_sandbox.Root, args);
}
