using System.Globalization;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Units;
using Pulumi;
using Pulumi.Aws.AutoScaling;

namespace GpuInfra.Infra.Amazon;

/// <summary>When a group on a Capacity Block is filled and emptied.</summary>
internal static class AmazonBlockHours
{
    /// <summary>AWS begins to take a block's machines away at 11:00 UTC of its last day; they are gone half an hour before that.</summary>
    private const string LastMinute = "T10:30:00Z";

    /// <summary>Adds the scheduled actions.</summary>
    /// <param name="name">What their names begin with.</param>
    /// <param name="group">The Auto Scaling group's name.</param>
    /// <param name="block">The block.</param>
    /// <param name="beginsIn">The month on whose first day it begins; null where it has begun.</param>
    /// <param name="parent">Whose they are.</param>
    public static void Add(string name, Input<string> group, HeldUse block, Month? beginsIn, Resource parent)
    {
        if (beginsIn is { } month)
        {
            // Every day of the month, so that a group made after the block's first minute gets its machines too: no schedule may begin in the past.
            Action("start", block.Instances, action => action.Recurrence = FormattableString.Invariant($"31 11 * {month.Number} *"));
        }

        if (block.End is { } end)
        {
            Action("end", 0, action => action.StartTime = end.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + LastMinute);
        }

        void Action(string what, int size, Action<ScheduleArgs> when)
        {
            // Every size is named: a schedule's default size is 0, not "leave it", which is -1.
            var args = new ScheduleArgs { AutoscalingGroupName = group, ScheduledActionName = what, MinSize = 0, DesiredCapacity = size, MaxSize = -1 };
            when(args);
            _ = new Schedule($"{name}-{what}", args, new CustomResourceOptions { Parent = parent });
        }
    }
}
