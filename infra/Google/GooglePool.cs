using GpuInfra.Infra.Common;
using GpuInfra.Planning.Fleets;
using Pulumi;
using Pulumi.Gcp.Compute;

namespace GpuInfra.Infra.Google;

/// <summary>
/// A pool: for the reserved tier a reservation and a group of fixed size in each zone, for the others one group over the region.
/// No group heals by health check: a machine that loads weights for minutes would be replaced for ever. A failed engine restarts
/// in place, and Google recreates machines that die.
/// </summary>
internal sealed class GooglePool : ComponentResource
{
    public GooglePool(PoolPlan plan, GooglePlace place, ComponentResourceOptions options)
        : base("gpuinfra:google:Pool", plan.Pool.Id, options)
    {
        var child = new CustomResourceOptions { Parent = this };
        var pool = plan.Pool;
        var template = new GoogleTemplate(plan, place);
        if (pool.Tier == Tier.Reserved)
        {
            foreach (var zone in pool.Zones.Where(zone => zone.Instances > 0))
            {
                Reserve(pool, place, template, zone);
            }
        }
        else
        {
            var name = Names.Fit(pool.Id, Names.GoogleAutoName);
            var machine = new RegionInstanceTemplate(name, template.Unreserved(), child);
            var group = new RegionInstanceGroupManager(name, GoogleGroup.OverRegion(pool, machine.SelfLink), child);
            if (pool.Window is { } window)
            {
                _ = new RegionAutoscaler(name, GoogleGroup.InWindow(pool, window, group.SelfLink), child);
            }
        }

        RegisterOutputs();
    }

    private void Reserve(Pool pool, GooglePlace place, GoogleTemplate template, PoolZone zone)
    {
        var name = Names.Fit($"{pool.Id}-{zone.Zone[(zone.Zone.LastIndexOf('-') + 1)..]}", Names.GoogleAutoName);
        var reservation = new Reservation(
            name,
            GoogleShape.Of(pool).Reservation(zone, place.Region.Protect),
            new CustomResourceOptions { Parent = this, Protect = place.Region.Protect });
        var child = new CustomResourceOptions { Parent = this };
        var machine = new RegionInstanceTemplate(name, template.Reserved(reservation.Name), child);
        _ = new InstanceGroupManager(name, GoogleGroup.InZone(pool, zone, machine.SelfLink), child);
    }
}
