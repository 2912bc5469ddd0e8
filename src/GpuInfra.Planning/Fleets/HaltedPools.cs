using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Fleets;

/// <summary>Pools that are halted when a budget is used up.</summary>
public static class HaltedPools
{
    /// <summary>True where a used-up budget does more than to tell people: outside production, and in it where the plan says so.</summary>
    public static bool Acts(CapacityPlan plan) =>
        plan.Budget is { Alerts: not null, Halt: { } halt } && (plan.Environment != DeploymentEnvironment.Prod || halt.Production == ProductionHalt.Hold);

    /// <summary>True for a pool that is halted. Reservations are paid whether machines run on them or not, and external machines are not the stack's.</summary>
    public static bool IsNamed(CapacityPlan plan, Pool pool) =>
        Acts(plan) && pool is { IsExternal: false, Tier: not Tier.Reserved } && IsMeant(plan.Budget!.Halt!, pool);

    /// <summary>True for a pool that the plan's words mean, whether it can be halted or not.</summary>
    internal static bool IsMeant(BudgetHalt halt, Pool pool) => halt.Pools.Contains(pool.Id) || halt.Servings.Contains(pool.Serving) || halt.Teams.Contains(pool.Team);
}
