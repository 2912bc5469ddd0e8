using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Finance;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Infra.Common;

/// <summary>What a used-up budget halts in one cloud. It stands in the first of its regions and reaches all of them, since a budget knows no regions.</summary>
internal sealed record HaltTask
{
    /// <summary>The plan's words.</summary>
    public required BudgetHalt Wish { get; init; }

    /// <summary>The share of a budget at which it acts.</summary>
    public required Share At { get; init; }

    /// <summary>The cloud's parts of budgets.</summary>
    public required ImmutableArray<CloudBudget> Budgets { get; init; }

    /// <summary>The cloud's regions, ordered.</summary>
    public required ImmutableArray<string> Regions { get; init; }

    /// <summary>The pools that are halted, ordered.</summary>
    public required ImmutableArray<Pool> Pools { get; init; }

    /// <summary>Who hears of it beside the owners of pools, ordered.</summary>
    public required ImmutableArray<string> Email { get; init; }

    /// <summary>Whether it has the right to act.</summary>
    public bool Acts => Wish.Mode == ShutdownMode.Enforce;

    /// <summary>The task of a region; null where the plan halts nothing in its cloud, and in other regions than the cloud's first.</summary>
    public static HaltTask? Of(FleetPlan fleet, CloudProvider cloud, string region)
    {
        ImmutableArray<string> regions = [.. fleet.Provisioned.Where(pool => pool.Cloud == cloud).Select(pool => pool.Region).Distinct().Order(StringComparer.Ordinal)];
        ImmutableArray<Pool> pools = [.. fleet.Provisioned.Where(pool => pool.Cloud == cloud && HaltedPools.IsNamed(fleet.Plan, pool)).OrderBy(pool => pool.Id, StringComparer.Ordinal)];
        return pools.IsEmpty || regions[0] != region ? null : new HaltTask
        {
            Wish = fleet.Plan.Budget!.Halt!,
            At = fleet.Plan.Budget.HaltAt,
            Budgets = [.. CloudBudget.Of(fleet).Where(budget => budget.Cloud == cloud)],
            Regions = regions,
            Pools = pools,
            Email = fleet.Plan.Budget.Alerts!.Email,
        };
    }
}
