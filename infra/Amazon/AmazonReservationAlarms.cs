using GpuInfra.Infra.Common;
using Pulumi;
using Pulumi.Aws.CloudWatch;
using Pulumi.Aws.CloudWatch.Inputs;
using Pulumi.Aws.Sns;

namespace GpuInfra.Infra.Amazon;

/// <summary>
/// Tells the owners of reserved pools when machines that are paid do not run: a reservation of another type, zone or platform than its machines is never used, and says nothing.
/// What is compared is the reservation's own two figures, so a changed demand changes no alarm.
/// </summary>
internal sealed class AmazonReservationAlarms : ComponentResource
{
    private const string Purpose = "reserved";
    private const int PeriodSeconds = 900;

    /// <summary>An hour: a machine that is renewed leaves its place empty for minutes.</summary>
    private const int Periods = 4;

    public AmazonReservationAlarms(RegionFleet region, AmazonKey key, IReadOnlyCollection<(PoolPlan Plan, IReadOnlyList<(string Name, Output<string> Id)> Reservations)> pools, ComponentResourceOptions options)
        : base("gpuinfra:amazon:ReservationAlarms", region.Name, options)
    {
        var (name, child) = ($"gpuinfra-{region.Region}-{Purpose}", new CustomResourceOptions { Parent = this });
        var topic = new Topic(name, new TopicArgs { KmsMasterKeyId = key.Arn, Tags = region.Tags.Shared.Tags }, child);
        foreach (var owner in region.Tags.Owners(pools.Select(pool => pool.Plan.Pool)))
        {
            _ = new TopicSubscription($"{name}-{owner}", new TopicSubscriptionArgs { Topic = topic.Arn, Protocol = "email", Endpoint = owner }, child);
        }

        foreach (var (plan, reservations) in pools)
        {
            foreach (var (reservation, id) in reservations)
            {
                _ = new MetricAlarm($"{reservation}-unused", new MetricAlarmArgs
                {
                    AlarmDescription = $"{plan.Pool.Id}: machines of {reservation} are paid and do not run. Runbook: docs/runbooks/reservation-unused.md",
                    ComparisonOperator = "GreaterThanThreshold",
                    Threshold = 0,
                    EvaluationPeriods = Periods,
                    TreatMissingData = "breaching", // A reservation that tells nothing is one that is not there.
                    MetricQueries =
                    {
                        Of("total", "TotalInstanceCount", "Minimum", id),
                        Of("used", "UsedInstanceCount", "Maximum", id),
                        new MetricAlarmMetricQueryArgs { Id = "unused", Expression = "total - used", Label = "Reserved machines that do not run", ReturnData = true },
                    },
                    AlarmActions = new InputList<string> { topic.Arn },
                    OkActions = new InputList<string> { topic.Arn },
                    Tags = region.Tags.Of(plan.Pool).Tags,
                }, new CustomResourceOptions { Parent = this }.Formerly(plan.Pool, old => $"{old}{reservation[plan.Pool.Id.Length..]}-unused")); // A reservation's name begins with its pool's.
            }
        }

        RegisterOutputs();
    }

    /// <summary>Lets alarms publish under the region's key.</summary>
    public static Dictionary<string, object> OfKey(string account, string region) => AmazonKeyPolicy.AlarmsSpeak("ReservedSpeaks", account, region, Purpose);

    private static MetricAlarmMetricQueryArgs Of(string id, string metric, string statistic, Input<string> reservation) => new()
    {
        Id = id,
        Metric = new MetricAlarmMetricQueryMetricArgs
        {
            Namespace = "AWS/EC2CapacityReservations",
            MetricName = metric,
            Period = PeriodSeconds,
            Stat = statistic,
            Dimensions = { ["CapacityReservationId"] = reservation },
        },
    };
}
