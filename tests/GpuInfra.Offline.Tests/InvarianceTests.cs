using Pulumi.Offline;

namespace GpuInfra.Offline.Tests;

/// <summary>What a change of the plan may and may not touch, seen in what the program registers.</summary>
public sealed class InvarianceTests : IDisposable
{
    private readonly Sandbox _sandbox = new();

    [Theory]
    [InlineData("dev")]
    [InlineData("staging")]
    [InlineData("prod")]
    public async Task Every_stack_previews_with_no_schema_error_and_no_failed_check(string stack)
    {
        var record = await Prod.RunAsync(stack);
        Assert.True(record.Preview.Succeeded);
        Assert.True(record.Resolved.Succeeded);
        Assert.True(record.Passed, string.Join('\n', record.Checks));
    }

    [Fact]
    public async Task Doubling_a_workload_changes_the_pools_of_its_serving_and_nothing_else()
    {
        var before = Resources(await Prod.Record);
        _sandbox.Change("prod.plan.yaml", "copilot, demand: { scale: 40 }", "copilot, demand: { scale: 80 }");
        var after = Resources(await PreviewAsync());

        var changed = before.Keys.Union(after.Keys)
            .Where(urn => before.GetValueOrDefault(urn) != after.GetValueOrDefault(urn))
            .ToList();
        Assert.NotEmpty(changed);

        // The stack's outputs are the totals, and a pool of the serving that is new is looked for by the monitor; everything else that changed belongs to "coder".
        Assert.All(changed.Where(urn => !urn.Contains("pulumi:pulumi:Stack", StringComparison.Ordinal)), urn =>
            Assert.True(urn.Contains("::coder-", StringComparison.Ordinal) || urn.EndsWith("-monitor-prometheus", StringComparison.Ordinal), urn));
    }

    [Fact]
    public async Task The_order_of_a_plan_changes_no_resource_and_no_hash()
    {
        _sandbox.Change("prod.plan.yaml", "  - { name: chat, demand: { scale: 40 } }       # 221 requests/s on average\n", "");
        _sandbox.Change("prod.plan.yaml", "\n# Online capacity is reserved", "  - { name: chat, demand: { scale: 40 } }\n\n# Online capacity is reserved");
        var shuffled = await PreviewAsync();
        Assert.Equal((await Prod.Record).Fleet.PlanHash, shuffled.Fleet.PlanHash);
        Assert.Equal(RecordJson.ToText((await Prod.Record).Preview), RecordJson.ToText(shuffled.Preview));
    }

    public void Dispose() => _sandbox.Dispose();

    private static Dictionary<string, string> Resources(PreviewRecord record) =>
        record.Preview.Resources.ToDictionary(resource => resource.Urn, RecordJson.ToText);

    private Task<PreviewRecord> PreviewAsync() => FleetPreview.RunAsync(PlanSource.OfStack(ProjectDirectory.At(_sandbox.Root)!, "prod"));
}
