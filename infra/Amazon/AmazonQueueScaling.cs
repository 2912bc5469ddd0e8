using GpuInfra.Infra.Common;
using Pulumi;
using Pulumi.Aws.AutoScaling;
using Pulumi.Aws.AutoScaling.Inputs;
using Pulumi.Aws.CloudWatch;
using Pulumi.Aws.CloudWatch.Inputs;
using Pulumi.Aws.Sqs;

namespace GpuInfra.Infra.Amazon;

/// <summary>
/// Gives a group as many machines as jobs wait or run, in quarters of the pool, and none when there are none. A machine with a job is protected from scale-in by its runner, so
/// those without go first. Where figures are missing both alarms stay as they were.
/// </summary>
internal static class AmazonQueueScaling
{
    /// <summary>Minutes without a job before the last machines go: the next job may be on its way, and a start takes as long.</summary>
    private const int IdleMinutes = 15;

    public static void Add(PoolPlan plan, AmazonGroup shape, Queue queue, Group group, TagSet tags, Resource parent)
    {
        var pool = plan.Pool;
        var unit = shape.Sizes.Max / Math.Max(1, pool.Instances.Max); // Machines, or the replicas on one.
        Alarm("jobs", "GreaterThanThreshold", 1, "jobs wait or run", new PolicyArgs
        {
            AutoscalingGroupName = group.Name,
            PolicyType = "StepScaling",
            AdjustmentType = "ExactCapacity",
            MetricAggregationType = "Maximum",
            EstimatedInstanceWarmup = MachineNeeds.LoadSeconds(plan),
            StepAdjustments = AmazonFallback.StepsTo(shape.Sizes.Max),
        });
        Alarm("no-jobs", "LessThanOrEqualToThreshold", IdleMinutes, "no job waits or runs", new PolicyArgs
        {
            AutoscalingGroupName = group.Name,
            PolicyType = "SimpleScaling",
            AdjustmentType = "ExactCapacity",
            ScalingAdjustment = 0,
        });

        void Alarm(string name, string comparison, int minutes, string says, PolicyArgs policy) => _ = new MetricAlarm($"{pool.Id}-{name}", new MetricAlarmArgs
        {
            AlarmDescription = $"{pool.Id}: {says}",
            ComparisonOperator = comparison,
            Threshold = 0,
            EvaluationPeriods = minutes,
            TreatMissingData = "missing",
            MetricQueries =
            {
                OfQueue("waiting", "ApproximateNumberOfMessagesVisible"),
                OfQueue("running", "ApproximateNumberOfMessagesNotVisible"),
                new MetricAlarmMetricQueryArgs
                {
                    Id = "wanted",
                    Expression = FormattableString.Invariant($"CEIL((waiting + running) / {plan.Queue!.JobsPerMachine}) * {unit}"),
                    Label = "Capacity that jobs ask for",
                    ReturnData = true,
                },
            },
            AlarmActions = new InputList<string> { new Policy($"{pool.Id}-{name}", policy, Child(name)).Arn },
            Tags = tags.Tags,
        }, Child(name));

        MetricAlarmMetricQueryArgs OfQueue(string id, string metric) => new()
        {
            Id = id,
            Metric = new MetricAlarmMetricQueryMetricArgs { Namespace = "AWS/SQS", MetricName = metric, Period = 60, Stat = "Maximum", Dimensions = { ["QueueName"] = queue.Name } },
        };

        CustomResourceOptions Child(string name) => new CustomResourceOptions { Parent = parent }.Formerly(pool, id => $"{id}-{name}");
    }
}
