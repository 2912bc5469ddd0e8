using GpuInfra.Infra.Common;
using GpuInfra.Planning.Fleets;
using Pulumi;
using Pulumi.Aws.AutoScaling;
using Pulumi.Aws.CloudWatch.Inputs;

namespace GpuInfra.Infra.Amazon;

/// <summary>
/// A twin of a spot group on demand, empty until spot is short: as large as the gap between what the spot group wants and has. The spot group goes on asking for spot
/// meanwhile.
/// </summary>
internal static class AmazonFallback
{
    /// <summary>The figures of the spot group that the alarms look at, both in the group's unit.</summary>
    public static InputList<Metric> GroupFigures => new() { Metric.GroupDesiredCapacity, Metric.GroupInServiceCapacity };

    public static void Add(PoolPlan plan, AmazonGroup shape, Group spot, TagSet tags, Resource parent)
    {
        var pool = plan.Pool;
        var options = new CustomResourceOptions { Parent = parent, IgnoreChanges = ["desiredCapacity"] } // The alarms change it; an update must not put it back.
            .Formerly(pool, id => $"{id}-fallback");
        var twin = new Group($"{pool.Id}-fallback", shape.Fallback(), options);
        var scaling = new AmazonFigureScaling(
            plan,
            shape.Sizes.Max,
            twin,
            [
                OfGroup("wanted", Metric.GroupDesiredCapacity, "Minimum"),
                OfGroup("here", Metric.GroupInServiceCapacity, "Maximum"),
                new MetricAlarmMetricQueryArgs { Id = "gap", Expression = "wanted - here", Label = "Capacity that spot does not give", ReturnData = true },
            ],
            tags,
            parent);
        scaling.Grow("spot-short", SpotPatience.ShortMinutes, "it wants spot machines and does not get them", "Minimum");
        scaling.Empty("spot-back", SpotPatience.BackMinutes, "it has all its spot machines");

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
    }
}
