using System.Globalization;
using GpuInfra.Infra.Common;
using GpuInfra.Planning.Fleets;
using Pulumi;
using Pulumi.Aws.AutoScaling.Inputs;
using Pulumi.Aws.Ec2;
using GroupArgs = Pulumi.Aws.AutoScaling.GroupArgs;

namespace GpuInfra.Infra.Amazon;

/// <summary>
/// The Auto Scaling group of a pool, one shape per tier. Reservations and spot exclude each other on one group (EC2 refuses the
/// pair), so no shape has both.
/// </summary>
internal sealed class AmazonGroup(PoolPlan plan, AmazonPlace place, LaunchTemplate template, TagSet tags)
{
    private readonly Pool _pool = plan.Pool;

    // A number, never "$Latest": a group on "$Latest" sees no change and starts no refresh.
    private readonly Output<string> _version =
        template.LatestVersion.Apply(version => version.ToString(CultureInfo.InvariantCulture));

    /// <summary>Sizes in the group's unit: machines, or replicas where rungs hold different numbers of them.</summary>
    public InstanceCounts Sizes => _pool.Tier == Tier.Spot
        ? new InstanceCounts(Weigh(_pool.Instances.Min), Weigh(_pool.Instances.Desired), Weigh(_pool.Instances.Max))
        : _pool.Instances;

    /// <summary>On the pool's reservations and nowhere else.</summary>
    public GroupArgs Reserved(IReadOnlyCollection<PoolZone> zones, GroupCapacityReservationSpecificationCapacityReservationTargetArgs target)
    {
        var count = zones.Sum(zone => zone.Instances);
        var args = Shape(new InstanceCounts(count, count, count), zones, launchFirst: false);
        args.LaunchTemplate = Template();
        args.CapacityReservationSpecification = new GroupCapacityReservationSpecificationArgs
        {
            CapacityReservationPreference = "capacity-reservations-only",
            CapacityReservationTarget = target,
        };

        // Otherwise rebalancing moves machines to zones with no reservation left.
        args.AvailabilityZoneDistribution = new GroupAvailabilityZoneDistributionArgs
        {
            CapacityDistributionStrategy = "reservations-then-balanced",
        };
        return args;
    }

    /// <summary>
    /// On a Capacity Block, which its template names: the block's zone alone, and never more machines than it holds. Before it begins nothing starts, which
    /// fails no update.
    /// </summary>
    public GroupArgs OnBlock(HeldUse block, bool isEmpty)
    {
        var sizes = new InstanceCounts(0, isEmpty ? 0 : block.Instances, block.Instances);
        var args = Shape(sizes, [new PoolZone(block.Zone, block.Instances)], launchFirst: false);
        args.LaunchTemplate = Template();
        args.WaitForCapacityTimeout = "0";
        args.IgnoreFailedScalingActivities = true;
        return args;
    }

    /// <summary>By the hour, never on a reservation: those are the reserved pools' own.</summary>
    public GroupArgs OnDemand()
    {
        var args = Unreserved(launchFirst: true);
        args.LaunchTemplate = Template();
        args.CapacityReservationSpecification = new GroupCapacityReservationSpecificationArgs
        {
            CapacityReservationPreference = "none",
        };
        return args;
    }

    /// <summary>Interruptible, over the ladder.</summary>
    public GroupArgs Spot()
    {
        var args = Unreserved(launchFirst: false);
        args.CapacityRebalance = true;
        args.MixedInstancesPolicy = OverLadder(new GroupMixedInstancesPolicyInstancesDistributionArgs
        {
            OnDemandBaseCapacity = 0,
            OnDemandPercentageAboveBaseCapacity = 0,
            SpotAllocationStrategy = "price-capacity-optimized", // The default, lowest-price, is interrupted most.
        });
        return args;
    }

    /// <summary>The same machines on demand, none of them until spot is short. Quotas are planned for as many as the pool has.</summary>
    public GroupArgs Fallback()
    {
        var args = Unreserved(launchFirst: false);
        (args.MinSize, args.DesiredCapacity) = (0, 0);
        args.MixedInstancesPolicy = OverLadder(new GroupMixedInstancesPolicyInstancesDistributionArgs
        {
            OnDemandBaseCapacity = 0,
            OnDemandPercentageAboveBaseCapacity = 100,
            OnDemandAllocationStrategy = "prioritized",
        });
        args.CapacityReservationSpecification = new GroupCapacityReservationSpecificationArgs { CapacityReservationPreference = "none" };
        return args;
    }

