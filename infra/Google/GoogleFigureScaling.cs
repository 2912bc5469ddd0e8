using GpuInfra.Planning.Fleets;
using Pulumi;
using Pulumi.Gcp.Compute;
using Pulumi.Gcp.Compute.Inputs;

namespace GpuInfra.Infra.Google;

/// <summary>Gives a group the size that a figure asks for, from none to the planned one: a figure of the group, not of its machines, so it works from zero.</summary>
internal static class GoogleFigureScaling
{
    /// <param name="pool">The pool.</param>
    /// <param name="group">The group.</param>
    /// <param name="warmUpSeconds">Seconds until a new machine answers.</param>
    /// <param name="figure">The figure's name in Cloud Monitoring.</param>
    /// <param name="filter">Which series of it.</param>
    /// <param name="perMachine">How much of it one machine is for.</param>
    public static RegionAutoscalerArgs Of(Pool pool, Input<string> group, int warmUpSeconds, string figure, Input<string> filter, double perMachine) => new()
    {
        Region = pool.Region,
        Target = group,
        AutoscalingPolicy = new RegionAutoscalerAutoscalingPolicyArgs
        {
            MinReplicas = 0,
            MaxReplicas = pool.Instances.Max,
            Mode = "ON",
            CooldownPeriod = warmUpSeconds,
            Metrics = { new RegionAutoscalerAutoscalingPolicyMetricArgs { Name = figure, Filter = filter, SingleInstanceAssignment = perMachine } },
        },
    };
}
