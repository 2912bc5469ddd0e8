using GpuInfra.Infra.Common;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using Pulumi;
using Pulumi.Gcp.Compute;
using Pulumi.Gcp.Compute.Inputs;

namespace GpuInfra.Infra.Google;

/// <summary>The managed instance groups of a pool. They name themselves: a fixed name clashes when a group is replaced.</summary>
internal static class GoogleGroup
{
    /// <summary>The largest minReadySec of a group's update.</summary>
    private const int MostReadySeconds = 3600;

    /// <summary>A group on a zone's reservation, which has no room for a machine's successor: the old one goes first.</summary>
    public static InstanceGroupManagerArgs InZone(PoolPlan plan, PoolZone zone, Input<string> template, bool isFrozen) => new()
    {
        Zone = zone.Zone,
        BaseInstanceName = MachineName(plan.Pool),
        Versions = { new InstanceGroupManagerVersionArgs { InstanceTemplate = template } },
        TargetSize = zone.Instances,
        WaitForInstances = true, // What is reserved must start.
        WaitForInstancesStatus = "STABLE",
        NamedPorts = { new InstanceGroupManagerNamedPortArgs { Name = "engine", Port = EnginePorts.First } },
        UpdatePolicy = Update(plan, isFrozen),
    };

    private static InstanceGroupManagerUpdatePolicyArgs Update(PoolPlan plan, bool isFrozen)
    {
        var args = new InstanceGroupManagerUpdatePolicyArgs
        {
            Type = UpdateType(plan, isFrozen),
            MinimalAction = "REPLACE",
            ReplacementMethod = "RECREATE",
            MaxSurgeFixed = 0,
            MaxUnavailableFixed = 1,
        };
        if (plan.Pool.NodesPerReplica > 1)
        {
            args.MinReadySec = Math.Min(MostReadySeconds, ReadySeconds(plan));
        }

        return args;
    }

    /// <summary>
    /// A group over the region's zones. It does not insist on spreading evenly, or it would fail when one zone has no GPU left. A twin has no size of its own.
    /// </summary>
    public static RegionInstanceGroupManagerArgs OverRegion(PoolPlan plan, Input<string> template, bool isFrozen, bool isTwin = false)
    {
        var pool = plan.Pool;
        var launchFirst = pool.Tier == Tier.OnDemand;
        var zones = pool.Zones.Length; // A regional group accepts 0 or at least one machine per zone.
        var update = new RegionInstanceGroupManagerUpdatePolicyArgs
        {
            Type = UpdateType(plan, isFrozen),
            MinimalAction = "REPLACE",
            ReplacementMethod = "SUBSTITUTE",
            InstanceRedistributionType = "NONE",
            MaxSurgeFixed = launchFirst ? zones : 0,
            MaxUnavailableFixed = launchFirst ? 0 : zones,
        };
        if (pool.NodesPerReplica > 1)
        {
            update.MinReadySec = Math.Min(MostReadySeconds, ReadySeconds(plan));
        }

        var args = new RegionInstanceGroupManagerArgs
        {
            Region = pool.Region,
            BaseInstanceName = isTwin ? Names.Fit($"{pool.RenamedFrom ?? pool.Id}-fallback", Names.GoogleBaseInstanceName) : MachineName(pool),
            Versions = { new RegionInstanceGroupManagerVersionArgs { InstanceTemplate = template } },
            DistributionPolicyZones = pool.Zones.Select(zone => zone.Zone).ToList(),
            DistributionPolicyTargetShape = GoogleFabric.IsTogether(plan) ? "ANY_SINGLE_ZONE" : launchFirst && !isTwin ? "BALANCED" : "ANY",
            WaitForInstances = false, // Scarce capacity must not fail an update half-way.
            NamedPorts = { new RegionInstanceGroupManagerNamedPortArgs { Name = "engine", Port = EnginePorts.First } },
            UpdatePolicy = update,
        };
        if (pool.Window is null && plan.Load is null && plan.Queue is null && !plan.Halts && !isTwin)
        {
            args.TargetSize = pool.Instances.Desired; // Otherwise the autoscaler sets it; both at once fight.
        }

        if (plan.Load is not null && !isTwin)
        {
            args.InstanceLifecyclePolicy = new RegionInstanceGroupManagerInstanceLifecyclePolicyArgs { DefaultActionOnFailure = "REPAIR" };
        }

        if (plan.Standby is { } standby && !isTwin)
        {
            args.TargetStoppedSize = standby.Machines;
            args.StandbyPolicy = new RegionInstanceGroupManagerStandbyPolicyArgs
            {
                Mode = "SCALE_OUT_POOL", // The default, MANUAL, leaves starting them to people.
                InitialDelaySec = MachineNeeds.LoadSeconds(plan),
            };
        }

        if (pool.Ladder.Length > 1)
        {
            args.InstanceFlexibilityPolicy = new RegionInstanceGroupManagerInstanceFlexibilityPolicyArgs
            {
                InstanceSelections = pool.Ladder.Select(Selection).ToList(),
            };
        }

        return args;
    }

    /// <summary>In an incident machines that run stay as they are: a new template reaches those that start.</summary>
    private static string UpdateType(PoolPlan plan, bool isFrozen) => isFrozen || !plan.IsRenewed || (plan.Pool.NodesPerReplica > 1 && ReadySeconds(plan) > MostReadySeconds) ? "OPPORTUNISTIC" : "PROACTIVE";

    /// <summary>
    /// A group takes the next machine once the last one has run so long: before, the replica that it belongs to serves nobody. Where Google does not wait so long people renew them.
    /// </summary>
    private static int ReadySeconds(PoolPlan plan) => MachineNeeds.LoadSeconds(plan);

    /// <summary>How its machines' names begin. A group is replaced when this changes, so it outlives a renaming.</summary>
    private static string MachineName(Pool pool) => Names.Fit(pool.RenamedFrom ?? pool.Id, Names.GoogleBaseInstanceName);

    private static RegionInstanceGroupManagerInstanceFlexibilityPolicyInstanceSelectionArgs Selection(LadderRung rung, int rank) =>
        new() { Name = rung.InstanceType, MachineTypes = { rung.InstanceType }, Rank = rank };

    /// <summary>The planned size at all times, by an autoscaler: turned off, it starts nothing any more, and no update turns it on.</summary>
    public static RegionAutoscalerArgs Steady(Pool pool, Input<string> group) => new()
    {
        Region = pool.Region,
        Target = group,
        AutoscalingPolicy = new RegionAutoscalerAutoscalingPolicyArgs { MinReplicas = pool.Instances.Desired, MaxReplicas = pool.Instances.Desired, Mode = "ON" },
    };

    /// <summary>The planned size during the window, nothing outside it.</summary>
    public static RegionAutoscalerArgs InWindow(Pool pool, RunWindow window, Input<string> group) => new()
    {
        Region = pool.Region,
        Target = group,
        AutoscalingPolicy = new RegionAutoscalerAutoscalingPolicyArgs
        {
            MinReplicas = 0,
            MaxReplicas = pool.Instances.Max,
            Mode = "ON",
            ScalingSchedules =
            {
                new RegionAutoscalerAutoscalingPolicyScalingScheduleArgs
                {
                    Name = "run-window",
                    Schedule = WindowSchedule.Start(window),
                    TimeZone = window.TimeZone,
                    DurationSec = (int)window.Length.TotalSeconds,
                    MinRequiredReplicas = pool.Instances.Desired,
                },
            },
        },
    };
}
