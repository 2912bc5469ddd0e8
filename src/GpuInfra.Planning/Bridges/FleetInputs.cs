using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Sizing;

namespace GpuInfra.Planning.Bridges;

/// <summary>All that a fleet follows from.</summary>
/// <param name="Capacity">The plan.</param>
/// <param name="Stack">The stack it is for.</param>
/// <param name="Catalog">Prices, and figures of GPUs and models.</param>
/// <param name="Calibration">Coefficients of the performance model.</param>
/// <param name="Running">The fleet that runs, by month; empty when nothing does.</param>
public sealed record FleetInputs(CapacityPlan Capacity, string Stack, Catalog Catalog, Calibration Calibration, ImmutableArray<FleetStep> Running)
{
    /// <summary>Two inputs of the same identity give the same fleet.</summary>
    internal string Identity => string.Join(
        '/', PlanFingerprint.Of(Capacity, Catalog.Hash), Capacity.AsOf, string.Join(',', Calibration.Rows.Select(row => row.Value.ToString("R", null))),
        string.Join(',', Calibration.Bands.Select(band => band.Band)),
        string.Join(',', Running.SelectMany(step => step.Pools.Select(pool => $"{step.Month} {pool.Id} {pool.InstanceType} {pool.Instances.Desired}"))));

    /// <summary>The fleet of every month.</summary>
    /// <exception cref="PlanException">The plan cannot be met.</exception>
    public FleetPlan Fleet() => Planner.Plan(Capacity, Stack, Catalog, Running, Calibration, null);

    /// <summary>The fleet of the deployed month. Later months do not bear on it and are not planned.</summary>
    /// <exception cref="PlanException">The plan cannot be met.</exception>
    internal FleetPlan Deployed() => Planner.Plan(Capacity, Stack, Catalog, Running, Calibration, Capacity.AsOf);
}
