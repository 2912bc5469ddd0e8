using System.Collections.Immutable;
using GpuInfra.Planning.Fleets;

namespace GpuInfra.Planning.Locks;

/// <summary>
/// The fleet as it was reviewed, month by month. It is committed beside the plan as <c>(stack).fleet.lock.json</c>; a stack whose plan
/// requires it deploys the month that the plan's <c>asOf</c> names and nothing else, whatever prices, models or this program have become.
/// </summary>
/// <param name="Stack">The stack it is for.</param>
/// <param name="PlanHash">The hash of the plan that it answers.</param>
/// <param name="PriceBook">The prices that it was planned with.</param>
/// <param name="Steps">One step per month of the horizon, in order.</param>
public sealed record FleetLock(string Stack, string PlanHash, PriceBook PriceBook, ImmutableArray<FleetStep> Steps)
{
    /// <summary>What the lock of a stack is called.</summary>
    public static string FileOf(string stack) => $"{stack}.fleet.lock.json";

    /// <summary>The command that makes the lock of a stack anew.</summary>
    public static string CommandFor(string stack) => $"gpuinfra plan --stack {stack} --write";

    /// <summary>Locks a planned fleet.</summary>
    public static FleetLock Of(FleetPlan fleet) => new(fleet.Stack, fleet.PlanHash, fleet.PriceBook, fleet.Steps);
}
