using System.Collections.Immutable;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Bridges;

/// <summary>What a bridge needs to know of a fleet: its pools, and what is paid and runs nothing.</summary>
/// <param name="Pools">Its pools.</param>
/// <param name="Unused">What held capacity costs a month that no pool uses, in cents.</param>
public sealed record PricedFleet(ImmutableArray<PricedPool> Pools, Usd Unused)
{
    /// <summary>A fleet's, as it is deployed.</summary>
    public static PricedFleet Of(FleetPlan fleet) => Of([.. fleet.Pools.Select(PricedPool.Of)], fleet.Cost.Monthly);

    /// <summary>A month's.</summary>
    public static PricedFleet Of(FleetStep step) => Of([.. step.Pools.Select(PricedPool.Of)], step.Monthly);

    /// <summary>Pools of a fleet that costs so much a month: what is no pool's runs nothing.</summary>
    public static PricedFleet Of(ImmutableArray<PricedPool> pools, Usd monthly) => new(pools, new Usd(monthly.Amount - pools.Sum(pool => pool.Monthly.Amount)));

    /// <summary>What it costs a month.</summary>
    public Usd Monthly => new(Pools.Sum(pool => pool.Monthly.Amount) + Unused.Amount);

    /// <summary>What is paid for what is held, used or not, less what commitments take off.</summary>
    internal decimal Committed => Pools.Sum(pool => pool.Committed) + Unused.Amount;
}
