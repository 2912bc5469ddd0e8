using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Finance.Footprints;

/// <summary>What a fleet draws in the deployed month, and what that emits.</summary>
/// <param name="Pools">By pool, in the fleet's order.</param>
/// <param name="Servings">By serving, in the fleet's order.</param>
public sealed record Footprint(ImmutableArray<PoolFootprint> Pools, ImmutableArray<ServingFootprint> Servings)
{
    /// <summary>All of it.</summary>
    public Electricity Total => Electricity.Sum(Pools.Select(pool => pool.Electricity));

    /// <summary>The footprint of a fleet's deployed month.</summary>
    /// <param name="fleet">The fleet.</param>
    /// <param name="catalog">The GPUs' power.</param>
    /// <param name="assumptions">What machines draw, and the building of those outside the clouds (<c>powerUsageEffectiveness</c>).</param>
    /// <param name="book">Grids and buildings.</param>
    public static Footprint Of(FleetPlan fleet, Catalog catalog, Assumptions assumptions, EnergyBook book)
    {
        var pools = Of(fleet.Pools, new PowerModel(catalog, assumptions, fleet.Utilization), assumptions, book);
        var tokens = SpendPlan.Of(fleet).Workloads.ToLookup(workload => workload.Serving, workload => workload.Tokens.Input + workload.Tokens.Output);
        return new Footprint(pools,
        [
            .. fleet.Servings.Select(serving => serving.Serving.Name).Select(name =>
                new ServingFootprint(name, Electricity.Sum(pools.Where(pool => pool.Pool.Serving == name).Select(pool => pool.Electricity)), tokens[name].Sum())),
        ]);
    }

    /// <summary>What pools draw in the hours of a mean month that they run.</summary>
    internal static ImmutableArray<PoolFootprint> Of(IEnumerable<Pool> pools, PowerModel power, Assumptions assumptions, EnergyBook book) =>
    [
        .. pools.Select(pool =>
        {
            var (busy, building) = (power.BusyOf(pool), book.BuildingOf(pool.Cloud, pool.Region));
            var factor = building?.PowerUsageEffectiveness ?? (double)assumptions["powerUsageEffectiveness"];
            var grid = book.GridOf(pool.Cloud, pool.Region);
            return new PoolFootprint(pool, Share.FromFraction(busy), factor, building, grid, Electricity.Of(Energy.Of(power.Watts(pool, busy) * factor, (double)pool.HoursPerMonth), grid));
        }),
    ];
}

/// <summary>What a pool draws in a month.</summary>
/// <param name="Pool">The pool.</param>
/// <param name="Busy">How busy it is on average while it runs.</param>
/// <param name="PowerUsageEffectiveness">Power of the building by that of its machines.</param>
/// <param name="Building">Where that stands; null for machines outside the clouds, of which it is assumed.</param>
/// <param name="Grid">Its grid; null where it is not known.</param>
/// <param name="Electricity">What it draws and emits.</param>
public sealed record PoolFootprint(Pool Pool, Share Busy, double PowerUsageEffectiveness, Building? Building, Grid? Grid, Electricity Electricity);

/// <summary>What a serving draws in a month.</summary>
/// <param name="Serving">The serving.</param>
/// <param name="Electricity">What it draws and emits.</param>
/// <param name="Tokens">Tokens that it reads and generates.</param>
public sealed record ServingFootprint(string Serving, Electricity Electricity, double Tokens)
{
    private const double Million = 1e6;

    /// <summary>Kilowatt-hours for a million tokens; null where there are none.</summary>
    public double? KilowattHoursPerMillionTokens => Tokens > 0 ? Electricity.Energy.TotalKilowattHours / Tokens * Million : null;

    /// <summary>Grams of CO2e for a million tokens; null where there are none, or where a grid is not known.</summary>
    public double? GramsPerMillionTokens => Tokens > 0 && Electricity.Emission is { } emission ? emission.TotalGrams / Tokens * Million : null;
}
