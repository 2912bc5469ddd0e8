using GpuInfra.Infra.Common;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans.Ledgers;
using Pulumi;
using Pulumi.Aws.AutoScaling;
using Pulumi.Aws.AutoScaling.Inputs;

namespace GpuInfra.Infra.Amazon;

/// <summary>
/// The groups of a reserved pool. One runs on the reservations that the pool makes and on the held ones: on a single held one by its id,
/// on several through a resource group. Every Capacity Block has a group of its own, because its machines start in its own way, and leave before it ends.
/// </summary>
internal static class AmazonReservedGroups
{
    /// <returns>The reservations whose figures this account sees, by name.</returns>
    public static IReadOnlyList<(string Name, Output<string> Id)> Create(PoolPlan plan, AmazonPlace place, TagSet tags, ComponentResource parent)
    {
        var pool = plan.Pool;
        var blocks = pool.Held.Where(use => use.Kind == ReservationKind.CapacityBlock).ToList();
        var zones = pool.Zones.Select(zone => zone with { Instances = zone.Instances - blocks.Where(block => block.Zone == zone.Zone).Sum(block => block.Instances) })
            .Where(zone => zone.Instances > 0).ToList();
        foreach (var block in blocks)
        {
            OnBlock(plan, place, tags, block, parent);
        }

        var held = pool.Held.Except(blocks).ToList();
        return
        [
            .. zones.Count > 0 ? OnReservations(plan, place, tags, zones, held, parent) : [],
            .. AmazonReservations.OfAccount(pool, held, place.Region.Account),
        ];
    }

    private static IReadOnlyList<(string Name, Output<string> Id)> OnReservations(PoolPlan plan, AmazonPlace place, TagSet tags, List<PoolZone> zones, List<HeldUse> held, ComponentResource parent)
    {
        var pool = plan.Pool;
        var together = AmazonFabric.Group(pool, tags, parent);
        var group = new AmazonGroup(plan, place, AmazonTemplate.Create(plan, place, tags, together, parent), tags);
        var options = new CustomResourceOptions { Parent = parent }.Formerly(pool);
        var target = new GroupCapacityReservationSpecificationCapacityReservationTargetArgs();
        IReadOnlyList<(string, Output<string>)> made = [];
        if (held is [var only] && pool.Zones.All(zone => pool.MadeIn(zone) == 0))
        {
            target.CapacityReservationIds = [only.Reservation];
        }
        else
        {
            var reservations = new AmazonReservations(pool, held, place.Region, place.Subnets, tags, together, new ComponentResourceOptions { Parent = parent }.Formerly(pool));
            target.CapacityReservationResourceGroupArns = [reservations.GroupArn];
            options.DependsOn = reservations.Members;
            made = reservations.Made;
        }

        _ = new Group(pool.Id, group.Reserved(zones, target), options);
        return made;
    }

    private static void OnBlock(PoolPlan plan, AmazonPlace place, TagSet tags, HeldUse block, ComponentResource parent)
    {
        var name = $"{plan.Pool.Id}-{block.Reservation}";
        var template = AmazonTemplate.OnBlock(plan, place, tags, block, name, parent);
        var begins = plan.Beginning.Contains(block.Reservation);
        var scaling = new Group(name, new AmazonGroup(plan, place, template, tags).OnBlock(block, isEmpty: begins), new CustomResourceOptions
        {
            Parent = parent,
            IgnoreChanges = ["desiredCapacity"], // The schedules change it; an update must not put it back.
        });
        AmazonBlockHours.Add(name, scaling.Name, block, begins ? plan.Month : null, parent);
    }
}
