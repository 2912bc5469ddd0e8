using GpuInfra.Infra.Common;
using Pulumi;
using Pulumi.Aws.AutoScaling;
using Pulumi.Aws.CloudWatch;
using Pulumi.Aws.CloudWatch.Inputs;
using Pulumi.Aws.Sns;

namespace GpuInfra.Infra.Amazon;

/// <summary>
/// Tells the owners of pools that follow load when machines do not come: none is to be had, or three boot and never answer. Each alarm names its section
/// of the runbook. The keeper tells owners of what it does in the same place.
/// </summary>
internal sealed class AmazonScalingAlarms : ComponentResource
{
    /// <summary>The figures of groups that alarms look at; AWS keeps none unless told to.</summary>
    public static InputList<Metric> GroupFigures => new() { Metric.GroupDesiredCapacity, Metric.GroupInServiceInstances };

    private const string Purpose = "scaling";

    /// <summary>A machine publishes once a minute; over so many minutes one more or less does not count.</summary>
    private const int PeriodMinutes = 15;

    public AmazonScalingAlarms(RegionFleet region, AmazonKey key, IEnumerable<(PoolPlan Plan, Group Group)> pools, ComponentResourceOptions options)
        : base("gpuinfra:amazon:ScalingAlarms", region.Name, options)
    {
        var (name, child) = ($"gpuinfra-{region.Region}-{Purpose}", new CustomResourceOptions { Parent = this });
        Told = new Topic(name, new TopicArgs { KmsMasterKeyId = key.Arn, Tags = region.Tags.Shared.Tags }, child);
        foreach (var owner in region.Tags.Owners(region.Pools.Where(plan => plan.Load is not null || plan.Replaces).Select(plan => plan.Pool)))
        {
            _ = new TopicSubscription($"{name}-{owner}", new TopicSubscriptionArgs { Topic = Told.Arn, Protocol = "email", Endpoint = owner }, child);
        }

        foreach (var (plan, group) in pools)
        {
            Add(plan, group, Told, region.Tags.Of(plan.Pool));
        }

        RegisterOutputs();
    }

    /// <summary>Where the owners hear of it.</summary>
    public Topic Told { get; }

    /// <summary>Lets alarms publish under the region's key.</summary>
    public static Dictionary<string, object> OfKey(string account, string region) => AmazonKeyPolicy.AlarmsSpeak("ScalingSpeaks", account, region, Purpose);

    private void Add(PoolPlan plan, Group group, Topic topic, TagSet tags)
    {
        var pool = plan.Pool;
        var periods = (int)Math.Ceiling(plan.Load!.Start.TotalMinutes / PeriodMinutes) + 1;
        Alarm("short", 0, "Machines that load asked for have not come", "desired - here",
            OfGroup("desired", Metric.GroupDesiredCapacity), OfGroup("here", Metric.GroupInServiceInstances));
        Alarm("silent", Math.Min(KeeperSource.FailedBoots, pool.Instances.Max) - 1, "Machines have started and answer nothing", $"here - FILL(told, 0) / {PeriodMinutes}",
            OfGroup("here", Metric.GroupInServiceInstances),
            Query("told", LoadTarget.AmazonNamespace, LoadTarget.AmazonInUse, "SampleCount", LoadTarget.AmazonDimension, pool.Id));

        void Alarm(string id, int above, string says, string expression, params MetricAlarmMetricQueryArgs[] queries) => _ = new MetricAlarm($"{pool.Id}-{id}", new MetricAlarmArgs
        {
            ComparisonOperator = "GreaterThanThreshold",
            Threshold = above,
            EvaluationPeriods = periods,
            TreatMissingData = "missing",
            MetricQueries = queries.Append(new MetricAlarmMetricQueryArgs { Id = "gap", Expression = expression, Label = says, ReturnData = true }).ToList(),
            AlarmDescription = $"{pool.Id}: {says}. Runbook: docs/runbooks/scaling.md#{id}",
            AlarmActions = new InputList<string> { topic.Arn },
            OkActions = new InputList<string> { topic.Arn },
            Tags = tags.Tags,
        }, new CustomResourceOptions { Parent = this }.Formerly(pool, old => $"{old}-{id}"));

        MetricAlarmMetricQueryArgs OfGroup(string id, Metric metric) => Query(id, "AWS/AutoScaling", metric.ToString(), "Minimum", "AutoScalingGroupName", group.Name);
    }

    private static MetricAlarmMetricQueryArgs Query(string id, string space, string metric, string stat, string dimension, Input<string> value) => new()
    {
        Id = id,
        Metric = new MetricAlarmMetricQueryMetricArgs { Namespace = space, MetricName = metric, Period = PeriodMinutes * 60, Stat = stat, Dimensions = { [dimension] = value } },
    };
}
