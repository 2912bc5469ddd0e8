using System.Diagnostics;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Locks;
using GpuInfra.Planning.Replays;

namespace GpuInfra.Benchmarks;

/// <summary>
/// How long a replay of the production fleet takes, and how that grows: with requests (longer replays) and with replicas (the fleet twice,
/// four and eight times under the load of one, so that requests stay the same). The exponents are slopes of log time over log size.
/// </summary>
internal static class ReplayScale
{
    /// <summary>Measures and prints; the first run warms up.</summary>
    public static void Run()
    {
        var fleet = DeployedFleet.Load(Path.Combine("stacks", "prod.plan.yaml"), "prod", Catalog.Embedded);
        Time(fleet, 2);
        Console.WriteLine("  requests  replicas  wall s  CPU s  peak MiB");
        var longer = new[] { 12.5, 25, 50, 100 }.Select(minutes => Time(fleet, minutes)).ToList();
        var larger = new[] { 1, 2, 4, 8 }.Select(times => Time(Times(fleet, times), 25)).ToList();
        Console.WriteLine(FormattableString.Invariant(
            $"CPU grows with requests to the power of {OwnProcess.Exponent(longer.Select(run => (run.Requests, run.Cpu))):F2}, with replicas to the power of {OwnProcess.Exponent(larger.Select(run => (run.Replicas, run.Cpu))):F2}"));
        var proof = Stopwatch.StartNew();
        var losses = SurvivalProof.Of(fleet, Catalog.Embedded).Losses.Length;
        Console.WriteLine(FormattableString.Invariant($"survivability proof of {losses} losses: {proof.Elapsed.TotalSeconds:F2} s"));
    }

    private static (double Requests, double Replicas, double Cpu) Time(FleetPlan fleet, double minutes)
    {
        using var process = Process.GetCurrentProcess();
        var (watch, cpu) = (Stopwatch.StartNew(), process.TotalProcessorTime);

        // Noon: the nightly batch sleeps, so that all requests are of the kind that costs most.
        var result = Replayer.Replay(fleet, Catalog.Embedded, new ReplayLoad.Forecast(), new ReplayOptions { Length = TimeSpan.FromMinutes(minutes), From = new TimeOnly(12, 0) });
        process.Refresh();
        var (requests, replicas, used) = (result.Servings.Sum(serving => serving.All.Arrived), fleet.Pools.Sum(pool => pool.Replicas), (process.TotalProcessorTime - cpu).TotalSeconds);
        Console.WriteLine(FormattableString.Invariant($"{requests,10:N0} {replicas,9:N0} {watch.Elapsed.TotalSeconds,7:F2} {used,6:F2} {process.PeakWorkingSet64 >> 20,9}"));
        return (requests, replicas, used);
    }

    private static FleetPlan Times(FleetPlan fleet, int times) => fleet with
    {
        Pools =
        [
            .. fleet.Pools.Select(pool => pool with
            {
                Zones = [.. pool.Zones.Select(zone => zone with { Instances = zone.Instances * times })],
                Instances = new InstanceCounts(pool.Instances.Min * times, pool.Instances.Desired * times, pool.Instances.Max * times),
                Replicas = pool.Replicas * times,
            }),
        ],
    };
}
