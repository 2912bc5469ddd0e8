using System.Collections.Immutable;
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
        var byId = pools.ToDictionary(pool => pool.Id, StringComparer.Ordinal);
        var lines = new StringBuilder();
        Line("answer", Milliseconds(route.LongestAnswer));
        Line("places", Places(entry, route));
        foreach (var (api, share) in SharesOf(entry, route))
        {
            Line("share", api, share);
        }

        foreach (var target in PoolsOf(entry, route))
        {
            Line("pool", nameOf(target.Pool), Number(target.Rank), Number(target.Weight), Number(target.Most));
            foreach (var rung in byId[target.Pool].Ladder.OrderBy(rung => rung.InstanceType, StringComparer.Ordinal))
            {
                Line("machine", nameOf(target.Pool), rung.InstanceType.Split('+')[0], Number(rung.ReplicasPerInstance));
            }
        }

        return lines.ToString();

        void Line(params ReadOnlySpan<string> words) => lines.Append(string.Join(' ', words!)).Append('\n');
    }

    /// <summary>
    /// The same figures as the files that HAProxy reads when it starts, by name: in a cluster nobody tells it anything while it runs, but which canaries are stopped.
    /// </summary>
    /// <param name="entry">The entry.</param>
    public static ImmutableSortedDictionary<string, string> Maps(RouterEntry entry)
    {
        var routes = entry.Table.Routes;
        var maps = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["answer.map"] = Lines(routes.Select(route => (route.Serving.Name, Milliseconds(route.LongestAnswer)))),
            ["places.map"] = Lines(routes.Select(route => (route.Serving.Name, Places(entry, route)))),
            ["shares.map"] = Lines(routes.SelectMany(route => SharesOf(entry, route).Select(share => ($"{route.Serving.Name}/{share.Api}", share.Thousandths)))),
            ["state.map"] = Lines([("ready", "1")]),
        };
        if (entry.Table.Router.StopsCanaries)
        {
            maps["stopped.map"] = "";
        }

        return maps.ToImmutableSortedDictionary(StringComparer.Ordinal);

        static string Lines(IEnumerable<(string Key, string Value)> rows) => string.Concat(rows.Select(row => $"{row.Key} {row.Value}\n"));
    }

    /// <summary>What routers are told of the region's pools of a serving, ordered by name.</summary>
    internal static ImmutableArray<PoolTarget> PoolsOf(RouterEntry entry, Route route)
    {
        var here = Here(entry, route);
        var wishes = here.ToDictionary(backend => backend.Name, backend => Wish(route, backend), StringComparer.Ordinal);
        var most = wishes.Values.DefaultIfEmpty(0).Max();
        return
        [
            .. here.Select(backend => new PoolTarget(
                backend.Name,
                RankOf(backend),
                most > 0 ? (int)Math.Clamp(Math.Round(Fastest * wishes[backend.Name] / most), 1, MostWeight) : Fastest,
                Math.Max(1, backend.Concurrency))),
        ];
    }

    private static List<Backend> Here(RouterEntry entry, Route route) => [.. entry.PoolsOf(route).OrderBy(backend => backend.Name, StringComparer.Ordinal)];

    /// <summary>Thousandths of requests that each API and those before it take.</summary>
    private static IEnumerable<(string Api, string Thousandths)> SharesOf(RouterEntry entry, Route route)
    {
        var sum = 0.0;
        foreach (var api in entry.OverflowOf(route))
        {
            sum += route.Backends.First(backend => backend.Name == api.Name).Weight.Fraction;
            yield return (api.Name, Number(1000 * sum));
        }
    }

    /// <summary>The rank's backend; those on their way out have the last.</summary>
    private static int RankOf(Backend backend) => backend.IsDraining ? RouterEntry.Ranks - 1 : Math.Min(backend.Rank, RouterEntry.Ranks - 2);

    /// <summary>What a replica is to get of the serving's requests: its planned rate, or its part of what is given by hand.</summary>
    private static double Wish(Route route, Backend backend) => backend.Replicas == 0 ? 0
        : (route.Wish.Weights.IsEmpty || backend.IsDraining ? backend.RequestsPerSecond : backend.Weight.Fraction) / backend.Replicas;

    /// <summary>Thousandths of a request that may wait for each replica: what it serves while the first may still be answered in time.</summary>
    private static string Places(RouterEntry entry, Route route)
    {
        var here = Here(entry, route);
        var replicas = here.Sum(backend => backend.Replicas);
        var rate = replicas == 0 ? 0 : here.Sum(backend => backend.RequestsPerSecond) / replicas;
        return Number(Math.Max(1, 1000 * rate * route.LongestWait.TotalSeconds));
    }

    private static string Milliseconds(TimeSpan time) => Number(time.TotalMilliseconds);

    private static string Number(double value) => Math.Round(value).ToString("F0", CultureInfo.InvariantCulture);
}

/// <summary>What routers are told of a pool.</summary>
/// <param name="Pool">The pool's id.</param>
/// <param name="Rank">The rank's backend that it belongs to.</param>
/// <param name="Weight">Of each replica, 1 to 256.</param>
/// <param name="Most">Requests that a replica has at once.</param>
internal readonly record struct PoolTarget(string Pool, int Rank, int Weight, int Most);
