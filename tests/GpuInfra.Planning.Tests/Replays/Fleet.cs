using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Replays;
using GpuInfra.Planning.Replays.Arrivals;

namespace GpuInfra.Planning.Tests.Replays;

/// <summary>Small fleets and loads to replay.</summary>
internal static class Fleet
{
    private static readonly Lazy<FleetPlan> Small = new(() => Planner.Plan(A.Plan(), "prod", A.Catalog));

    private static readonly Lazy<FleetPlan> Large = new(() => Planner.Plan(A.ProdPlan(), "prod", A.Catalog));

    /// <summary>One online serving on one cloud.</summary>
    public static FleetPlan OneServing => Small.Value;

    /// <summary>Two online servings and a nightly batch on two clouds, with promises.</summary>
    public static FleetPlan Prod => Large.Value;

    /// <summary>A pool of machines of one replica each, spread over zones <c>a</c>, <c>b</c>, …</summary>
    public static ReplayPool Pool(int machines, IReplicaSpeed speed, double rate = 1, int zones = 1, Tier tier = Tier.OnDemand, int? max = null)
    {
        var pool = OneServing.Pools[0] with
        {
            Id = $"queue-{tier}",
            Tier = tier,
            Zones = [.. Enumerable.Range(0, zones).Select(zone => new PoolZone($"{(char)('a' + zone)}", (machines / zones) + (zone < machines % zones ? 1 : 0)))],
            ReplicasPerInstance = 1,
            Replicas = machines,
            Instances = new InstanceCounts(tier == Tier.Spot ? 0 : machines, machines, max ?? machines),
            ReplicaCapacity = OneServing.Pools[0].ReplicaCapacity with { RequestsPerSecond = rate },
        };
        return new ReplayPool(pool, speed, TimeSpan.FromMinutes(5), [pool]);
    }

    /// <summary>A server that takes a request at a time and a microsecond per token.</summary>
    public static IReplicaSpeed Server(int places = 1) => new EncoderSpeed(1e-6, 0, places);

    /// <summary>Requests that come as a Poisson process and take exponential times on a <see cref="Server"/>.</summary>
    public static IEnumerable<Arrival> Poisson(double rate, double seconds, int seed = 1, int count = int.MaxValue)
    {
        var random = SplitRandom.Of(seed, "queue");
        var now = 0.0;
        for (var number = 0; number < count; number++)
        {
            now += random.NextExponential(1 / rate);
            yield return new Arrival(now, Math.Max(1, (int)Math.Round(random.NextExponential(seconds * 1e6))), 0);
        }
    }

    /// <summary>Plays requests through pools of a serving of which nothing is promised unless said.</summary>
    public static ServingReplay Play(IEnumerable<ReplayPool> pools, IEnumerable<Arrival> arrivals, ReplayOptions options, LatencyTarget? promised = null, params ImmutableArray<OverflowApi> apis) =>
        new ServingSimulation("queue", promised, new ApiOverflow(apis, default), [.. pools], new ListedArrivals(arrivals), options).Run();

    /// <summary>The fleet with so many machines less of the first pool of a serving, out of its fullest zone.</summary>
    public static FleetPlan Short(FleetPlan fleet, int machines) => fleet with
    {
        Pools = [.. fleet.Pools.Select((pool, index) => index > 0 ? pool : Shrunk(pool, machines))],
    };

    private static Pool Shrunk(Pool pool, int machines)
    {
        var left = pool.Instances.Desired - machines;
        var zones = pool.Zones.ToList();
        for (var gone = 0; gone < machines; gone++)
        {
            var fullest = zones.IndexOf(zones.MaxBy(zone => zone.Instances)!);
            zones[fullest] = zones[fullest] with { Instances = zones[fullest].Instances - 1 };
        }

        return pool with { Zones = [.. zones], Instances = new InstanceCounts(left, left, left), Replicas = left * pool.ReplicasPerInstance };
    }
}
