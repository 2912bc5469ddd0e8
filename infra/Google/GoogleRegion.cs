using GpuInfra.Infra.Common;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using Pulumi;
using Pulumi.Gcp;

namespace GpuInfra.Infra.Google;

/// <summary>Everything that a fleet has in one Google Cloud region, its network included: regions share nothing.</summary>
internal sealed class GoogleRegion : ComponentResource
{
    public GoogleRegion(RegionFleet region)
        : base("gpuinfra:google:Region", region.Name, new ComponentResourceOptions { Providers = { Provider(region) } })
    {
        var options = new ComponentResourceOptions { Parent = this };
        var (network, subnet) = region.Existing is ExistingNetwork.Google existing ? (null, Output.Create(existing.Link)) : MakeNetwork(region, options);
        var key = new GoogleKey(region, options);
        var weights = new GoogleWeights(region, key, options);
        var identity = new GoogleIdentity(region, weights, options);
        var queues = region.QueuedServings.IsEmpty ? null : new GoogleQueues(region, key, weights, identity, options);
        var place = new GooglePlace(region, subnet, key, weights, identity, queues);
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

    /// <summary>Firewall rules are the network's, so an existing one keeps those of its owner.</summary>
    private static (Output<string>? Network, Output<string> Subnet) MakeNetwork(RegionFleet region, ComponentResourceOptions options)
    {
        var network = new GoogleNetwork(region, options);
        _ = new GoogleFirewall(region, network, options);
        return (network.NetworkId, network.SubnetId);
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
    RegionFleet Region, Output<string> SubnetId, GoogleKey Key, GoogleWeights Weights, GoogleIdentity Identity, GoogleQueues? Queues);
