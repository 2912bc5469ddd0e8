using GpuInfra.Infra.Common;
using Pulumi;
using Pulumi.Aws.CloudWatch;
using Pulumi.Aws.Scheduler;
using Pulumi.Aws.Scheduler.Inputs;
using Pulumi.Aws.Sns;

namespace GpuInfra.Infra.Amazon;

/// <summary>
/// Stops the launches of a group that follows load after three boots in a row that failed, replaces a broken machine of pools whose plan says so, and says both: a function that
/// looks every five minutes. It may suspend processes of this stack's groups, and call machines of those pools unhealthy, and nothing more.
/// </summary>
internal sealed class AmazonKeeper : ComponentResource
{
    public AmazonKeeper(RegionFleet region, AmazonKey key, Topic topic, ComponentResourceOptions options)
        : base("gpuinfra:amazon:Keeper", region.Name, options)
    {
        var (name, child, tags) = ($"gpuinfra-{region.Region}-keeper", new CustomResourceOptions { Parent = this }, region.Tags.Shared.Tags);
        var own = new AmazonFunction(name, region, key, child);
        var role = AmazonRole.Of(region, child, name, AmazonWatchdogPolicies.FunctionTrust, Output
            .Tuple(topic.Arn, own.Letters.Arn, key.Arn, own.Logs.Arn)
            .Apply(arns => AmazonKeeperPolicies.Function(region, arns.Item1, arns.Item2, arns.Item3, arns.Item4)));
        var function = own.Program(
            "Stops launches of groups whose machines do not boot, and replaces broken machines where the plan says so", KeeperSource.Files(region), role, new InputMap<string> { ["TOPIC"] = topic.Arn });
        var starter = AmazonRole.Of(region, child, $"{name}-schedule", AmazonWatchdogPolicies.ScheduleTrust(region.Account), function.Arn.Apply(AmazonKeeperPolicies.Schedule));
        _ = new Schedule(name, new ScheduleArgs
        {
            Description = "Starts the keeper",
            ScheduleExpression = FormattableString.Invariant($"rate({KeeperSource.PeriodMinutes} minutes)"),
            FlexibleTimeWindow = new ScheduleFlexibleTimeWindowArgs { Mode = "OFF" },
            Target = new ScheduleTargetArgs
            {
                Arn = function.Arn,
                RoleArn = starter,
                RetryPolicy = new ScheduleTargetRetryPolicyArgs { MaximumEventAgeInSeconds = 300, MaximumRetryAttempts = 1 },
            },
        }, child);
        _ = new MetricAlarm($"{name}-silent", new MetricAlarmArgs
        {
            ComparisonOperator = "LessThanThreshold",
            Threshold = 1,
            EvaluationPeriods = 2,
            TreatMissingData = "breaching",
            MetricQueries =
            {
                AmazonWatchdogAlarms.OfFunction(function.Name, "invocations", "Invocations"),
                AmazonWatchdogAlarms.OfFunction(function.Name, "errors", "Errors"),
                AmazonWatchdogAlarms.EndedWell,
            },
            AlarmDescription = "No run of the keeper has ended well for half an hour. Runbook: docs/runbooks/scaling.md#keeper",
            AlarmActions = new InputList<string> { topic.Arn },
            OkActions = new InputList<string> { topic.Arn },
            Tags = tags,
        }, child);
        RegisterOutputs();
    }
}
