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

    /// <param name="plan">The spot pool.</param>
    /// <param name="shape">How its groups are made.</param>
    /// <param name="spot">Its group.</param>
    /// <param name="before">Groups of online pools that want the same machines: while one is short, nothing is missed here, so none start and those that stand in leave.</param>
    /// <param name="tags">The twin's tags.</param>
    /// <param name="parent">Whose it is.</param>
    public static void Add(PoolPlan plan, AmazonGroup shape, Group spot, IReadOnlyList<Group> before, TagSet tags, Resource parent)
    {
        var pool = plan.Pool;
        var options = new CustomResourceOptions { Parent = parent, IgnoreChanges = ["desiredCapacity"] } // The alarms change it; an update must not put it back.
            .Formerly(pool, id => $"{id}-fallback");
        if (plan.Halts)
        {
            options.IgnoreChanges.Add("suspendedProcesses");
        }

        var twin = new Group($"{pool.Id}-fallback", shape.Fallback(), options);
        var scaling = new AmazonFigureScaling(
            plan,
            shape.Sizes.Max,
            twin,
            [
                OfGroup("wanted", spot, Metric.GroupDesiredCapacity, "Minimum"),
                OfGroup("here", spot, Metric.GroupInServiceCapacity, "Maximum"),
                .. before.SelectMany((group, at) => new[]
                {
                    OfGroup(Id("asked", at), group, Metric.GroupDesiredCapacity, "Minimum"), OfGroup(Id("came", at), group, Metric.GroupInServiceInstances, "Maximum"),
                }),
                new MetricAlarmMetricQueryArgs { Id = "gap", Expression = Gap(before.Count), Label = "Capacity that spot does not give", ReturnData = true },
            ],
            tags,
            parent);
        scaling.Grow("spot-short", SpotPatience.ShortMinutes, "it wants spot machines and does not get them", "Minimum");
        scaling.Empty("spot-back", SpotPatience.BackMinutes, "it has all its spot machines");

        static string Id(string what, int at) => FormattableString.Invariant($"{what}{at}");

        static string Gap(int before) => before == 0
            ? "wanted - here"
            : $"IF({string.Join(" OR ", Enumerable.Range(0, before).Select(at => $"{Id("asked", at)} > {Id("came", at)}"))}, 0, wanted - here)";

        static MetricAlarmMetricQueryArgs OfGroup(string id, Group group, Metric metric, string stat) => new()
        {
            Id = id,
            Metric = new MetricAlarmMetricQueryMetricArgs
            {
                Namespace = "AWS/AutoScaling",
                MetricName = metric.ToString(),
                Period = 60,
                Stat = stat,
                Dimensions = { ["AutoScalingGroupName"] = group.Name },
            },
        };
    }
}
