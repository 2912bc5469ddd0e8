using System.Collections.Immutable;
using GpuInfra.Planning.Monitoring;
using GpuInfra.Planning.Plans;
using Pulumi;
using Pulumi.Aws.Amp;
using Pulumi.Aws.CloudWatch;
using Pulumi.Aws.CloudWatch.Inputs;
using Pulumi.Aws.Sns;

namespace GpuInfra.Infra.Amazon;

/// <summary>
/// The region's own store of series, Amazon Managed Prometheus: it evaluates the plan's alerts and tells a topic for each urgency. It shows nothing of itself to its own alerts, so
/// alarms of CloudWatch watch it; one of them is the dead man's switch, since an alert that always fires must always arrive.
/// </summary>
internal sealed class AmazonMetrics : ComponentResource
{
    private const int PeriodSeconds = 300;

    private readonly RegionFleet _region;
    private readonly AmazonKey _key;
    private readonly string _name;
    private readonly CustomResourceOptions _child;

    public AmazonMetrics(RegionFleet region, AmazonKey key, ComponentResourceOptions options)
        : base("gpuinfra:amazon:Metrics", region.Name, options)
    {
        (_region, _key, _name) = (region, key, $"gpuinfra-{region.Region}-metrics");
        _child = new CustomResourceOptions { Parent = this };
        var store = new Workspace(
            _name,
            new WorkspaceArgs { Alias = $"{region.Settings.Project}/{region.Settings.Stack}", KmsKeyArn = key.Arn, Tags = region.Tags.Shared.Tags },
            new CustomResourceOptions { Parent = this, Protect = region.Protect });
        _ = new RuleGroupNamespace(_name, new RuleGroupNamespaceArgs { WorkspaceId = store.Id, Data = region.ManagedRules!, Tags = region.Tags.Shared.Tags }, _child);
        var topics = Enum.GetValues<AlertUrgency>().Where(urgency => Told(urgency).Any()).ToDictionary(urgency => urgency, urgency => Topic(urgency, store));
        _ = new AlertManagerDefinition(_name, new AlertManagerDefinitionArgs
        {
            WorkspaceId = store.Id,
            Definition = Output.All(topics.Values).Apply(arns =>
                ManagedAlertmanager.Definition(region.Region, topics.Keys.Zip(arns).ToImmutableSortedDictionary(topic => topic.First, topic => topic.Second))),
        }, _child);
        if (topics.TryGetValue(AlertUrgency.Page, out var pages))
        {
            Alarms(store, pages);
        }

        (Arn, WriteUrl) = (store.Arn, Output.Format($"{store.PrometheusEndpoint}api/v1/remote_write"));
        RegisterOutputs();
    }

    /// <summary>The store, as rights name it.</summary>
    public Output<string> Arn { get; }

    /// <summary>Where machines send to.</summary>
    public Output<string> WriteUrl { get; }

    private IEnumerable<string> Told(AlertUrgency urgency) => _region.Monitoring!.Receivers.Where(receiver => receiver.Urgencies.Contains(urgency))
        .OfType<AlertReceiver.Email>().Select(receiver => receiver.Address).Distinct().Order(StringComparer.Ordinal);

    private Output<string> Topic(AlertUrgency urgency, Workspace store)
    {
        var name = $"{_name}-{(urgency == AlertUrgency.Page ? "page" : "ticket")}";
        var topic = new Topic(name, new TopicArgs { KmsMasterKeyId = _key.Arn, Tags = _region.Tags.Shared.Tags }, _child);
        var allowed = new TopicPolicy(name, new TopicPolicyArgs
        {
            Arn = topic.Arn,
            Policy = Output.Tuple(topic.Arn, store.Arn).Apply(arns => AmazonMetricsPolicies.Topic(_region.Account, arns.Item1, arns.Item2)),
        }, _child);
        foreach (var address in Told(urgency))
        {
            _ = new TopicSubscription($"{name}-{address}", new TopicSubscriptionArgs { Topic = topic.Arn, Protocol = "email", Endpoint = address }, _child);
        }

        return Output.Tuple(topic.Arn, allowed.Id).Apply(both => both.Item1);
    }

    private void Alarms(Workspace store, Output<string> told)
    {
        Alarm("silent", "No alert has come to the alert manager for a quarter of an hour, and one always fires", "AlertManagerAlertsReceived", "LessThanThreshold", 1, "breaching", 3);
        Alarm("undelivered", "Alerts are not accepted by the topics that they are for", "AlertManagerNotificationsFailed", "GreaterThanThreshold", 0, "notBreaching", 1);
        Alarm("rules", "Rules cannot be evaluated", "RuleEvaluationFailures", "GreaterThanThreshold", 0, "notBreaching", 1);
        Alarm("discarded", "The store refuses what machines send", "DiscardedSamples", "GreaterThanThreshold", 0, "notBreaching", 2);

        void Alarm(string id, string says, string metric, string comparison, double threshold, string missing, int periods) => _ = new MetricAlarm($"{_name}-{id}", new MetricAlarmArgs
        {
            AlarmDescription = $"{says}. Runbook: docs/runbooks/managed-metrics.md#{id}",
            ComparisonOperator = comparison,
            Threshold = threshold,
            EvaluationPeriods = periods,
            TreatMissingData = missing,

            // Some of these have more dimensions than the store, and which is not the same for all: a search adds them up.
            MetricQueries =
            {
                new MetricAlarmMetricQueryArgs
                {
                    Id = "sum",
                    Label = metric,
                    ReturnData = true,
                    Period = PeriodSeconds,
                    Expression = store.Id.Apply(workspace => $"SELECT SUM({metric}) FROM \"AWS/Prometheus\" WHERE Workspace = '{workspace}'"),
                },
            },
            AlarmActions = new InputList<string> { told },
            OkActions = new InputList<string> { told },
            Tags = _region.Tags.Shared.Tags,
        }, _child);
    }
}
