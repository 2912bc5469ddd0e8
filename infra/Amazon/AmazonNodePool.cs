using System.Globalization;
using GpuInfra.Infra.Clusters;
using GpuInfra.Infra.Common;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans.Ledgers;
using Pulumi;
using Pulumi.Aws.AutoScaling;
using Pulumi.Aws.Ec2.Inputs;
using Pulumi.Aws.Eks;
using Pulumi.Aws.Eks.Inputs;
using LaunchTemplate = Pulumi.Aws.Ec2.LaunchTemplate;
using LaunchTemplateArgs = Pulumi.Aws.Ec2.LaunchTemplateArgs;
using PlacementGroup = Pulumi.Aws.Ec2.PlacementGroup;

namespace GpuInfra.Infra.Amazon;

/// <summary>
/// The nodes of a pool on reservations: a group of fixed size in each zone, since EKS's groups do not know how many a zone's reservation holds, and one for each Capacity Block.
/// What is bought by the hour is Karpenter's.
/// </summary>
internal sealed class AmazonNodePool : ComponentResource
{
    public AmazonNodePool(PoolPlan plan, AmazonNodePlace place, AmazonKarpenter? karpenter, ComponentResourceOptions options)
        : base("gpuinfra:amazon:Pool", plan.Pool.Id, options)
    {
        var pool = plan.Pool;
        var tags = place.Region.Tags.Of(pool);
        if (pool.Tier == Tier.Reserved)
        {
            var blocks = pool.Held.Where(use => use.Kind == ReservationKind.CapacityBlock).ToList();
            foreach (var block in blocks)
            {
                OnBlock(plan, place, tags, block);
            }

            var zones = pool.Zones.Select(zone => zone with { Instances = zone.Instances - blocks.Where(block => block.Zone == zone.Zone).Sum(block => block.Instances) })
                .Where(zone => zone.Instances > 0).ToList();
            if (zones.Count > 0)
            {
                OnReservations(plan, place, tags, zones);
            }
        }
        else if (pool.Engine.Cut is not null || pool.NodesPerReplica > 1)
        {
            OfFixedSize(plan, place, tags);
        }
        else
        {
            AmazonKarpenterPool.Add(plan, place, karpenter!, tags, this);
        }

        RegisterOutputs();
    }

    /// <summary>Its reservations whose figures the account has, by name.</summary>
    public IReadOnlyList<(string Name, Output<string> Id)> Reservations { get; private set; } = [];

    private void OnReservations(PoolPlan plan, AmazonNodePlace place, TagSet tags, List<PoolZone> zones)
    {
        var pool = plan.Pool;
        var held = pool.Held.Where(use => use.Kind != ReservationKind.CapacityBlock).ToList();
        var together = AmazonFabric.Group(pool, tags, this);
        var reservations = new AmazonReservations(
            pool, held, place.Region, place.Ground.Subnets, tags, together, new ComponentResourceOptions { Parent = this }.Formerly(pool));
        Reservations = [.. reservations.Made, .. AmazonReservations.OfAccount(pool, held, place.Region.Account)];
        var args = Template(pool.Id, plan, place, tags, together);
        args.CapacityReservationSpecification = new LaunchTemplateCapacityReservationSpecificationArgs
        {
            CapacityReservationPreference = "capacity-reservations-only", // Without it a full group's machine starts by the hour.
            CapacityReservationTarget = new LaunchTemplateCapacityReservationSpecificationCapacityReservationTargetArgs
            {
                CapacityReservationResourceGroupArn = reservations.GroupArn,
            },
        };
        var template = new LaunchTemplate(pool.Id, args, new CustomResourceOptions { Parent = this }.Formerly(pool));
        foreach (var zone in zones)
        {
            var group = place.Group(template, [place.Ground.Subnets[zone.Zone]], new InstanceCounts(zone.Instances, zone.Instances, zone.Instances), tags);
            OfPool(group, pool);
            group.CapacityType = "ON_DEMAND";
            group.InstanceTypes = [pool.InstanceType];
            var options = new CustomResourceOptions { Parent = this, DependsOn = place.First }.Formerly(pool, InZone);
            options.DependsOn.AddRange(reservations.Members);
            _ = new NodeGroup(InZone(pool.Id), group, options);

            string InZone(string id) => Short($"{id}-{zone.Zone}");
        }
    }

