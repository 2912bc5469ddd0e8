using System.Globalization;
using GpuInfra.Infra.Common;
using GpuInfra.Planning.Fleets;
using Pulumi;
using Pulumi.Aws.AutoScaling;
using Pulumi.Aws.AutoScaling.Inputs;
using Pulumi.Aws.CloudWatch;
using Pulumi.Aws.CloudWatch.Inputs;

namespace GpuInfra.Infra.Amazon;

/// <summary>
/// A twin of a spot group on demand, empty until spot is short. An alarm on what the spot group wants and has not got makes the twin as large as the gap, in
/// quarters of the pool; another, when the gap is closed, empties it. The spot group goes on asking for spot meanwhile. Where figures are missing both alarms stay
/// as they were.
/// </summary>
internal static class AmazonFallback
{
    /// <summary>A policy takes twenty steps at most; a quarter of a pool too many for some hours is cheaper than twenty rules to read.</summary>
    private const int Steps = 4;

    /// <summary>The figures of the spot group that the alarms look at, both in the group's unit.</summary>
    public static InputList<Metric> GroupFigures => new() { Metric.GroupDesiredCapacity, Metric.GroupInServiceCapacity };

    public static void Add(PoolPlan plan, AmazonGroup shape, Group spot, TagSet tags, Resource parent)
    {
        var pool = plan.Pool;
        var options = Child("fallback");
        options.IgnoreChanges = ["desiredCapacity"]; // The alarms change it; an update must not put it back.
        var twin = new Group($"{pool.Id}-fallback", shape.Fallback(), options);
        Alarm("spot-short", "GreaterThanThreshold", SpotPatience.ShortMinutes, "it wants spot machines and does not get them", new PolicyArgs
        {
            AutoscalingGroupName = twin.Name,
            PolicyType = "StepScaling",
            AdjustmentType = "ExactCapacity",
            MetricAggregationType = "Minimum",
            EstimatedInstanceWarmup = MachineNeeds.LoadSeconds(plan),
            StepAdjustments = StepsTo(shape.Sizes.Max),
        });
        Alarm("spot-back", "LessThanOrEqualToThreshold", SpotPatience.BackMinutes, "it has all its spot machines", new PolicyArgs
        {
            AutoscalingGroupName = twin.Name,
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
                OfGroup("wanted", Metric.GroupDesiredCapacity, "Minimum"),
                OfGroup("here", Metric.GroupInServiceCapacity, "Maximum"),
                new MetricAlarmMetricQueryArgs { Id = "gap", Expression = "wanted - here", Label = "Capacity that spot does not give", ReturnData = true },
            },
            AlarmActions = new InputList<string> { new Policy($"{pool.Id}-{name}", policy, Child(name)).Arn },
            Tags = tags.Tags,
        }, Child(name));

        MetricAlarmMetricQueryArgs OfGroup(string id, Metric metric, string stat) => new()
        {
            Id = id,
            Metric = new MetricAlarmMetricQueryMetricArgs
            {
                Namespace = "AWS/AutoScaling",
                MetricName = metric.ToString(),
                Period = 60,
                Stat = stat,
                Dimensions = { ["AutoScalingGroupName"] = spot.Name },
            },
        };

        CustomResourceOptions Child(string name) => new CustomResourceOptions { Parent = parent }.Formerly(pool, id => $"{id}-{name}");
    }

    /// <summary>Sizes by the gap: the next quarter of the pool that is no less.</summary>
    public static InputList<PolicyStepAdjustmentArgs> StepsTo(int most)
    {
        var sizes = Enumerable.Range(1, Steps).Select(step => ((most * step) + Steps - 1) / Steps).Distinct().ToList();
        var steps = new InputList<PolicyStepAdjustmentArgs>();
        foreach (var (index, size) in sizes.Index())
        {
            var step = new PolicyStepAdjustmentArgs { ScalingAdjustment = size, MetricIntervalLowerBound = index == 0 ? "0" : Between(sizes[index - 1]) };
            if (index < sizes.Count - 1)
            {
                step.MetricIntervalUpperBound = Between(size);
            }

            steps.Add(step);
        }

        return steps;

        // Gaps are whole numbers, so a bound between two of them is nobody's.
        static string Between(int size) => (size + 0.5).ToString(CultureInfo.InvariantCulture);
    }
}
