using System.Collections.Immutable;
using System.Text.Json;
using GpuInfra.Infra.Common;
using GpuInfra.Planning.Plans;
using Pulumi;
using Pulumi.Aws.CloudWatch;
using Pulumi.Aws.Sns;
using Pulumi.Aws.Sqs;

namespace GpuInfra.Infra.Amazon;

/// <summary>
/// The queues of a region's batch servings, each with one for jobs that nobody could finish, under the region's key, and an alarm that tells the owners of
/// jobs that were put aside.
/// </summary>
internal sealed class AmazonQueues : ComponentResource
{
    /// <summary>Two weeks, the most that SQS knows.</summary>
    private const int KeepSeconds = 14 * 24 * 3600;

    /// <summary>Times that a job is begun before it is put aside. Each spot machine that is taken away counts as one.</summary>
    private const int MostBegun = 20;

    private const string Purpose = "jobs";

    public AmazonQueues(RegionFleet region, AmazonKey key, ComponentResourceOptions options)
        : base("gpuinfra:amazon:Queues", region.Name, options)
    {
        var (prefix, child, tags) = ($"gpuinfra-{region.Region}", new CustomResourceOptions { Parent = this }, region.Tags.Shared.Tags);
        var topic = new Topic($"{prefix}-{Purpose}", new TopicArgs { KmsMasterKeyId = key.Arn, Tags = tags }, child);
        foreach (var owner in region.Tags.Owners(region.Pools.Where(pool => pool.Queue is not null).Select(pool => pool.Pool)))
        {
            _ = new TopicSubscription($"{prefix}-{Purpose}-{owner}", new TopicSubscriptionArgs { Topic = topic.Arn, Protocol = "email", Endpoint = owner }, child);
        }

        ByServing = region.QueuedServings.ToImmutableSortedDictionary(serving => serving, serving => Make($"{prefix}-{serving}", region.Tags.Of(region.Pools.First(pool => pool.Pool.Serving == serving).Pool with { AutoShutdown = false })), StringComparer.Ordinal);
        RegisterOutputs();

        Queue Make(string name, TagSet own)
        {
            var aside = new Queue($"{name}-aside", new QueueArgs { KmsMasterKeyId = key.Arn, MessageRetentionSeconds = KeepSeconds, Tags = own.Tags }, child);
            _ = new MetricAlarm($"{name}-aside", new MetricAlarmArgs
            {
                AlarmDescription = "Jobs were put aside: nobody could finish them. Runbook: docs/runbooks/jobs.md#aside",
                ComparisonOperator = "GreaterThanThreshold",
                Threshold = 0,
                EvaluationPeriods = 1,
                TreatMissingData = "notBreaching",
                Namespace = "AWS/SQS",
                MetricName = "ApproximateNumberOfMessagesVisible",
                Period = 300,
                Statistic = "Maximum",
                Dimensions = { ["QueueName"] = aside.Name },
                AlarmActions = new InputList<string> { topic.Arn },
                OkActions = new InputList<string> { topic.Arn },
                Tags = own.Tags,
            }, child);
            return new Queue(name, new QueueArgs
            {
                KmsMasterKeyId = key.Arn,
                MessageRetentionSeconds = KeepSeconds,
                VisibilityTimeoutSeconds = RunnerSource.LeaseSeconds,
                RedrivePolicy = aside.Arn.Apply(arn => JsonSerializer.Serialize(new { deadLetterTargetArn = arn, maxReceiveCount = MostBegun })),
                Tags = own.Tags,
            }, child);
        }
    }

    /// <summary>The queue of each serving that takes jobs.</summary>
    public ImmutableSortedDictionary<string, Queue> ByServing { get; }

    /// <summary>Statements of the key's policy: for the account's roles through SQS, and for alarms that speak.</summary>
    public static IEnumerable<Dictionary<string, object>> OfKey(string account, string region) =>
    [
        PolicyDocument.With(
            PolicyDocument.With(
                PolicyDocument.Allow("JobsByRoles", ["kms:Decrypt", "kms:GenerateDataKey"], "*"), "Principal", new { AWS = $"arn:aws:iam::{account}:root" }),
            "Condition",
            PolicyDocument.Condition("StringEquals", "kms:ViaService", $"sqs.{region}.amazonaws.com")),
        AmazonKeyPolicy.AlarmsSpeak("JobsSpeak", account, region, Purpose),
    ];
}