    /// <summary>A block wants its market, its id and its machine type in the template, all three; before it begins the group is empty.</summary>
    private void OnBlock(PoolPlan plan, AmazonNodePlace place, TagSet tags, HeldUse block)
    {
        var pool = plan.Pool;
        var name = Short($"{pool.Id}-{block.Reservation}");
        var args = Template(name, plan, place, tags, together: null);
        args.InstanceType = pool.InstanceType;
        args.InstanceMarketOptions = new LaunchTemplateInstanceMarketOptionsArgs { MarketType = "capacity-block" };
        args.CapacityReservationSpecification = new LaunchTemplateCapacityReservationSpecificationArgs
        {
            CapacityReservationTarget = new LaunchTemplateCapacityReservationSpecificationCapacityReservationTargetArgs { CapacityReservationId = block.Reservation },
        };
        var template = new LaunchTemplate(name, args, new CustomResourceOptions { Parent = this });
        var begins = plan.Beginning.Contains(block.Reservation);
        var group = place.Group(template, [place.Ground.Subnets[block.Zone]], new InstanceCounts(0, begins ? 0 : block.Instances, block.Instances), tags);
        OfPool(group, pool);
        group.CapacityType = "CAPACITY_BLOCK";
        var made = new NodeGroup(name, group, new CustomResourceOptions { Parent = this, DependsOn = place.First, IgnoreChanges = { "scalingConfig.desiredSize" } });
        var scaling = made.Resources.Apply(resources => resources[0].AutoscalingGroups[0].Name!);
        AmazonBlockHours.Add(name, scaling, block, begins ? plan.Month : null, this);
    }

    /// <summary>
    /// Of GPUs that replicas share: Karpenter counts whole ones, and would start a machine for each part. And of replicas that span machines, which Karpenter does not put close together.
    /// </summary>
    private void OfFixedSize(PoolPlan plan, AmazonNodePlace place, TagSet tags)
    {
        var pool = plan.Pool;
        var args = Template(pool.Id, plan, place, tags, AmazonFabric.Group(pool, tags, this));
        if (pool.Tier == Tier.OnDemand)
        {
            args.CapacityReservationSpecification = new LaunchTemplateCapacityReservationSpecificationArgs { CapacityReservationPreference = "none" };
        }

        var template = new LaunchTemplate(pool.Id, args, new CustomResourceOptions { Parent = this }.Formerly(pool));
        var group = place.Group(template, pool.Zones.Select(zone => place.Ground.Subnets[zone.Zone]), pool.Instances with { Min = pool.Instances.Desired, Max = pool.Instances.Desired }, tags);
        OfPool(group, pool);
        group.CapacityType = pool.Tier == Tier.Spot ? "SPOT" : "ON_DEMAND";
        group.InstanceTypes = pool.Ladder.Select(rung => rung.InstanceType).ToList();
        _ = new NodeGroup(Short(pool.Id), group, new CustomResourceOptions { Parent = this, DependsOn = place.First }.Formerly(pool, Short));
    }

    private static LaunchTemplateArgs Template(string name, PoolPlan plan, AmazonNodePlace place, TagSet tags, PlacementGroup? together)
    {
        var args = AmazonNodeTemplate.Of(name, place.Ground, tags, AmazonNodeTemplate.RootGib(plan), AmazonNodeTemplate.UserData(plan));
        args.NetworkInterfaces = AmazonFabric.Interfaces(plan.Pool, place.Ground.Security);
        AmazonFabric.Place(args, together);
        return args;
    }

    private static string Short(string name) => Names.Fit(name, Names.GoogleAutoName);

    /// <summary>Labels by which its engines find it, and what keeps everything else away.</summary>
    private static void OfPool(NodeGroupArgs group, Pool pool)
    {
        group.AmiType = AmazonNodes.ImageOf(pool);
        group.Labels = ClusterLabels.OfNode(pool);
        if (pool.Engine.Cut is { } cut)
        {
            group.Labels.Add(ClusterDevices.PartsLabel, ClusterDevices.Parts(cut));
        }

        group.Taints = [new NodeGroupTaintArgs { Key = "nvidia.com/gpu", Value = "true", Effect = "NO_SCHEDULE" }];
    }
}
