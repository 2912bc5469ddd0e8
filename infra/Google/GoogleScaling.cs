using GpuInfra.Infra.Common;
using GpuInfra.Planning.Fleets;
using Pulumi;
using Pulumi.Gcp.Compute;
using Pulumi.Gcp.Compute.Inputs;

namespace GpuInfra.Infra.Google;

/// <summary>Lets a group follow load. Of all signals the largest size wins, over the ten minutes that Google Cloud looks back, and machines go one by one.</summary>
internal static class GoogleScaling
{
    private const int ScaleInSeconds = 600;

    public static RegionAutoscalerArgs Of(Pool pool, LoadTarget load, Input<string> group) => new()
    {
        Region = pool.Region,
        Target = group,
        AutoscalingPolicy = new RegionAutoscalerAutoscalingPolicyArgs
        {
            MinReplicas = pool.Instances.Min,
            MaxReplicas = pool.Instances.Max,
            Mode = "ON",
            CooldownPeriod = load.WarmUpSeconds,
            Metrics = { Metric(LoadTarget.GoogleInUse, load.Scaling.InUse.Percent), Metric(LoadTarget.GoogleWaiting, load.Scaling.WaitingPerReplica) },
            ScaleInControl = new RegionAutoscalerAutoscalingPolicyScaleInControlArgs
            {
                TimeWindowSec = ScaleInSeconds,
                MaxScaledInReplicas = new RegionAutoscalerAutoscalingPolicyScaleInControlMaxScaledInReplicasArgs { Fixed = 1 },
            },
            ScalingSchedules = (load.Schedule?.Stretches ?? []).Where(stretch => stretch.Min > pool.Instances.Min).Select(Schedule).ToList(),
        },
    };

    /// <summary>A figure that each machine publishes of itself; the group's is their mean.</summary>
    private static RegionAutoscalerAutoscalingPolicyMetricArgs Metric(string name, double target) => new() { Name = name, Type = "GAUGE", Target = target };

    private static RegionAutoscalerAutoscalingPolicyScalingScheduleArgs Schedule(ScheduledStretch stretch) => new()
    {
        Name = LoadTarget.NameOf(stretch),
        Schedule = WindowSchedule.Cron(stretch.At, stretch.Days),
        TimeZone = "Etc/UTC",
        DurationSec = (int)stretch.Length.TotalSeconds,
        MinRequiredReplicas = stretch.Min,
    };
}
