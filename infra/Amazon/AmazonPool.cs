using GpuInfra.Infra.Common;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using Pulumi;
using Pulumi.Aws.AutoScaling;

namespace GpuInfra.Infra.Amazon;

/// <summary>A pool: a launch template, an Auto Scaling group, and for the reserved tier the capacity it runs on.</summary>
internal sealed class AmazonPool : ComponentResource
{
    /// <summary>Leaves a size as it is: a scheduled action's default is 0.</summary>
    private const int Unchanged = -1;

    /// <param name="plan">The pool.</param>
    /// <param name="place">What the region's pools share.</param>
    /// <param name="made">The region's groups that go before others, by pool: those that this one waits for are among them.</param>
    /// <param name="options">Whose it is.</param>
    public AmazonPool(PoolPlan plan, AmazonPlace place, IReadOnlyDictionary<string, Group> made, ComponentResourceOptions options)
        : base("gpuinfra:amazon:Pool", plan.Pool.Id, options)
    {
        var pool = plan.Pool;
        var tags = place.Region.Tags.Of(pool);
        if (pool.Tier == Tier.Reserved)
        {
            Reservations = AmazonReservedGroups.Create(plan, place, tags, this);
        }
        else
        {
            var template = AmazonTemplate.Create(plan, place, tags, AmazonFabric.Group(pool, tags, this), this);
            var group = new AmazonGroup(plan, place, template, tags);
            var args = pool.Tier == Tier.Spot ? group.Spot() : group.OnDemand();
            if (plan.Load is not null || plan.GoesBefore)
            {
                args.EnabledMetrics = AmazonScalingAlarms.GroupFigures;
            }
            else if (plan.FallsBack)
            {
                args.EnabledMetrics = AmazonFallback.GroupFigures;
            }

            if (plan.Standby is { } standby)
            {
                AmazonStandby.Prepare(args, plan, standby);
            }

            if (plan.Queue is not null)
            {
                (args.MinSize, args.DesiredCapacity) = (0, 0);
            }

            var groupOptions = new CustomResourceOptions { Parent = this }.Formerly(pool);
            if (pool.Window is not null || plan.Load is not null || plan.Queue is not null)
            {
                groupOptions.IgnoreChanges.Add("desiredCapacity"); // Schedules and load change it; an update must not put it back.
            }

            if (plan.Load is not null || plan.Halts)
            {
                groupOptions.IgnoreChanges.Add("suspendedProcesses"); // Launches that the keeper or a used-up budget stopped are people's to resume.
            }

            var scaling = new Group(pool.Id, args, groupOptions);
            if (pool.Window is { } window)
            {
                Schedule(pool, window, plan.Queue is null ? group.Sizes : new InstanceCounts(0, Unchanged, group.Sizes.Max), scaling);
            }

            if (plan.Queue is not null)
            {
                AmazonQueueScaling.Add(plan, group, place.Queues!.ByServing[pool.Serving], scaling, tags, this);
            }

            if (plan.FallsBack)
            {
                var twinTags = place.Region.Tags.Of(pool with { Tier = Tier.OnDemand }); // The group's win over the template's.
                AmazonFallback.Add(plan, new AmazonGroup(plan, place, template, twinTags), scaling, [.. plan.Before.Select(id => made[id])], twinTags, this);
            }

            First = plan.GoesBefore ? scaling : null;

            if (plan.Load is { } load)
            {
                AmazonScaling.Add(pool, load, scaling, this);
                Scaled = scaling;
                if (plan.Standby is not null)
                {
                    AmazonStandby.Add(plan, scaling, this);
                }
            }
        }

        RegisterOutputs();
    }

    /// <summary>The reservations whose figures the account sees, by name; none where it has no reserved machines.</summary>
    public IReadOnlyList<(string Name, Output<string> Id)> Reservations { get; } = [];

    /// <summary>Its group, where it goes before the twin of a spot pool.</summary>
    public Group? First { get; }

    /// <summary>Its group, where it follows load.</summary>
    public Group? Scaled { get; }

    private void Schedule(Pool pool, RunWindow window, InstanceCounts planned, Group scaling)
    {
        Action("start", WindowSchedule.Start(window), planned);
        Action("stop", WindowSchedule.Stop(window), new InstanceCounts(0, 0, planned.Desired == Unchanged ? 0 : planned.Max)); // With jobs left, load would start them again.

        // Every size is named: a schedule's default size is 0, not "leave it".
        void Action(string name, string recurrence, InstanceCounts sizes) => _ = new Schedule($"{pool.Id}-{name}", new ScheduleArgs
        {
            AutoscalingGroupName = scaling.Name,
            ScheduledActionName = name,
            Recurrence = recurrence,
            TimeZone = window.TimeZone,
            MinSize = sizes.Min,
            DesiredCapacity = sizes.Desired,
            MaxSize = sizes.Max,
        }, new CustomResourceOptions { Parent = this }.Formerly(pool, id => $"{id}-{name}"));
    }
}
