using System.Collections.Immutable;
using GpuInfra.Infra.Common;
using GpuInfra.Planning.Fleets;
using Pulumi;
using Pulumi.Aws.Ec2;
using Pulumi.Aws.ResourceGroups.Inputs;
using ResourceGroups = Pulumi.Aws.ResourceGroups;

namespace GpuInfra.Infra.Amazon;

/// <summary>
/// A pool's On-Demand Capacity Reservations, one per zone, and the resource group through which its machines find them and the held ones.
/// They are billed from their creation, used or not, and have no end: an end date needs a clock, which a program that must give
/// the same result twice does not have. Outside production they go with the stack.
/// </summary>
internal sealed class AmazonReservations : ComponentResource
{
    private readonly List<Resource> _members = [];
    private readonly List<(string, Output<string>)> _made = [];

    public AmazonReservations(
        Pool pool, IEnumerable<HeldUse> held, RegionFleet region, ImmutableSortedDictionary<string, AmazonSubnet> subnets, TagSet tags, PlacementGroup? together, ComponentResourceOptions options)
        : base("gpuinfra:amazon:Reservations", pool.Id, options)
    {
        var group = new ResourceGroups.Group(pool.Id, new ResourceGroups.GroupArgs
        {
            Description = "Capacity reservations of one pool",
            Configurations =
            {
                new GroupConfigurationArgs { Type = "AWS::EC2::CapacityReservationPool" },
                new GroupConfigurationArgs
                {
                    Type = "AWS::ResourceGroups::Generic",
                    Parameters =
                    {
                        new GroupConfigurationParameterArgs
                        {
                            Name = "allowed-resource-types",
                            Values = { "AWS::EC2::CapacityReservation" },
                        },
                    },
                },
            },
            Tags = tags.Tags,
        }, new CustomResourceOptions { Parent = this }.Formerly(pool));
        foreach (var use in held)
        {
            _members.Add(new ResourceGroups.Resource($"{pool.Id}-{use.Reservation}", new ResourceGroups.ResourceArgs
            {
                GroupArn = group.Arn,
                ResourceArn = $"arn:aws:ec2:{pool.Region}:{use.Account}:capacity-reservation/{use.Reservation}",
            }, new CustomResourceOptions { Parent = this }));
        }

        foreach (var zone in pool.Zones.Select(zone => zone with { Instances = pool.MadeIn(zone) }).Where(zone => zone.Instances > 0))
        {
            var name = InZone(pool.Id);
            var args = new CapacityReservationArgs
            {
                AvailabilityZone = subnets[zone.Zone].ZoneName, // A name here, which differs by account.
                InstanceType = pool.InstanceType,
                InstancePlatform = "Linux/UNIX",
                InstanceCount = zone.Instances,
                InstanceMatchCriteria = "targeted", // An open one is taken by any machine of its type in the account.
                EndDateType = "unlimited",
                Tags = tags.Named(name),
            };
            if (together is not null)
            {
                args.PlacementGroupArn = together.Arn; // Machines of the group find no other.
            }

            var reservation = new CapacityReservation(name, args, new CustomResourceOptions { Parent = this, Protect = region.Protect }.Formerly(pool, InZone));
            _made.Add((name, reservation.Id));
            _members.Add(new ResourceGroups.Resource(name, new ResourceGroups.ResourceArgs
            {
                GroupArn = group.Arn,
                ResourceArn = reservation.Arn,
            }, new CustomResourceOptions { Parent = this }.Formerly(pool, InZone)));

            string InZone(string id) => $"{id}-{zone.Zone}";
        }

        GroupArn = group.Arn;
        RegisterOutputs();
    }

    public Output<string> GroupArn { get; }

    /// <summary>The reservations that it made, by name.</summary>
    public IReadOnlyList<(string Name, Output<string> Id)> Made => _made;

    /// <summary>Held ones whose figures the account has, by name: another account's are told there.</summary>
    public static IEnumerable<(string Name, Output<string> Id)> OfAccount(Pool pool, IEnumerable<HeldUse> held, string account) =>
        held.Where(use => use.Account == account).Select(use => ($"{pool.Id}-{use.Reservation}", Output.Create(use.Reservation)));

    /// <summary>The group's memberships: machines may start only after them.</summary>
    public InputList<Resource> Members => _members;
}
