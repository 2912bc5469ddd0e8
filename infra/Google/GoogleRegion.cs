using GpuInfra.Infra.Common;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using Pulumi;
using Pulumi.Gcp;

namespace GpuInfra.Infra.Google;

/// <summary>Everything that a fleet has in one Google Cloud region, its network included: regions share nothing.</summary>
internal sealed class GoogleRegion : ComponentResource
{
    /// <param name="region">The region.</param>
    /// <param name="copy">The region that its data is copied to; null when it is not.</param>
    public GoogleRegion(RegionFleet region, GoogleRegion? copy)
        : base("gpuinfra:google:Region", region.Name, new ComponentResourceOptions { Providers = { Provider(region) } })
    {
        var options = new ComponentResourceOptions { Parent = this };
        var made = region.Existing is ExistingNetwork.Google ? null : MakeNetwork(region, options);
        var (network, subnet) = region.Existing is ExistingNetwork.Google existing ? (null, Output.Create(existing.Link)) : (made!.NetworkId, made.SubnetId);
        var key = new GoogleKey(region, options);
        var weights = Weights = new GoogleWeights(region, key, copy, options);
        var identity = new GoogleIdentity(region, weights, options);
        var queues = region.QueuedServings.IsEmpty ? null : new GoogleQueues(region, key, weights, identity, options);
        var files = region.Files.IsEmpty ? null : new GoogleFiles(region, made!, key, options);
        var place = new GooglePlace(region, subnet, key, weights, identity, queues, files);
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
            _ = new GoogleRouter(entry, place, network, options);
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

    /// <summary>Firewall rules are the network's, so an existing one keeps those of its owner.</summary>
    private static GoogleNetwork MakeNetwork(RegionFleet region, ComponentResourceOptions options)
    {
        var network = new GoogleNetwork(region, options);
        _ = new GoogleFirewall(region, network, options);
        return network;
    }

    /// <summary>It refuses to work for a caller of another project than the plan's.</summary>
    private static Provider Provider(RegionFleet region) => new(region.Name, new ProviderArgs
    {
        Project = CallersProject.Checked(region.Account, region.Settings.Stack),
        Region = region.Region,
        DefaultLabels = region.Tags.Shared.Labels,
    });
}

/// <summary>What a region's pools share.</summary>
internal sealed record GooglePlace(
    RegionFleet Region, Output<string> SubnetId, GoogleKey Key, GoogleWeights Weights, GoogleIdentity Identity, GoogleQueues? Queues, GoogleFiles? Files);
