using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Routes;

/// <summary>Ranks and weights of a serving's backends.</summary>
internal static class RouteBackends
{
    /// <summary>Ordered by rank and name.</summary>
    public static ImmutableArray<Backend> Of(RouteStrategy strategy, ServingRoute wish, ImmutableArray<Pool> pools)
    {
        var carrying = pools.Where(pool => !pool.IsDraining).ToList();
        var takesPart = strategy == RouteStrategy.RateLimitAware && wish.Weights.IsEmpty;
        var capacity = carrying.Sum(pool => pool.RequestsPerSecond) + (takesPart ? wish.Overflow.Sum(api => api.RequestsPerSecond) : 0);
        var order = Order(strategy, carrying);
        var last = order.Count == 0 ? 0 : order.Values.Max() + 1;
        var byHand = wish.Weights.ToDictionary(weight => weight.Backend, weight => weight.Share, StringComparer.Ordinal);
        return
        [
            .. pools.Select(Pool).Concat(wish.Overflow.Select(Api))
                .OrderBy(backend => backend.Rank).ThenBy(backend => backend.Kind).ThenBy(backend => backend.Name, StringComparer.Ordinal),
        ];

        Backend Pool(Pool pool) => new()
        {
            Name = pool.Id,
            Kind = BackendKind.Pool,
            Cloud = pool.Cloud,
            Region = pool.Region,
            Replicas = pool.Replicas,
            Concurrency = pool.Engine.MaxConcurrency,
            RequestsPerSecond = pool.RequestsPerSecond,
            IsDraining = pool.IsDraining,
            Weight = pool.IsDraining ? default : wish.Weights.IsEmpty ? Share.FromFraction(pool.RequestsPerSecond / capacity) : byHand.GetValueOrDefault(pool.Id),
            Rank = pool.IsDraining ? last : order[pool.Id],
        };

        Backend Api(ApiBackend api) => new()
        {
            Name = api.Name,
            Kind = BackendKind.Api,
            Region = api.Region,
            RequestsPerSecond = api.RequestsPerSecond,
            Weight = takesPart ? Share.FromFraction(api.RequestsPerSecond / capacity) : default,
            Rank = takesPart ? 0 : last + 1,
        };
    }

    /// <summary>Ranks by pool: pools that are alike to the strategy have one rank together.</summary>
    private static Dictionary<string, int> Order(RouteStrategy strategy, IReadOnlyCollection<Pool> pools)
    {
        return strategy switch
        {
            RouteStrategy.Cost => By(pool => (double)pool.Hourly.Amount / pool.RequestsPerSecond),
            RouteStrategy.Latency => By(pool => pool.Latency?.TimePerOutputToken.TotalSeconds ?? 0),
            RouteStrategy.Quality => By(pool => -pool.Engine.Precision.BytesPerWeight()),
            _ => By(_ => 0),
        };

        Dictionary<string, int> By(Func<Pool, double> key)
        {
            var keys = pools.Select(key).Distinct().Order().ToList();
            return pools.ToDictionary(pool => pool.Id, pool => keys.IndexOf(key(pool)), StringComparer.Ordinal);
        }
    }
}
