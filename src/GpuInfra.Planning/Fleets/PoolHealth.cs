using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Fleets;

/// <summary>Whose broken machines are replaced without anybody asking.</summary>
public static class PoolHealth
{
    /// <summary>
    /// Where the serving's plan says so, and not in an incident, where nothing is renewed that runs. A pool that drains is on its way out, and nothing here starts external machines.
    /// </summary>
    public static bool IsReplaced(CapacityPlan plan, Pool pool) =>
        plan.Incident is null && pool is { IsDraining: false, IsExternal: false }
        && plan.Servings.FirstOrDefault(serving => serving.Name == pool.Serving)?.Health is { Replaces: true };
}
