using GpuInfra.Planning.Routes;

namespace GpuInfra.Offline.Policies;

/// <summary>Requests find an answer, whatever single thing is lost.</summary>
internal static class RouteRules
{
    /// <summary>The others carry what a lost backend leaves.</summary>
    public static Policy<Evidence> BackendLoss { get; } = new(
        "backend-loss",
        "after the loss of any single backend the others serve as much of P95 demand as router.absorb asks for, or as survives the loss of a cloud",
        "plan more on the others (headroom, survive, another pool), let an API take the overflow, or ask for less: router.absorb.",
        evidence => RoutingTable.Of(evidence.Fleet).Routes.Select(route => new Look(route.Serving.Name, [.. route.Losses
            .Where(loss => !loss.Holds)
            .Select(loss => $"without {loss.Lost} {loss.OfP95} of P95 demand is served; {loss.Asked} is asked")])))
    {
        Noun = "serving",
    };
}
