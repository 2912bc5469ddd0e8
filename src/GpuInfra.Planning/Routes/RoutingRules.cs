using System.Collections.Immutable;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Routes;

/// <summary>What a plan's router may say only if the fleet has it: a pool's name is known when it is planned.</summary>
internal static class RoutingRules
{
    /// <summary>Refuses shares of pools that are not there or have no capacity, and cascades that the fleet cannot keep.</summary>
    /// <exception cref="PlanException">There are such.</exception>
    public static void Require(CapacityPlan plan, ImmutableArray<Pool> pools, ImmutableArray<ServingFleet> servings)
    {
        var problems = plan.Router.Routes.SelectMany(route => Problems(route, [.. pools.Where(pool => pool.Serving == route.Serving)])
            .Concat(CascadeRules.Problems(plan, route, pools, servings))).ToList();
        if (problems.Count > 0)
        {
            throw new PlanException(problems);
        }
    }

    private static IEnumerable<PlanProblem> Problems(ServingRoute route, ImmutableArray<Pool> pools)
    {
        foreach (var weight in route.Weights)
        {
            var pool = pools.FirstOrDefault(pool => pool.Id == weight.Backend);
            var message = pool is null
                ? $"unknown backend{Suggestion.DidYouMean(weight.Backend, [.. pools.Select(known => known.Id)])}; pools of {route.Serving} are {string.Join(", ", pools.Select(known => known.Id))}"
                : pool.IsDraining || pool.RequestsPerSecond <= 0
                ? $"{weight.Share} of the requests for a pool {(pool.IsDraining ? "on its way out" : "without capacity")}: give its share to the others, or leave weights out"
                : null;
            if (message is not null)
            {
                yield return route.Location.Problem($"router.routes.{route.Serving}.weights.{weight.Backend}", message);
            }
        }
    }
}
