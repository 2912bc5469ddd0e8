using GpuInfra.Infra.Common;
using Pulumi;
using Pulumi.Aws.CloudWatch;
using Pulumi.Aws.CloudWatch.Inputs;
using Pulumi.Aws.Lambda;
using Pulumi.Aws.Sns;
using Pulumi.Aws.Sqs;

namespace GpuInfra.Infra.Amazon;

/// <summary>
/// Halts the plan's named pools when a budget is used up: a function that budgets start by a topic, and a schedule every hour, so that what was raised again while the budget
/// is used up is lowered again. With its kill switch, notices and dead letters, all under the region's key.
/// </summary>
internal sealed class AmazonHalt : ComponentResource
{
    private readonly RegionFleet _region;
    private readonly AmazonKey _key;
    private readonly string _name;
    private readonly CustomResourceOptions _child;

    public AmazonHalt(RegionFleet region, AmazonKey key, ComponentResourceOptions options)
        : base("gpuinfra:amazon:Halt", region.Name, options)
    {
        (_region, _key, _name) = (region, key, $"gpuinfra-{region.Region}-halt");
        _child = new CustomResourceOptions { Parent = this };
        var (own, notices) = (new AmazonFunction(_name, region, key, _child), Topic(_name));
        foreach (var address in region.Halt!.Email.Concat(region.Tags.Owners(region.Halt.Pools)).Distinct().Order(StringComparer.Ordinal))
        {
            _ = new TopicSubscription($"{_name}-{address}", new TopicSubscriptionArgs { Topic = notices.Arn, Protocol = "email", Endpoint = address }, _child);
        }

        var function = Program(own, notices);
        Spent = StartedByBudgets(function);
        own.StartEvery(function, "Looks at budgets", HaltSource.PeriodMinutes, lateSeconds: 1800);
        Alarms(function, own.Letters, notices);
        RegisterOutputs();
    }

    /// <summary>The topic that budgets tell when they are used up, once they may.</summary>
    public Output<string> Spent { get; }

    private Topic Topic(string name) => new(name, new TopicArgs { KmsMasterKeyId = _key.Arn, Tags = _region.Tags.Shared.Tags }, _child);

    private Function Program(AmazonFunction own, Topic notices)
    {
        var killSwitch = own.KillSwitch("halt", "on: used-up budgets halt pools; off: they do not");
        var role = AmazonRole.Of(_region, _child, _name, AmazonWatchdogPolicies.FunctionTrust, Output
            .Tuple(killSwitch.Arn, notices.Arn, own.Letters.Arn, _key.Arn, own.Logs.Arn)
            .Apply(arns => AmazonHaltPolicies.Function(_region, arns.Item1, arns.Item2, arns.Item3, arns.Item4, arns.Item5)));
        return own.Program(
            $"Halts pools of used-up budgets ({_region.Halt!.Wish.Mode.Name()})",
            HaltSource.Files(_region),
            role,
            new InputMap<string> { ["ACCOUNT"] = _region.Account, ["REGIONS"] = string.Join(',', _region.Halt.Regions), ["SWITCH"] = killSwitch.Name, ["TOPIC"] = notices.Arn });
    }

    private Output<string> StartedByBudgets(Function function)
    {
        var topic = Topic($"{_name}-spent");
        var allowed = new TopicPolicy($"{_name}-spent", new TopicPolicyArgs { Arn = topic.Arn, Policy = topic.Arn.Apply(arn => AmazonHaltPolicies.Spent(_region, arn)) }, _child);
        _ = new Permission(_name, new PermissionArgs { Action = "lambda:InvokeFunction", Function = function.Name, Principal = "sns.amazonaws.com", SourceArn = topic.Arn }, _child);
        _ = new TopicSubscription($"{_name}-spent", new TopicSubscriptionArgs { Topic = topic.Arn, Protocol = "lambda", Endpoint = function.Arn }, _child);
        return Output.Tuple(topic.Arn, allowed.Id).Apply(both => both.Item1);
    }

    private void Alarms(Function function, Queue letters, Topic notices)
    {
        Alarm("silent", "No look at budgets has ended well for three hours", new MetricAlarmArgs
        {
            ComparisonOperator = "LessThanThreshold",
            Threshold = 1,
            EvaluationPeriods = 12, // Of a quarter of an hour, as the watchdog's figures are.
            DatapointsToAlarm = 12,
            TreatMissingData = "breaching",
            MetricQueries =
            {
                AmazonWatchdogAlarms.OfFunction(function.Name, "invocations", "Invocations"),
                AmazonWatchdogAlarms.OfFunction(function.Name, "errors", "Errors"),
                AmazonWatchdogAlarms.EndedWell,
            },
        });
        Alarm("failing", "A look at budgets has failed, or a group could not be halted", new MetricAlarmArgs
        {
            ComparisonOperator = "GreaterThanThreshold",
            Threshold = 0,
            EvaluationPeriods = 1,
            TreatMissingData = "notBreaching",
            MetricQueries = { AmazonWatchdogAlarms.OfFunction(function.Name, "errors", "Errors", returned: true) },
        });
        Alarm("dead-letters", "A start of the budget halt was given up", new MetricAlarmArgs
        {
            ComparisonOperator = "GreaterThanThreshold",
            Threshold = 0,
            EvaluationPeriods = 1,
            TreatMissingData = "notBreaching",
            MetricQueries = { AmazonWatchdogAlarms.OfQueue(letters.Name) },
        });

        void Alarm(string id, string says, MetricAlarmArgs args)
        {
            args.AlarmDescription = $"{says}. Runbook: docs/runbooks/budget-halt.md#{id}";
            args.AlarmActions = new InputList<string> { notices.Arn };
            args.OkActions = new InputList<string> { notices.Arn };
            args.Tags = _region.Tags.Shared.Tags;
            _ = new MetricAlarm($"{_name}-{id}", args, _child);
        }
    }
}
