using System.Collections.Immutable;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Finance;

/// <summary>
/// What copies and cascades send to APIs in a month: the serving's planned tokens times the share, as if the API's answers were as long. What overflows is not
/// in it: it depends on what is lost, and a replay tells it.
/// </summary>
/// <param name="Serving">The serving.</param>
/// <param name="Use"><c>shadow</c> or <c>cascade</c>.</param>
/// <param name="Api">The API.</param>
/// <param name="Share">How many of the serving's requests.</param>
/// <param name="Tokens">What they are together.</param>
/// <param name="Monthly">What they cost at the API's list price, in whole cents; null where the plan names no price of it.</param>
public sealed record ApiSpend(string Serving, string Use, ApiBackend Api, Share Share, TokenCount Tokens, Usd? Monthly)
{
    /// <summary>The month's spend, ordered by serving; empty where no serving has a copy or a cascade to an API, or no router is deployed.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="month">The month.</param>
    public static ImmutableArray<ApiSpend> Of(CapacityPlan plan, Month month)
    {
        if (!plan.Router.IsDeployed || plan.Router.Routes.All(route => route.Shadow is null && route.Cascade is null))
        {
            return [];
        }

        var forecast = new DemandForecast(plan);
        return [.. plan.Router.Routes.SelectMany(Uses)];

        IEnumerable<ApiSpend> Uses(ServingRoute route)
        {
            if (route.Shadow is { } shadow && plan.Router.ApiOf(route, shadow.To) is { } copied)
            {
                yield return Spend(route, "shadow", copied, shadow.Share);
            }

            if (route.Cascade is { IsApi: true } cascade && plan.Router.ApiOf(route, cascade.To) is { } larger)
            {
                yield return Spend(route, "cascade", larger, cascade.Escalates);
            }
        }

        ApiSpend Spend(ServingRoute route, string use, ApiBackend api, Share share)
        {
            var cached = plan.Servings.First(serving => serving.Name == route.Serving).Techniques.PrefixCacheHitRate;
            var tokens = plan.Workloads.Where(workload => workload.Serving == route.Serving).Select(workload => TokenCount.Of(forecast, workload, month, cached))
                .Aggregate(new TokenCount(0, 0, 0, 0), (sum, one) => sum.Plus(one)).Times(share.Fraction);
            return new ApiSpend(route.Serving, use, api, share, tokens, api.Price is { } price ? tokens.At(price).ToCents() : null);
        }
    }

    /// <summary>The sum of what has a price.</summary>
    public static Usd Total(IEnumerable<ApiSpend> spend) => new(spend.Sum(one => one.Monthly?.Amount ?? 0));
}
