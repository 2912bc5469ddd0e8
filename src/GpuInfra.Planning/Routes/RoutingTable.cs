using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Routes;

/// <summary>
/// Where requests go, computed from a planned fleet and nothing else. A pool's weight is its planned capacity over the capacity of all the
/// serving's pools (w_i = C_i / Σ C), unless the plan gives shares by hand; ranks follow the strategy.
/// </summary>
/// <param name="Router">What the plan says.</param>
/// <param name="Routes">Servings that are routed, ordered by name: online, embedding and experimentation. Batch work waits in a queue.</param>
public sealed record RoutingTable(RouterPlan Router, ImmutableArray<Route> Routes)
{
    /// <summary>Where nothing is promised, a request waits so long for a place.</summary>
    private static readonly TimeSpan PatientWait = TimeSpan.FromSeconds(30);

    /// <summary>Time per output token where none is promised or expected: a fifth of a second, slower than anybody reads.</summary>
    private static readonly TimeSpan SlowToken = TimeSpan.FromMilliseconds(200);

    /// <summary>Regions of clouds that hold a routed pool, each with an entry of its own, ordered.</summary>
    public ImmutableArray<(CloudProvider Cloud, string Region)> Entries =>
    [
        .. Routes.SelectMany(route => route.Backends).Where(backend => backend.Kind == BackendKind.Pool && backend.Cloud != CloudProvider.External)
            .Select(backend => (backend.Cloud!.Value, backend.Region)).Distinct().Order(),
    ];

    /// <summary>The table of a fleet. There is none, and no router, where no serving is online: nothing waits for an answer.</summary>
    public static RoutingTable Of(FleetPlan fleet) =>
        fleet.Servings.All(serving => serving.Serving.Kind != ServingKind.Online)
            ? new RoutingTable(fleet.Plan.Router, [])
            : new RoutingTable(fleet.Plan.Router, [.. fleet.Servings.Where(IsRouted).Select(serving => RouteOf(fleet, serving)).OfType<Route>()]);

    /// <summary>The route of a serving; null when it is not routed.</summary>
    public Route? Find(string serving) => Routes.FirstOrDefault(route => route.Serving.Name == serving);

    /// <summary>
    /// Model names that a serving's engines must answer to beside their own: those that clients of the servings name which may be sent to it.
    /// </summary>
    public ImmutableArray<string> AliasesOf(string serving)
    {
        var own = Find(serving)?.Serving.Model.Id;
        return [.. Routes.Where(route => route.Wish.Others.Contains(serving)).Select(route => route.Serving.Model.Id).Where(id => id != own).Distinct().Order(StringComparer.Ordinal)];
    }

    private static bool IsRouted(ServingFleet serving) =>
        serving.Serving.Kind is ServingKind.Online or ServingKind.Embedding or ServingKind.Experimentation;

    private static Route? RouteOf(FleetPlan fleet, ServingFleet answer)
    {
        var (plan, serving) = (fleet.Plan, answer.Serving);
        var pools = fleet.Pools.Where(pool => pool.Serving == serving.Name).ToImmutableArray();
        if (pools.All(pool => pool.IsDraining))
        {
            return null;
        }

        var wish = plan.Router.RouteOf(serving.Name);
        var strategy = wish.Strategy ?? plan.Router.Strategy;
        var perToken = serving.Latency?.TimePerOutputToken ?? answer.Latency?.TimePerOutputToken ?? SlowToken;
        var wait = serving.Latency?.TimeToFirstToken ?? PatientWait;
        var outputTokens = serving.Kind == ServingKind.Embedding ? 0 : serving.MaxContextTokens;
        return new Route
        {
            Serving = serving,
            Wish = wish,
            Strategy = strategy,
            Backends = [.. RouteBackends.Of(strategy, wish, pools).Select(backend => backend with { Endpoint = EndpointOf(backend) })],
            Peak = answer.Demand.PeakRequestsPerSecond,
            LongestAnswer = TimeSpan.FromSeconds(Math.Ceiling((wait + (perToken * outputTokens) + PatientWait).TotalSeconds)),
            LongestWait = wait,
            Losses = Losses(answer, wish, [.. pools.Where(pool => !pool.IsDraining)], plan.Router.Absorb ?? serving.Survive.Cloud),
        };

        string? EndpointOf(Backend backend) => pools.FirstOrDefault(pool => pool.IsExternal && pool.Id == backend.Name) is { } outside
            ? plan.Ledger.External.First(row => row.Id == outside.InstanceType).Endpoint : null;
    }

    private static ImmutableArray<BackendLoss> Losses(ServingFleet answer, ServingRoute wish, ImmutableArray<Pool> pools, Share asked)
    {
        var (peak, p95) = (answer.Demand.PeakRequestsPerSecond, answer.Demand.RequestsPerSecondAt(95));
        if (pools.All(pool => pool.Sizes.IsEmpty))
        {
            return BackendLoss.Of(
                [.. pools.Select(pool => (pool.Id, pool.RequestsPerSecond)), .. wish.Overflow.Select(api => (api.Name, api.RequestsPerSecond))], peak, p95, asked);
        }

        // Where pools are for sizes, what is left is shared out by size anew; an API takes any.
        var overflow = wish.Overflow.Sum(api => api.RequestsPerSecond);
        return
        [
            .. pools.Select(lost => Loss(lost.Id, Left(lost) + overflow)).Concat(wish.Overflow.Select(api => Loss(api.Name, Left(null) + overflow - api.RequestsPerSecond)))
                .OrderBy(loss => loss.Left).ThenBy(loss => loss.Lost, StringComparer.Ordinal),
        ];

        double Left(Pool? lost) => pools.All(pool => pool == lost) ? 0 : peak * Survivability.Left(pools, peak, pool => pool == lost ? pool.Instances.Desired : 0);

        BackendLoss Loss(string name, double left) => new(name, left, Share.FromFraction(left / peak), Share.FromFraction(left / p95), asked);
    }
}
