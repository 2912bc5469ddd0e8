using System.Diagnostics;
using GpuInfra.Offline;
using GpuInfra.Offline.Diff;
using GpuInfra.Offline.Drift;
using GpuInfra.Planning.Bridges;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Locks;

namespace GpuInfra.Benchmarks;

/// <summary>
/// What a reviewer waits for: production's lock read twice and compared, two records of over 5,000 resources, of which every group changes, and such a
/// record against the state of as many.
/// </summary>
internal static class DiffScale
{
    private const int Servings = 260;

    public static async Task RunAsync()
    {
        var file = Path.Combine(Repository.Root, "stacks", "prod.fleet.lock.json");
        var watch = Stopwatch.StartNew();
        var (before, after) = (LockText.Read(File.ReadAllText(file), file), LockText.Read(File.ReadAllText(file), file));
        var month = LockDiff.Between(before, after).FirstShared!.Value;
        _ = CostBridge.Between(PricedFleet.Of(month.Before), PricedFleet.Of(month.After));
        Console.WriteLine(FormattableString.Invariant($"two locks of production, cold: {watch.Elapsed.TotalSeconds:F2} s"));

        var fleet = Scale.Fleet(Servings);
        var grown = fleet with { Pools = [.. fleet.Pools.Select(Grown)] };
        var (old, current) = (await WriteAsync(fleet), await WriteAsync(grown));
        watch.Restart();
        // As the command does: both are read at once.
        var sides = await Task.WhenAll(new[] { old, current }.Select(path => Task.Run(() => RecordFile.Read(path, path))));
        var records = (Before: sides[0], After: sides[1]);
        var read = watch.Elapsed;
        var diff = RecordComparison.Compare(records.Before, records.After, DiffOptions.Strict);
        Console.WriteLine(FormattableString.Invariant(
            $"two records of {records.After.Resources.Length} resources ({new FileInfo(old).Length >> 20} MiB each), {diff.Resources.Length} changes: {watch.Elapsed.TotalSeconds:F2} s, {read.TotalSeconds:F2} s of it reading"));

        var state = await StateAsync(fleet);
        watch.Restart();
        var reading = Task.Run(() => StateFile.Read(state, state));
        var planned = RecordFile.Read(current, current);
        var deployed = await reading;
        read = watch.Elapsed;
        var drift = StackDrift.Between(deployed, planned, DiffOptions.Strict);
        Console.WriteLine(FormattableString.Invariant(
            $"a state of {deployed.Resources.Length} resources ({new FileInfo(state).Length >> 20} MiB), {drift.Diff.Resources.Length} drifted: {watch.Elapsed.TotalSeconds:F2} s, {read.TotalSeconds:F2} s of it reading both"));
        Array.ForEach([old, current, state], File.Delete);
    }

    private static Pool Grown(Pool pool) => pool with
    {
        Instances = new InstanceCounts(pool.Instances.Min + 1, pool.Instances.Desired + 1, pool.Instances.Max + 1),
        Zones = pool.Zones.SetItem(0, pool.Zones[0] with { Instances = pool.Zones[0].Instances + 1 }),
    };

    private static async Task<string> StateAsync(FleetPlan fleet)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, States.Of((await Scale.DeployAsync(fleet)).Resolved).ToJsonString());
        return file;
    }

    private static async Task<string> WriteAsync(FleetPlan fleet)
    {
        var file = Path.GetTempFileName();
        await using var stream = File.Create(file);
        PreviewJson.Write(stream, FleetPreview.Judge(fleet, await Scale.DeployAsync(fleet)));
        return file;
    }
}
