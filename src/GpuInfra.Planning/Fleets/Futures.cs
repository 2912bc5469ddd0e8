using System.Collections.Immutable;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// Three futures with weights. A low, a middle and a high one stand for P10, P50 and P90 and weigh 30, 40 and 30 % (Swanson's rule,
/// which keeps mean and spread of moderately skewed distributions; Hurst, Brown and Swanson, AAPG Bulletin 84, 2000).
/// </summary>
internal static class Futures
{
    /// <summary>The weights of a low, a middle and a high future.</summary>
    public static ImmutableArray<Share> Weights { get; } = [Share.FromPercent(30), Share.FromPercent(40), Share.FromPercent(30)];

    /// <summary>The growth policies in place of the plan's growth.</summary>
    public static ImmutableArray<(string Name, Share Weight, CapacityPlan Plan)> Of(CapacityPlan plan) => Weighted(
        [.. new[] { Growth.Conservative, Growth.Middle, Growth.Aggressive }.Cast<Growth.ToFactor>().Select(policy => (policy.Name, Under(plan, policy)))]);

    /// <summary>Three plans, the lowest first, with their weights.</summary>
    public static ImmutableArray<(string Name, Share Weight, CapacityPlan Plan)> Weighted(ImmutableArray<(string Name, CapacityPlan Plan)> plans) =>
        [.. plans.Zip(Weights, (plan, weight) => (plan.Name, weight, plan.Plan))];

    private static CapacityPlan Under(CapacityPlan plan, Growth growth) =>
        plan with { Workloads = [.. plan.Workloads.Select(workload => workload with { Growth = growth with { Events = workload.Growth.Events } })] };
}
