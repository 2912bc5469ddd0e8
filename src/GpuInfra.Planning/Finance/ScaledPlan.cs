using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Finance;

/// <summary>A plan's deployed month as a plan of its own, with another demand.</summary>
internal static class ScaledPlan
{
    /// <summary>The deployed month alone, every workload at so many times its demand in it.</summary>
    public static CapacityPlan Of(CapacityPlan plan, double factor) => plan with
    {
        Start = plan.AsOf,
        HorizonMonths = 1,
        Draining = [],
        Workloads = [.. plan.Workloads.Select(workload => Of(plan, workload, factor))],
    };

    /// <summary>A workload at so many times its demand in the deployed month, which does not grow.</summary>
    public static Workload Of(CapacityPlan plan, Workload workload, double factor) => workload with
    {
        Growth = Growth.None,
        Demand = Times(workload.Demand, factor * GrowthCurve.FactorWithin(workload.Growth, plan.Start, plan.HorizonMonths, plan.AsOf)),
    };

    private static DemandSource Times(DemandSource source, double factor) => source switch
    {
        DemandSource.Daily daily => daily with
        {
            InputTokensPerDay = daily.InputTokensPerDay * factor,
            OutputTokensPerDay = daily.OutputTokensPerDay * factor,
            RequestsPerDay = daily.RequestsPerDay * factor,
        },
        DemandSource.Users users => users with { Count = users.Count * factor },
        DemandSource.Profiled profiled => profiled with { Scale = profiled.Scale * factor },
        _ => throw new ArgumentOutOfRangeException(nameof(source), source, "A demand that this version does not know."),
    };
}
