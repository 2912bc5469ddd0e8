using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Sizing.Starts;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>How soon a serving's new replicas answer, whether its headroom lasts so long, and what would make it sooner.</summary>
/// <param name="Wish">What the plan asks for; what is deployed where it asks for nothing.</param>
/// <param name="GrowthRequestsPerSecond">What the planned peak grows by during the slowest start.</param>
/// <param name="HeadroomRequestsPerSecond">Capacity above the planned peak.</param>
/// <param name="MeasuredRise">What load has risen by within so long a time in its profiles; null where they have no minutes.</param>
/// <param name="Sites">Where its machines are.</param>
public sealed record ColdStart(
    ColdStartWish Wish, double GrowthRequestsPerSecond, double HeadroomRequestsPerSecond, double? MeasuredRise, ImmutableArray<ColdStartSite> Sites)
{
    /// <summary>True when headroom covers the growth during a start, and every site meets the target where there is one.</summary>
    public bool Holds => HeadroomRequestsPerSecond >= GrowthRequestsPerSecond && Sites.All(site => site.Chosen.Holds);
}

/// <summary>The machines of a serving in a region: they share what holds their weights.</summary>
/// <param name="Cloud">The cloud.</param>
/// <param name="Region">The region.</param>
/// <param name="PoolIds">Its pools there, ordered.</param>
/// <param name="Options">Every way to start them, plainest first.</param>
/// <param name="Chosen">The cheapest that can be deployed and meets the plan's wish; the fastest where none does.</param>
/// <param name="Deployed">How they start today: from the store that is chosen, with nothing waiting.</param>
/// <param name="Restart">An engine that starts again on its machine, whose disks have the weights.</param>
public sealed record ColdStartSite(
    CloudProvider Cloud, string Region, ImmutableArray<string> PoolIds, ImmutableArray<ColdStartOption> Options, ColdStartOption Chosen, ColdStartOption Deployed, StartTime Restart);

/// <summary>A way to start machines.</summary>
/// <param name="Start">The start of the slowest pool.</param>
/// <param name="WarmPool">Machines that run loaded and wait.</param>
/// <param name="Storage">What holds the weights costs a month; null where the catalog has no price of it in the region.</param>
/// <param name="Warm">What the waiting machines cost a month.</param>
/// <param name="Holds">True when the target is met, by the start or by what waits.</param>
/// <param name="IsDeployable">True when the program can deploy the store.</param>
public sealed record ColdStartOption(StartTime Start, int WarmPool, Usd? Storage, Usd Warm, bool Holds, bool IsDeployable)
{
    /// <summary>All of it a month; null where a price is missing.</summary>
    public Usd? Monthly => Storage is { } storage ? storage + Warm : null;
}
