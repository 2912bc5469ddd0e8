using GpuInfra.Planning.Plans;
using Pulumi;
using Pulumi.Aws.CloudWatch;
using Pulumi.Aws.CloudWatch.Inputs;
using Pulumi.Aws.Sns;

namespace GpuInfra.Infra.Amazon;

/// <summary>
/// Tells the owners of a region's pools when what is copied of it falls behind. S3 tells how far the copies are behind in the region that they go to, and what it could not copy in the one that they come from
/// (Amazon S3 user guide, Using S3 Replication metrics, read 2026-11-29); an alarm and its topic are where its figures are.
/// </summary>
internal static class AmazonCopyAlarms
{
    private const string Purpose = "copies";
    private const int PeriodSeconds = 300;

    /// <param name="region">The region that is copied.</param>
    /// <param name="bucket">Its bucket.</param>
    /// <param name="key">Its key.</param>
    /// <param name="copy">The region that stands by.</param>
    /// <param name="parent">Whose the region's own alarm is; the other's is the other region's.</param>
    public static void Add(RegionFleet region, Output<string> bucket, AmazonKey key, AmazonRegion copy, Resource parent)
    {
        var recovery = region.CopiedTo!.Recovery;
        Alarm("behind", $"Copies of {region.Region}'s data in {recovery.Region} are further behind than the plan's rpo", recovery.Region, region.Region, copy.Key, copy, new MetricAlarmArgs
        {
            Threshold = recovery.Rpo.TotalSeconds,
            TreatMissingData = "ignore", // S3 publishes as well as it can, and nothing of a bucket that is lost: what was last known stands.
            MetricQueries = Figures("ReplicationLatency", "Maximum", "MAX(METRICS())"),
        });
        Alarm("failed", $"Something of {region.Region}'s data could not be copied to {recovery.Region}, and is not tried again", region.Region, recovery.Region, key, parent, new MetricAlarmArgs
        {
            Threshold = 0,
            TreatMissingData = "notBreaching",
            MetricQueries = Figures("OperationsFailedReplication", "Sum", "SUM(METRICS())"),
        });

        void Alarm(string id, string says, string at, string other, AmazonKey topicKey, Resource owner, MetricAlarmArgs args)
        {
            var (name, child) = ($"gpuinfra-{at}-{Purpose}-{other}", new CustomResourceOptions { Parent = owner });
            var topic = new Topic(name, new TopicArgs { KmsMasterKeyId = topicKey.Arn, Tags = region.Tags.Shared.Tags }, child);
            foreach (var address in region.Tags.Owners(region.Pools.Select(pool => pool.Pool)))
            {
                _ = new TopicSubscription($"{name}-{address}", new TopicSubscriptionArgs { Topic = topic.Arn, Protocol = "email", Endpoint = address }, child);
            }

            args.AlarmDescription = $"{says}. Runbook: docs/runbooks/copies-behind.md#{id}";
            args.ComparisonOperator = "GreaterThanThreshold";
            args.EvaluationPeriods = 1;
            args.AlarmActions = new InputList<string> { topic.Arn };
            args.OkActions = new InputList<string> { topic.Arn };
            args.Tags = region.Tags.Shared.Tags;
            _ = new MetricAlarm($"{name}-{id}", args, child);
        }

        InputList<MetricAlarmMetricQueryArgs> Figures(string metric, string statistic, string all)
        {
            var queries = new InputList<MetricAlarmMetricQueryArgs> { new MetricAlarmMetricQueryArgs { Id = "all", Expression = all, Label = metric, ReturnData = true } };
            foreach (var (at, folder) in region.CopiedFolders.Index())
            {
                queries.Add(new MetricAlarmMetricQueryArgs
                {
                    Id = FormattableString.Invariant($"rule{at}"),
                    Metric = new MetricAlarmMetricQueryMetricArgs
                    {
                        Namespace = "AWS/S3",
                        MetricName = metric,
                        Period = PeriodSeconds,
                        Stat = statistic,
                        Dimensions = { ["SourceBucket"] = bucket, ["DestinationBucket"] = copy.Weights.BucketName, ["RuleId"] = folder },
                    },
                });
            }

            return queries;
        }
    }

    /// <summary>Lets alarms publish under the region's key.</summary>
    public static Dictionary<string, object> OfKey(string account, string region) => AmazonKeyPolicy.AlarmsSpeak("CopiesSpeak", account, region, Purpose);
}
