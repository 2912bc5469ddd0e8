using System.Collections.Immutable;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Plans.Ledgers;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>Machines outside the clouds in the deployed month: whose they are, who uses them, what they cost.</summary>
/// <param name="Row">The ledger's row, with what the stack was given.</param>
/// <param name="Machines">Machines that the stack may use in the month; zero before the row's first month and after its last.</param>
/// <param name="Used">Machines by serving, ordered by it.</param>
/// <param name="Monthly">What is paid for them in an average month.</param>
public sealed record ExternalUse(ExternalCapacity Row, int Machines, ImmutableArray<(string Serving, int Machines)> Used, Usd Monthly)
{
    /// <summary>All rows of the stack.</summary>
    internal static ImmutableArray<ExternalUse> Of(CapacityPlan plan, ImmutableArray<Pool> pools) =>
    [
        .. plan.Ledger.External.Select(row =>
        {
            var given = row.HoldsIn(plan.AsOf) ? row.Grant.Given : 0;
            var used = pools.Where(pool => pool.IsExternal && pool.InstanceType == row.Id).Select(pool => (pool.Serving, pool.Instances.Desired)).ToImmutableArray();
            var paid = row.IsPaidByUse ? used.Sum(use => use.Desired) : given;
            return new ExternalUse(row, given, used, (row.Hourly * paid * UsdPerHour.HoursPerMonth).ToCents());
        }),
    ];
}
