using GpuInfra.Infra.Common;
using GpuInfra.Planning.Fleets;
using Pulumi;
using Pulumi.Aws.AutoScaling;
using Pulumi.Aws.AutoScaling.Inputs;

namespace GpuInfra.Infra.Amazon;

/// <summary>
/// Lets a group follow load. Of two policies the larger size wins, and machines go only when both agree. Where a figure is missing, its alarm
/// has insufficient data and its policy does nothing, so nothing goes.
/// </summary>
internal static class AmazonScaling
{
    /// <summary>Leaves a size as it is: a scheduled action's default is 0.</summary>
    private const int Unchanged = -1;

    public static void Add(Pool pool, LoadTarget load, Group group, Resource parent)
    {
        Track("in-use", LoadTarget.AmazonInUse, load.Scaling.InUse.Percent);
        Track("waiting", LoadTarget.AmazonWaiting, load.Scaling.WaitingPerReplica);
        foreach (var stretch in load.Schedule?.Stretches ?? [])
        {
            // Only the least size is set: what load asks for above it is not the schedule's business.
            var name = LoadTarget.NameOf(stretch);
            _ = new Schedule($"{pool.Id}-{name}", new ScheduleArgs
            {
                AutoscalingGroupName = group.Name,
                ScheduledActionName = name,
                Recurrence = WindowSchedule.Cron(stretch.At, stretch.Days),
                TimeZone = "Etc/UTC",
                MinSize = stretch.Min,
                MaxSize = Unchanged,
                DesiredCapacity = Unchanged,
            }, Child(name));
        }

        void Track(string name, string metric, double target) => _ = new Policy($"{pool.Id}-{name}", new PolicyArgs
        {
            AutoscalingGroupName = group.Name,
            PolicyType = "TargetTrackingScaling",
            EstimatedInstanceWarmup = load.WarmUpSeconds,
            TargetTrackingConfiguration = new PolicyTargetTrackingConfigurationArgs
            {
                TargetValue = target,
                CustomizedMetricSpecification = new PolicyTargetTrackingConfigurationCustomizedMetricSpecificationArgs
                {
                    Namespace = LoadTarget.AmazonNamespace,
                    MetricName = metric,
                    Statistic = "Average",
                    MetricDimensions =
                    {
                        new PolicyTargetTrackingConfigurationCustomizedMetricSpecificationMetricDimensionArgs { Name = LoadTarget.AmazonDimension, Value = pool.Id },
                    },
                },
            },
        }, Child(name));

        CustomResourceOptions Child(string name) => new CustomResourceOptions { Parent = parent }.Formerly(pool, id => $"{id}-{name}");
    }
}
