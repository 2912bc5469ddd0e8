using System.Globalization;
using GpuInfra.Infra.Common;
using Pulumi;
using Pulumi.Aws.AutoScaling;
using Pulumi.Aws.AutoScaling.Inputs;
using Pulumi.Aws.CloudWatch;
using Pulumi.Aws.CloudWatch.Inputs;

namespace GpuInfra.Infra.Amazon;

/// <summary>
/// Gives a group the size that a figure asks for, in quarters of the pool, and none when the figure is zero: two alarms on it, each with a policy. Where figures are
/// missing both alarms stay as they were.
/// </summary>
/// <param name="plan">The pool.</param>
/// <param name="most">The group's largest size, in its unit.</param>
/// <param name="group">The group.</param>
/// <param name="figures">Queries of CloudWatch of which the last gives the figure, in the group's unit.</param>
/// <param name="tags">Tags of the alarms.</param>
/// <param name="parent">Whose they are.</param>
internal sealed class AmazonFigureScaling(PoolPlan plan, int most, Group group, IReadOnlyList<MetricAlarmMetricQueryArgs> figures, TagSet tags, Resource parent)
{
    /// <summary>A policy takes twenty steps at most; a quarter of a pool too many for some hours is cheaper than twenty rules to read.</summary>
    private const int Steps = 4;

    /// <summary>Grows the group to the figure when it has been above zero for some minutes.</summary>
    /// <param name="name">What the alarm's and policy's names end with.</param>
    /// <param name="minutes">How long.</param>
    /// <param name="says">What is the matter.</param>
    /// <param name="statistic">Which of a period's figures counts, as <c>Maximum</c>.</param>
    public void Grow(string name, int minutes, string says, string statistic) => Alarm(name, "GreaterThanThreshold", minutes, says, new PolicyArgs
    {
        AutoscalingGroupName = group.Name,
        PolicyType = "StepScaling",
        AdjustmentType = "ExactCapacity",
        MetricAggregationType = statistic,
        EstimatedInstanceWarmup = MachineNeeds.LoadSeconds(plan),
        StepAdjustments = StepsTo(most),
    });

    /// <summary>Empties the group when the figure has been zero for some minutes.</summary>
    /// <param name="name">What the alarm's and policy's names end with.</param>
    /// <param name="minutes">How long.</param>
    /// <param name="says">What is the matter.</param>
    public void Empty(string name, int minutes, string says) => Alarm(name, "LessThanOrEqualToThreshold", minutes, says, new PolicyArgs
    {
        AutoscalingGroupName = group.Name,
        PolicyType = "SimpleScaling",
        AdjustmentType = "ExactCapacity",
        ScalingAdjustment = 0,
    });

    private void Alarm(string name, string comparison, int minutes, string says, PolicyArgs policy)
    {
        var args = new MetricAlarmArgs
        {
            AlarmDescription = $"{plan.Pool.Id}: {says}",
            ComparisonOperator = comparison,
            Threshold = 0,
            EvaluationPeriods = minutes,
            TreatMissingData = "missing",
            AlarmActions = new InputList<string> { new Policy($"{plan.Pool.Id}-{name}", policy, Child(name)).Arn },
            Tags = tags.Tags,
        };
        foreach (var figure in figures)
        {
            args.MetricQueries.Add(figure);
        }

        _ = new MetricAlarm($"{plan.Pool.Id}-{name}", args, Child(name));
    }

    private CustomResourceOptions Child(string name) => new CustomResourceOptions { Parent = parent }.Formerly(plan.Pool, id => $"{id}-{name}");

    /// <summary>Sizes by the figure: the next quarter of the pool that is no less.</summary>
    private static InputList<PolicyStepAdjustmentArgs> StepsTo(int most)
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

        // Figures are whole numbers, so a bound between two of them is nobody's.
        static string Between(int size) => (size + 0.5).ToString(CultureInfo.InvariantCulture);
    }
}
