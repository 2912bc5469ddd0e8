using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Routes;

/// <summary>
/// What a cascade asks of the fleet: a first token in time, though it comes after the small model's whole answer and the guardrail's word; a larger serving
/// that is planned for what comes to it; and a way out from every region.
/// </summary>
public static class CascadeRules
{
    /// <summary>
    /// When the first token of an accepted answer is there: TTFT of a long request, its answer of the mean length, and as long as the guardrail may take. Of
    /// requests that are passed on, the larger model's time is added.
    /// </summary>
    /// <param name="answer">The small serving; null latency where it has no machines that were sized.</param>
    /// <param name="cascade">Its cascade.</param>
    /// <returns>The time; null where no latency is expected.</returns>
    public static TimeSpan? FirstToken(ServingFleet answer, CascadeRoute cascade) => answer.Latency is { } latency
        ? latency.TimeToFirstToken + (latency.TimePerOutputToken * Math.Max(0, answer.Demand.OutputTokens - 1)) + cascade.Guardrail.Timeout
        : null;

    /// <summary>What is wrong with a route's cascade, each with what to write.</summary>
    internal static IEnumerable<PlanProblem> Problems(CapacityPlan plan, ServingRoute route, ImmutableArray<Pool> pools, ImmutableArray<ServingFleet> servings)
    {
        if (route.Cascade is not { } cascade || servings.FirstOrDefault(serving => serving.Serving.Name == route.Serving) is not { } small)
        {
            yield break;
        }

        var api = cascade.IsApi ? plan.Router.ApiOf(route, cascade.To) : null;
        foreach (var (cloud, region) in pools.Where(pool => pool.Serving == route.Serving && !pool.IsExternal).Select(pool => (pool.Cloud, pool.Region)).Distinct().Order())
        {
            if (!RouterEntry.HasWayOutOf(plan, cloud, region))
            {
                yield return At($"{route.Serving} runs in {region}, whose network has no way out to a guardrail: name a network that has one in clouds.aws, or leave cascade out");
            }
            else if (api?.Only is { } only && only != cloud)
            {
                yield return At($"{api.Name} speaks {JsonText.Word(api.Dialect)}, which routers on {JsonText.Word(only)} alone may ask, and {route.Serving} runs on {JsonText.Word(cloud)} too: take another API, or keep {route.Serving} on {JsonText.Word(only)}");
            }
        }

        if (small.Serving.Latency is { } promised && FirstToken(small, cascade) is { } first && first > promised.TimeToFirstToken)
        {
            yield return At(FormattableString.Invariant(
                $"the first token comes after the whole small answer and the guardrail, {first.TotalSeconds:0.0} s, and {promised.TimeToFirstToken.TotalSeconds:0.###} s are promised: write latency.timeToFirstToken: {Math.Ceiling(first.TotalSeconds):0}s for {route.Serving}, a shorter guardrail.timeout, or leave cascade out"));
        }

        if (!cascade.IsApi && servings.FirstOrDefault(serving => serving.Serving.Name == cascade.To) is { } large)
        {
            var (comes, planned) = (small.Demand.RequestsPerSecond * cascade.Escalates.Fraction, large.Demand.RequestsPerSecond);
            if (comes > planned * (1 + 1e-9))
            {
                yield return At(FormattableString.Invariant(
                    $"{cascade.Escalates} of {route.Serving}'s requests are {comes:0.###} a second, and {cascade.To} is planned for {planned:0.###} in all: give {cascade.To} a workload with them, which is what they cost"));
            }
        }

        PlanProblem At(string message) => route.Location.Problem($"router.routes.{route.Serving}.cascade", message);
    }
}
