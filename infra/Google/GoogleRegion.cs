using GpuInfra.Infra.Common;
using GpuInfra.Planning.Fleets;
using Pulumi;

namespace GpuInfra.Infra.Google;

/// <summary>Everything that a fleet has in one Google Cloud region, its network included: regions share nothing.</summary>
internal sealed class GoogleRegion : ComponentResource
{
    /// <param name="region">The region.</param>
    /// <param name="copy">The region that its data is copied to; null when it is not.</param>
    public GoogleRegion(RegionFleet region, GoogleRegion? copy)
        : base("gpuinfra:google:Region", region.Name, new ComponentResourceOptions { Providers = { GoogleGround.Provider(region) } })
    {
        var options = new ComponentResourceOptions { Parent = this };
        var (network, subnet, key, weights) = GoogleGround.Of(region, copy, options);
        Weights = weights;
        var identity = new GoogleIdentity(region, weights, options);
        var queues = region.QueuedServings.IsEmpty ? null : new GoogleQueues(region, key, weights, Output.Format($"serviceAccount:{identity.Email}"), options);
        var files = region.Files.IsEmpty ? null : new GoogleFiles(region, network!, key, options);
        var fabric = region.Spans ? new GoogleFabric(region, options) : null;
        if (fabric is not null)
        {
            GoogleRendezvous.Allow(region, weights, Output.Format($"serviceAccount:{identity.Email}"), this);
        }

        var place = new GooglePlace(region, subnet, key, weights, identity, queues, files, fabric);
        var pools = region.Pools.Select(pool => new GooglePool(pool, place, new ComponentResourceOptions { Parent = this }.Formerly(pool.Pool))).ToList();
        if (region.HasKeeper)
        {
            _ = new GoogleKeeper(region, weights, queues, pools, options);
        }

        if (region.Pools.Any(plan => plan.Pool.Tier == Tier.Reserved))
        {
            _ = new GoogleReservationAlarms(region, options);
        }

        if (region.Entry is { } entry)
        {
            _ = new GoogleRouter(entry, place, network?.NetworkId, options);
        }

        if (!region.Monitors.IsEmpty)
        {
            _ = new GoogleMonitors(place, options);
        }

        if (region.Watchdog is not null)
        {
            _ = new GoogleWatchdog(region, key, options);
        }

        Halt = region.Halt is null ? null : new GoogleHalt(region, key, options);
        Outputs = new RegionOutputs(region.Name, [.. region.Artefacts], Output.Format($"gs://{weights.BucketName}"), region.Settings.GoogleEngineImage!, region.Trains ? region.Settings.GoogleTrainingImage : null);
        RegisterOutputs();
    }

    public RegionOutputs Outputs { get; }

    /// <summary>What halts pools of used-up budgets; null where it is in no such region.</summary>
    public GoogleHalt? Halt { get; }

    public GoogleWeights Weights { get; }
}

/// <summary>What a region's pools share.</summary>
internal sealed record GooglePlace(
    RegionFleet Region, Output<string> SubnetId, GoogleKey Key, GoogleWeights Weights, GoogleIdentity Identity, GoogleQueues? Queues, GoogleFiles? Files, GoogleFabric? Fabric);
