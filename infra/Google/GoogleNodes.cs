using GpuInfra.Infra.Clusters;
using GpuInfra.Infra.Common;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using Pulumi;
using Pulumi.Gcp.Container;
using Pulumi.Gcp.Container.Inputs;

namespace GpuInfra.Infra.Google;

/// <summary>The nodes of a cluster: a few without GPUs for what must always run, and those of the pools.</summary>
internal sealed class GoogleNodes : ComponentResource
{
    public GoogleNodes(RegionFleet region, GoogleGround ground, GoogleCluster cluster, GoogleIdentity identity, ComponentResourceOptions options)
        : base("gpuinfra:google:Nodes", region.Name, options)
    {
        var child = new CustomResourceOptions { Parent = this };
        var place = new GoogleNodePlace(region, ground, cluster, identity);
        var name = Names.Fit($"system-{region.Region}", GoogleNodePlace.AutoName);
        var system = place.Args(place.Machine(SystemNodes.Type(CloudProvider.Gcp), "pd-balanced", SystemGib, region.Tags.Shared));
        var zones = region.Zones.Take(SystemNodes.Count).ToList();
        system.NodeLocations = zones;
        system.NodeCount = (SystemNodes.Count + zones.Count - 1) / zones.Count; // Of each zone.
        system.UpgradeSettings = new NodePoolUpgradeSettingsArgs { MaxSurge = 1, MaxUnavailable = 0 };
        _ = new NodePool(name, system, child);

        foreach (var pool in region.Pools)
        {
            _ = new GoogleNodePool(pool, place, new ComponentResourceOptions { Parent = this }.Formerly(pool.Pool));
        }

        if (region.Pools.Any(plan => plan.Pool.Tier == Tier.Reserved))
        {
            _ = new GoogleReservationAlarms(region, new ComponentResourceOptions { Parent = this });
        }

        RegisterOutputs();
    }

    /// <summary>GiB of a node's disk without weights: the system, images and logs.</summary>
    public const int SystemGib = 100;
}
