using System.Globalization;
using System.Text;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;

namespace GpuInfra.Planning.Routes;

/// <summary>
/// What a router's agent has to know of a serving's machines in a region: all of it follows from sizing and prices, so it may change when
/// machines do, and is kept out of the router's configuration. One word and its figures a line.
/// </summary>
public static class ServingTargets
{
    /// <summary>HAProxy's largest weight, and the weight of the fastest replica.</summary>
    private const int MostWeight = 256, Fastest = 100;

    /// <summary>The lines.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="route">The serving's route.</param>
    /// <param name="pools">The fleet's pools.</param>
    /// <param name="nameOf">A pool's name as its machines carry it.</param>
    public static string Of(RouterEntry entry, Route route, IEnumerable<Pool> pools, Func<string, string> nameOf)
    {
        var here = entry.PoolsOf(route).OrderBy(backend => backend.Name, StringComparer.Ordinal).ToList();
        var byId = pools.ToDictionary(pool => pool.Id, StringComparer.Ordinal);
        var wishes = here.ToDictionary(backend => backend.Name, backend => Wish(route, backend), StringComparer.Ordinal);
        var most = wishes.Values.DefaultIfEmpty(0).Max();
        var lines = new StringBuilder();
        Line("answer", Milliseconds(route.LongestAnswer));
        Line("places", Places(route, here));
        var sum = 0.0;
        foreach (var api in entry.OverflowOf(route))
        {
            sum += route.Backends.First(backend => backend.Name == api.Name).Weight.Fraction;
            Line("share", api.Name, Number(1000 * sum));
        }

        foreach (var backend in here)
        {
            var weight = most > 0 ? (int)Math.Clamp(Math.Round(Fastest * wishes[backend.Name] / most), 1, MostWeight) : Fastest;
            Line("pool", nameOf(backend.Name), Number(RankOf(backend)), Number(weight), Number(Math.Max(1, backend.Concurrency)));
            foreach (var rung in byId[backend.Name].Ladder.OrderBy(rung => rung.InstanceType, StringComparer.Ordinal))
            {
                Line("machine", nameOf(backend.Name), rung.InstanceType.Split('+')[0], Number(rung.ReplicasPerInstance));
            }
        }

        return lines.ToString();

        void Line(params ReadOnlySpan<string> words) => lines.Append(string.Join(' ', words!)).Append('\n');
    }

    /// <summary>The rank's backend; those on their way out have the last.</summary>
    private static int RankOf(Backend backend) => backend.IsDraining ? RouterEntry.Ranks - 1 : Math.Min(backend.Rank, RouterEntry.Ranks - 2);

    /// <summary>What a replica is to get of the serving's requests: its planned rate, or its part of what is given by hand.</summary>
    private static double Wish(Route route, Backend backend) => backend.Replicas == 0 ? 0
        : (route.Wish.Weights.IsEmpty || backend.IsDraining ? backend.RequestsPerSecond : backend.Weight.Fraction) / backend.Replicas;

    /// <summary>Thousandths of a request that may wait for each replica: what it serves while the first may still be answered in time.</summary>
    private static string Places(Route route, List<Backend> here)
    {
        var replicas = here.Sum(backend => backend.Replicas);
        var rate = replicas == 0 ? 0 : here.Sum(backend => backend.RequestsPerSecond) / replicas;
        return Number(Math.Max(1, 1000 * rate * route.LongestWait.TotalSeconds));
    }

    private static string Milliseconds(TimeSpan time) => Number(time.TotalMilliseconds);

    private static string Number(double value) => Math.Round(value).ToString("F0", CultureInfo.InvariantCulture);
}
