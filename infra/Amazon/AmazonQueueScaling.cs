using GpuInfra.Infra.Common;
using Pulumi;
using Pulumi.Aws.AutoScaling;
using Pulumi.Aws.CloudWatch.Inputs;
using Pulumi.Aws.Sqs;

namespace GpuInfra.Infra.Amazon;

/// <summary>
/// Gives a group as many machines as jobs wait or run, and none when there are none. A machine with a job is protected from scale-in by its runner, so those without
/// go first.
/// </summary>
internal static class AmazonQueueScaling
{
    /// <summary>Minutes without a job before the last machines go: the next job may be on its way, and a start takes as long.</summary>
    private const int IdleMinutes = 15;

    public static void Add(PoolPlan plan, AmazonGroup shape, Queue queue, Group group, TagSet tags, Resource parent)
    {
        var unit = shape.Sizes.Max / Math.Max(1, plan.Pool.Instances.Max); // Machines, or the replicas on one.
        var scaling = new AmazonFigureScaling(
            plan,
            shape.Sizes.Max,
            group,
            [
                OfQueue("waiting", "ApproximateNumberOfMessagesVisible"),
                OfQueue("running", "ApproximateNumberOfMessagesNotVisible"),
                new MetricAlarmMetricQueryArgs
                {
                    Id = "wanted",
                    Expression = FormattableString.Invariant($"CEIL((waiting + running) / {plan.Queue!.JobsPerMachine}) * {unit}"),
                    Label = "Capacity that jobs ask for",
                    ReturnData = true,
                },
            ],
            tags,
            parent);
        scaling.Grow("jobs", 1, "jobs wait or run", "Maximum");
        scaling.Empty("no-jobs", IdleMinutes, "no job waits or runs");

        MetricAlarmMetricQueryArgs OfQueue(string id, string metric) => new()
        {
            Id = id,
            Metric = new MetricAlarmMetricQueryMetricArgs { Namespace = "AWS/SQS", MetricName = metric, Period = 60, Stat = "Maximum", Dimensions = { ["QueueName"] = queue.Name } },
        };
    }
}
