using GpuInfra.Offline.Diff;
using GpuInfra.Offline.Tests.Diff;

namespace GpuInfra.Offline.Tests;

/// <summary>Prices move dev's servings to other GPUs, first in one update and then in two.</summary>
public sealed class DrainingTests : IDisposable
{
    private const string Cheap = "\nprices: { discounts: [{ cloud: aws, family: g6, percent: 90%, until: 2030-01 }] }\n";

    private readonly Sandbox _sandbox = new();

    public void Dispose() => _sandbox.Dispose();

    [Fact]
    public async Task A_pool_leaves_in_two_steps_draining_then_gone()
    {
        var old = await RecordAsync("");
        var moved = await RecordAsync(Cheap);
        var leaving = old.Fleet.Pools.Where(pool => moved.Fleet.Pools.All(kept => kept.Id != pool.Id)).ToList();
        Assert.NotEmpty(leaving);
        Assert.Equal(
            leaving.Select(pool => ("diff-last-pool", pool.Serving)),
            R.Diff(old, moved).Gate.Where(check => check.Status == CheckStatus.Fail).Select(check => (check.Id, check.Subject)));

        var draining = await RecordAsync(Cheap + "\ndraining:\n" + string.Concat(leaving.Select(pool =>
            $"  - {{ pool: {pool.Id}, instanceType: {pool.InstanceType}, instances: {pool.Instances} }}\n")));
        var first = R.Diff(old, draining);
        Assert.True(first.Passed, string.Join('\n', first.Gate));
        Assert.Contains(first.Resources, change => change is { Action: ResourceAction.Create, Type: R.Group });
        Assert.DoesNotContain(first.Resources, change => leaving.Any(pool => pool.Id == change.Pool));

        var second = R.Diff(draining, moved);
        Assert.True(second.Passed, string.Join('\n', second.Gate));
        Assert.Equal(
            leaving.Select(pool => pool.Id),
            second.Resources.Where(change => change is { Action: ResourceAction.Delete, Type: R.Group }).Select(change => change.Pool));
    }

    private async Task<StackRecord> RecordAsync(string more)
    {
        var file = _sandbox.Stacks("dev.plan.yaml");
        var plan = await File.ReadAllTextAsync(file);
        await File.WriteAllTextAsync(file, plan + more);
        var record = await FleetPreview.RunAsync(PlanSource.OfStack(ProjectDirectory.At(_sandbox.Root)!, "dev"));
        await File.WriteAllTextAsync(file, plan);
        Assert.True(record.Passed, string.Join('\n', record.Checks.Where(check => check.Status == CheckStatus.Fail)));
        return StackRecord.Of(record);
    }
}
