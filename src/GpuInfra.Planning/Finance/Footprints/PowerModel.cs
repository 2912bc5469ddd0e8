using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Finance.Footprints;

/// <summary>
/// What machines draw. A machine with GPUs of design power P (TDP) draws P × host × (idle + (full − idle) × busy), with the power of the whole machine over that
/// of its GPUs, and what an idle and a fully busy one draw of that. Its building draws that by its power usage effectiveness.
/// </summary>
/// <param name="catalog">The GPUs' design power.</param>
/// <param name="assumptions"><c>hostPowerFactor</c>, <c>idlePowerPercent</c> and <c>fullPowerPercent</c>.</param>
/// <param name="use">How busy pools are planned to be.</param>
internal sealed class PowerModel(Catalog catalog, Assumptions assumptions, ImmutableArray<PoolUtilization> use)
{
    private const double Percent = 100;

    private readonly Dictionary<string, double> _busy = use.ToDictionary(pool => pool.Pool, pool => Math.Min(1, pool.Mean.Fraction), StringComparer.Ordinal);

    /// <summary>
    /// How busy a pool is planned to be on average while it runs. A draining pool is idle; a pool that is not among those of the deployed month is as busy as their mean.
    /// </summary>
    public double BusyOf(Pool pool) => pool.IsDraining ? 0 : _busy.TryGetValue(pool.Id, out var known) ? known : _busy.Count == 0 ? 1 : _busy.Values.Average();

    /// <summary>Watts of a pool's machines at their desired number.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="busy">How busy they are, from 0 to 1.</param>
    public double Watts(Pool pool, double busy)
    {
        var (idle, full) = ((double)assumptions["idlePowerPercent"] / Percent, (double)assumptions["fullPowerPercent"] / Percent);
        return DesignWatts(pool) * (double)assumptions["hostPowerFactor"] * (idle + ((full - idle) * busy));
    }

    /// <summary>Design power of a pool's GPUs, in watts.</summary>
    public double DesignWatts(Pool pool) => pool.Instances.Desired * pool.GpusPerInstance * catalog.FindGpu(pool.Gpu)!.Board.PowerWatts;
}