    private GroupMixedInstancesPolicyArgs OverLadder(GroupMixedInstancesPolicyInstancesDistributionArgs distribution) => new()
    {
        InstancesDistribution = distribution,
        LaunchTemplate = new GroupMixedInstancesPolicyLaunchTemplateArgs
        {
            LaunchTemplateSpecification = new GroupMixedInstancesPolicyLaunchTemplateLaunchTemplateSpecificationArgs
            {
                LaunchTemplateId = template.Id,
                Version = _version,
            },
            Overrides = _pool.Ladder.Select(rung => new GroupMixedInstancesPolicyLaunchTemplateOverrideArgs
            {
                InstanceType = rung.InstanceType,
                WeightedCapacity = rung.ReplicasPerInstance.ToString(CultureInfo.InvariantCulture),
            }).ToList(),
        },
    };

    /// <summary>
    /// A group without reservations. Scarce capacity must not fail an update half-way: the group waits for it, Pulumi does not.
    /// </summary>
    private GroupArgs Unreserved(bool launchFirst)
    {
        // In a window's group the schedules set the minimum; between updates it may be at zero.
        var sizes = _pool.Window is null ? Sizes : Sizes with { Min = 0 };
        var args = Shape(sizes, _pool.Zones, launchFirst);
        args.WaitForCapacityTimeout = "0";
        args.IgnoreFailedScalingActivities = true;
        return args;
    }

    private GroupArgs Shape(InstanceCounts sizes, IEnumerable<PoolZone> zones, bool launchFirst)
    {
        var args = Shape(sizes, zones);
        if (!place.Region.IsFrozen && plan.IsRenewed)
        {
            args.InstanceRefresh = _pool.NodesPerReplica == 1 ? Refresh(launchFirst) : OneAtATime(launchFirst);
        }

        return args;
    }

    private GroupArgs Shape(InstanceCounts sizes, IEnumerable<PoolZone> zones) => new()
    {
        MinSize = sizes.Min,
        DesiredCapacity = sizes.Desired,
        MaxSize = sizes.Max,
        VpcZoneIdentifiers = zones.Select(zone => place.Subnets[zone.Zone].Id).ToList(),
        HealthCheckType = "EC2", // A failed engine is restarted in place; only a dead machine is replaced.
        HealthCheckGracePeriod = MachineNeeds.LoadSeconds(plan),
        DefaultInstanceWarmup = MachineNeeds.LoadSeconds(plan),
        Tags = tags.Named(_pool.Id).OrderBy(tag => tag.Key, StringComparer.Ordinal)
            .Select(tag => new GroupTagArgs { Key = tag.Key, Value = tag.Value, PropagateAtLaunch = true }).Concat(Signs).ToList(),
    };

    /// <summary>What only the group carries: on its machines it would renew them.</summary>
    private IEnumerable<GroupTagArgs> Signs =>
        plan.Halts ? [new GroupTagArgs { Key = place.Region.Tags.KeyOf(HaltSource.Sign), Value = "enabled", PropagateAtLaunch = false }] : [];

    private static GroupInstanceRefreshArgs Refresh(bool launchFirst) => new()
    {
        Strategy = "Rolling",

        // A full reservation has no room for a machine's successor beside it: there the old one goes first.
        Preferences = launchFirst
            ? new GroupInstanceRefreshPreferencesArgs { MinHealthyPercentage = 100, MaxHealthyPercentage = 110 }
            : new GroupInstanceRefreshPreferencesArgs { MinHealthyPercentage = 90, MaxHealthyPercentage = 100 },
    };

    /// <summary>Of machines that make replicas together, one after the other: a group knows no replicas, and two machines may be of two.</summary>
    private GroupInstanceRefreshArgs OneAtATime(bool launchFirst)
    {
        var count = Math.Max(1, _pool.Instances.Desired);
        return new GroupInstanceRefreshArgs
        {
            Strategy = "Rolling",
            Preferences = launchFirst
                ? new GroupInstanceRefreshPreferencesArgs { MinHealthyPercentage = 100, MaxHealthyPercentage = 100 + ((100 + count - 1) / count) }
                : new GroupInstanceRefreshPreferencesArgs { MinHealthyPercentage = 100 * (count - 1) / count, MaxHealthyPercentage = 100 },
        };
    }

    private GroupLaunchTemplateArgs Template() => new() { Id = template.Id, Version = _version };

    private int Weigh(int instances) => instances * _pool.ReplicasPerInstance;
}
