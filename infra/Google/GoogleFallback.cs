using GpuInfra.Infra.Common;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using Pulumi;
using Pulumi.Gcp.Compute;

namespace GpuInfra.Infra.Google;

/// <summary>
/// A twin of a spot group on demand, empty until spot is short. The keeper tells how many machines are to stand in, and the twin's autoscaler follows that figure from
/// zero; by a figure of the group, not of its machines, it may. Without the figure it leaves the size as it is.
/// </summary>
internal static class GoogleFallback
{
    /// <summary>How many machines are to stand in for a pool's spot machines.</summary>
    public const string StandIn = "custom.googleapis.com/gpuinfra/stand_in";

    /// <returns>The twin's group.</returns>
    public static RegionInstanceGroupManager Add(PoolPlan plan, GooglePlace place, Resource parent)
    {
        var pool = plan.Pool;
        var twin = plan with { Pool = pool with { Tier = Tier.OnDemand, Window = null } };
        var (name, options) = (Name(pool.Id), new CustomResourceOptions { Parent = parent }.Formerly(pool, Name));
        var machine = new RegionInstanceTemplate(name, new GoogleTemplate(twin, place).Unreserved(), options);
        var group = new RegionInstanceGroupManager(name, GoogleGroup.OverRegion(twin, machine.SelfLink, place.Region.IsFrozen, isTwin: true), options);
        var scalerOptions = new CustomResourceOptions { Parent = parent }.Formerly(pool, Name);
        if (plan.Halts)
        {
            scalerOptions.IgnoreChanges.Add("autoscalingPolicy.mode");
        }

        _ = new RegionAutoscaler(name, GoogleFigureScaling.Of(
            pool,
            group.SelfLink,
            MachineNeeds.LoadSeconds(plan),
            StandIn,
            GoogleKeeper.Series(place.Region, pool),
            perMachine: 1), scalerOptions);
        return group;
    }

    private static string Name(string id) => Names.Fit($"{id}-fallback", Names.GoogleAutoName);
}
