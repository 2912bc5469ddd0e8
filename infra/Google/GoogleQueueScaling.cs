using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using Pulumi;
using Pulumi.Gcp.Compute;
using Pulumi.Gcp.Compute.Inputs;

namespace GpuInfra.Infra.Google;

/// <summary>
/// Gives a group as many machines as jobs wait or run, and none when there are none: a figure of the queue, not of machines, so it works from zero. Google keeps no machine with a
/// job from being scaled in; its runner gives the job back, which goes on elsewhere.
/// </summary>
internal static class GoogleQueueScaling
{
    /// <summary>Messages that no machine has finished: those that wait and those that are held.</summary>
    public const string Undelivered = "pubsub.googleapis.com/subscription/num_undelivered_messages";

    public static RegionAutoscalerArgs Of(Pool pool, JobQueue queue, Output<string> subscription, int warmUpSeconds, Input<string> group) => new()
    {
        Region = pool.Region,
        Target = group,
        AutoscalingPolicy = new RegionAutoscalerAutoscalingPolicyArgs
        {
            MinReplicas = 0,
            MaxReplicas = pool.Instances.Max,
            Mode = "ON",
            CooldownPeriod = warmUpSeconds,
            Metrics =
            {
                new RegionAutoscalerAutoscalingPolicyMetricArgs
                {
                    Name = Undelivered,
                    Filter = Output.Format($"resource.type = \"pubsub_subscription\" AND resource.labels.subscription_id = \"{subscription}\""),
                    SingleInstanceAssignment = queue.JobsPerMachine,
                },
            },
        },
    };
}
