using GpuInfra.Infra.Common;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans.Ledgers;
using Pulumi;
using Pulumi.Aws.Ec2;
using Pulumi.Aws.Ec2.Inputs;
using Pulumi.Aws.Vpc;

namespace GpuInfra.Infra.Amazon;

/// <summary>
/// The Elastic Fabric Adapter and the placement group of machines of which several make a replica. No other machine has either: they cost nothing, and make machines harder to get.
/// </summary>
internal static class AmazonFabric
{
    /// <summary>
    /// The group that a pool's machines stand close together in; null where a replica has room on one, and where the capacity is somebody else's reservation, which lies where it lies: a machine
    /// in a group finds no reservation that was made outside it (EC2 user guide, Capacity Reservations in cluster placement groups).
    /// </summary>
    /// <param name="pool">The pool.</param>
    /// <param name="tags">Its tags.</param>
    /// <param name="parent">Whose it is.</param>
    public static PlacementGroup? Group(Pool pool, TagSet tags, Resource parent) => pool.NodesPerReplica == 1 || pool.Held.Any(use => use.Kind != ReservationKind.CapacityBlock) ? null
        : new PlacementGroup(pool.Id, new PlacementGroupArgs { Strategy = "cluster", Tags = tags.Named(pool.Id) }, new CustomResourceOptions { Parent = parent }.Formerly(pool));

    /// <summary>Machines of a launch template stand in a group.</summary>
    public static void Place(LaunchTemplateArgs args, PlacementGroup? group)
    {
        if (group is not null)
        {
            args.Placement = new LaunchTemplatePlacementArgs { GroupName = group.Name };
        }
    }

    /// <summary>
    /// One interface for each network card. The first has an address besides the fabric, the others the fabric alone, so that a machine takes one address of its subnet.
    /// </summary>
    /// <param name="pool">The pool.</param>
    /// <param name="security">The region's security groups.</param>
    public static InputList<LaunchTemplateNetworkInterfaceArgs> Interfaces(Pool pool, AmazonSecurityGroups security) => ReplicaFabric.Of(pool) is not { } fabric
        ? [Private(Interface(security.Machines))]
        : Enumerable.Range(0, fabric.Cards).Select(card =>
        {
            var args = Interface(security.Machines, security.Fabric!);
            args.DeviceIndex = card == 0 ? 0 : 1;
            args.NetworkCardIndex = card;
            args.InterfaceType = card == 0 ? "efa" : "efa-only";
            return fabric.Cards == 1 ? Private(args) : args;
        }).ToList();

    /// <summary>Lets members of a group do everything among themselves, which EFA asks for in both directions, and nothing beyond.</summary>
    public static void Open(RegionFleet region, SecurityGroup group, Resource parent)
    {
        var (name, child) = ($"{region.Name}-fabric", new CustomResourceOptions { Parent = parent });
        _ = new SecurityGroupEgressRule(name, new SecurityGroupEgressRuleArgs { SecurityGroupId = group.Id, ReferencedSecurityGroupId = group.Id, IpProtocol = "-1", Tags = region.Tags.Shared.Tags }, child);
        _ = new SecurityGroupIngressRule(name, new SecurityGroupIngressRuleArgs { SecurityGroupId = group.Id, ReferencedSecurityGroupId = group.Id, IpProtocol = "-1", Tags = region.Tags.Shared.Tags }, child);
    }

    private static LaunchTemplateNetworkInterfaceArgs Interface(params ReadOnlySpan<Output<string>> groups)
    {
        var args = new LaunchTemplateNetworkInterfaceArgs { DeviceIndex = 0, DeleteOnTermination = "true" };
        foreach (var group in groups)
        {
            args.SecurityGroups.Add(group);
        }

        return args;
    }

    /// <summary>A machine of several interfaces gets no public address, and EC2 refuses one that says so of any of them (aws/karpenter-provider-aws pull request 5666).</summary>
    private static LaunchTemplateNetworkInterfaceArgs Private(LaunchTemplateNetworkInterfaceArgs args)
    {
        args.AssociatePublicIpAddress = "false";
        return args;
    }
}
