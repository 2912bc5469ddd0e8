using GpuInfra.Infra.Common;
using Pulumi;
using Pulumi.Aws.CloudWatch;
using Pulumi.Aws.CloudWatch.Inputs;
using Pulumi.Aws.Lambda;
using Pulumi.Aws.Sns;
using Pulumi.Aws.Sqs;

namespace GpuInfra.Infra.Amazon;

/// <summary>Who watches the watchdog. Each alarm names its section of the runbook.</summary>
internal static class AmazonWatchdogAlarms
{
    private const int PeriodSeconds = WatchdogSource.PeriodMinutes * 60;

    public static void Add(string name, RegionFleet region, Function function, Queue letters, Topic topic, Resource parent)
    {
        // A run that fails is no run: what counts is the difference. Where nothing is measured, nothing ran.
        Alarm("silent", "No run of the watchdog has ended well for two periods", new MetricAlarmArgs
        {
            ComparisonOperator = "LessThanThreshold",
            Threshold = 1,
            EvaluationPeriods = 2,
            TreatMissingData = "breaching",
            MetricQueries =
            {
                OfFunction(function.Name, "invocations", "Invocations"),
                OfFunction(function.Name, "errors", "Errors"),
                EndedWell,
            },
        });
        Alarm("failing", "A run of the watchdog has failed, or one of its actions was refused", new MetricAlarmArgs
        {
            ComparisonOperator = "GreaterThanThreshold",
            Threshold = 0,
            EvaluationPeriods = 1,
            TreatMissingData = "notBreaching",
            MetricQueries = { OfFunction(function.Name, "errors", "Errors", returned: true) },
        });
        Alarm("dead-letters", "A start of the watchdog was given up", new MetricAlarmArgs
        {
            ComparisonOperator = "GreaterThanThreshold",
            Threshold = 0,
            EvaluationPeriods = 1,
            TreatMissingData = "notBreaching",
            MetricQueries = { OfQueue(letters.Name) },
        });

        void Alarm(string id, string says, MetricAlarmArgs args)
        {
            args.AlarmDescription = $"{says}. Runbook: docs/runbooks/watchdog.md#{id}";
            args.AlarmActions = new InputList<string> { topic.Arn };
            args.OkActions = new InputList<string> { topic.Arn };
            args.Tags = region.Tags.Shared.Tags;
            _ = new MetricAlarm($"{name}-{id}", args, new CustomResourceOptions { Parent = parent });
        }
    }

    /// <summary>A run that fails is no run: what counts is the difference.</summary>
    public static MetricAlarmMetricQueryArgs EndedWell => new() { Id = "good", Expression = "invocations - errors", Label = "Runs that ended well", ReturnData = true };

    /// <summary>A figure that Lambda counts of a function, over the watchdog's period.</summary>
    public static MetricAlarmMetricQueryArgs OfFunction(Output<string> function, string id, string metric, bool returned = false) =>
        Query(id, "AWS/Lambda", metric, "Sum", "FunctionName", function, returned);

    /// <summary>Letters that wait in a queue.</summary>
    public static MetricAlarmMetricQueryArgs OfQueue(Output<string> queue) =>
        Query("letters", "AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", "QueueName", queue, returned: true);

    private static MetricAlarmMetricQueryArgs Query(
        string id, string space, string metric, string stat, string dimension, Input<string> value, bool returned) => new()
        {
            Id = id,
            ReturnData = returned,
            Metric = new MetricAlarmMetricQueryMetricArgs
            {
                Namespace = space,
                MetricName = metric,
                Period = PeriodSeconds,
                Stat = stat,
                Dimensions = { [dimension] = value },
            },
        };
}
