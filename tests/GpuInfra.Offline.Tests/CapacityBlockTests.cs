using GpuInfra.Offline.Policies;
using Pulumi.Offline;

namespace GpuInfra.Offline.Tests;

/// <summary>A Capacity Block of the ledger that begins with the deployed month, followed into the record.</summary>
public sealed class CapacityBlockTests : IDisposable
{
    private readonly Sandbox _sandbox = new();

    public void Dispose() => _sandbox.Dispose();

    [Fact]
    public async Task Its_machines_are_priced_as_held_and_keep_every_policy()
    {
        var type = (await Prod.Record).Fleet.Pools.First(pool => pool.Id.StartsWith("assistant-aws-us-east-1-reserved", StringComparison.Ordinal)).InstanceType;
        Directory.CreateDirectory(_sandbox.Stacks("approvals"));
        await File.WriteAllTextAsync(_sandbox.Stacks("approvals/cbo-1.yaml"), "version: 1\noffering: cbo-1\npriceCap: $100k\napprovedBy: cfo@example.com\napprovedOn: 2026-11-01\nexpires: 2026-12-15\n");
        _sandbox.Change("reservations.yaml", "reservations: []", $"""
            reservations:
              - id: cr-0123456789abcdef0
                kind: capacityBlock
                cloud: aws
                account: "333344445555"
                region: us-east-1
                zone: use1-az2
                instanceType: {type}
                count: 1
                start: 2026-12-01
                end: 2026-12-31
                hourlyUsd: $5
                approval: cbo-1.yaml
                assign: {"{ prod: 1 }"}
            """);
        var record = await FleetPreview.RunAsync(PlanSource.OfStack(ProjectDirectory.At(_sandbox.Root)!, "prod"));

        Assert.Equal(1, record.Fleet.Pools.SelectMany(pool => pool.Held).Sum(use => use.Instances));
        Assert.DoesNotContain(record.Checks, check => check.Status == CheckStatus.Fail);
        var group = record.Resolved.Resources.Single(resource => resource.Type == ResourceTypes.AutoScalingGroup && resource.Name.EndsWith("cr-0123456789abcdef0", StringComparison.Ordinal));
        Assert.Equal((0m, 1m), (group.Inputs.NumberAt("desiredCapacity"), group.Inputs.NumberAt("maxSize")));
        Assert.Contains("desiredCapacity", group.Options.IgnoreChanges);
        Assert.Equal(
            ["31 11 * 12 *", "2026-12-31T10:30:00Z"],
            record.Resolved.Resources.Where(resource => resource.Type == "aws:autoscaling/schedule:Schedule" && resource.Name.Contains("cr-0123456789abcdef0", StringComparison.Ordinal))
                .OrderByDescending(schedule => schedule.Name, StringComparer.Ordinal).Select(schedule => schedule.Inputs.TextAt("recurrence") ?? schedule.Inputs.TextAt("startTime")));
    }
}
