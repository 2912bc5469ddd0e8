using GpuInfra.Offline.Policies;
using GpuInfra.Planning.Plans;
using Pulumi;
using Pulumi.Offline;

namespace GpuInfra.Offline.Tests;

/// <summary>Production with a canary that stops by itself.</summary>
public sealed class CanaryTests
{
    private static readonly Lazy<Task<PreviewRecord>> Stops = new(() => RunAsync(monitors: true));

    [Fact]
    public async Task It_keeps_every_policy_and_changes_no_fleet()
    {
        var record = await Stops.Value;
        Assert.Equal("", string.Join('\n', record.Checks.Where(check => check.Status == CheckStatus.Fail).Select(check => $"{check.Id} {check.Subject} {check.Detail}")));
        Assert.Equal((await Prod.Record).Fleet.PlanHash, record.Fleet.PlanHash);
    }

    [Fact]
    public async Task Routers_look_at_the_word_and_monitors_may_write_it_and_nothing_else_there()
    {
        var record = await Stops.Value;
        var config = One(record, "aws-us-east-1-router-config").Inputs.TextAt("content")!;
        Assert.Contains("!{ str(assistant),map_str_int(/etc/gpuinfra-router/stopped.map,0) gt 0 }", config, StringComparison.Ordinal);
        Assert.Contains("ROOT = \"router/canary\"", One(record, "aws-us-east-1-router-canary").Inputs.TextAt("content"), StringComparison.Ordinal);

        var policy = One(record, "gpuinfra-us-east-1-monitor-1", "aws:iam/rolePolicy:RolePolicy").Inputs.TextAt("policy")!;
        Assert.Contains("/router/canary/*", policy, StringComparison.Ordinal);
        var grant = One(record, "gpuinfra-us-central1-monitors-canaries", "gcp:storage/bucketIAMMember:BucketIAMMember");
        Assert.Equal("roles/storage.objectUser", grant.Inputs.TextAt("role"));
        Assert.EndsWith("/objects/router/canary/\")", grant.Inputs.TextAt("condition", "expression"), StringComparison.Ordinal);
        Assert.DoesNotContain("StopCanaries", One(await Prod.Record, "gpuinfra-us-east-1-monitor-1", "aws:iam/rolePolicy:RolePolicy").Inputs.TextAt("policy")!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scripts_of_routers_and_monitors_have_it_and_others_do_not()
    {
        foreach (var (record, has) in new[] { (await Stops.Value, true), (await Prod.Record, false) })
        {
            var monitor = One(record, "gpuinfra-us-central1-monitor-2", "gcp:compute/instance:Instance").Inputs.TextAt("metadataStartupScript")!;
            var router = record.Resolved.Resources.Single(resource => resource.Type == "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate" && resource.Name.EndsWith("-router", StringComparison.Ordinal)).Inputs.TextAt("metadataStartupScript")!;
            Assert.Equal(has, monitor.Contains("CANARIES='assistant=coder'\n", StringComparison.Ordinal));
            Assert.Equal(has, router.Contains("CANARIES='assistant'\n", StringComparison.Ordinal));
            Assert.Equal(has, router.Contains("stopped.map", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_region_without_a_monitor_cannot_stop_one()
    {
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => RunAsync(monitors: false));
        Assert.Contains("a canary that stops is stopped by the monitor of its region, and none stands in aws/us-east-1", refused.Message, StringComparison.Ordinal);
    }

    private static ResourceRecord One(PreviewRecord record, string name, string? type = null) =>
        Assert.Single(record.Resolved.Resources, resource => resource.Name == name && (type is null || resource.Type == type));

    private static async Task<PreviewRecord> RunAsync(bool monitors)
    {
        using var sandbox = new Sandbox();
        sandbox.Change("prod.plan.yaml", "router:\n  link: existing\n", "router:\n  link: existing\n  routes: { assistant: { canary: { to: coder, share: 5%, stops: true } } }\n");
        sandbox.Change("prod.plan.yaml", "servings:\n", "servings:\n  - { name: coder, quality: { query: eval_score, atLeast: 0.9 } }\n");
        if (!monitors)
        {
            sandbox.Watch("");
        }

        return await FleetPreview.RunAsync(PlanSource.OfStack(ProjectDirectory.At(sandbox.Root)!, "prod"));
    }
}
