using GpuInfra.Infra.Common;
using GpuInfra.Planning.Plans;
using Pulumi;
using Pulumi.Gcp;

namespace GpuInfra.Infra.Google;

/// <summary>What a region has on either platform: its network, its key and its weights.</summary>
/// <param name="Network">The network; null where it is there already.</param>
/// <param name="Subnet">The subnet.</param>
/// <param name="Key">The key.</param>
/// <param name="Weights">The weights.</param>
internal sealed record GoogleGround(GoogleNetwork? Network, Output<string> Subnet, GoogleKey Key, GoogleWeights Weights)
{
    /// <summary>Makes it.</summary>
    /// <param name="region">The region.</param>
    /// <param name="copy">The region that its data is copied to; null when it is not.</param>
    /// <param name="options">Whose it is.</param>
    public static GoogleGround Of(RegionFleet region, GoogleRegion? copy, ComponentResourceOptions options)
    {
        var network = region.Existing is ExistingNetwork.Google ? null : MakeNetwork(region, options);
        var subnet = region.Existing is ExistingNetwork.Google existing ? Output.Create(existing.Link) : network!.SubnetId;
        var key = new GoogleKey(region, options);
        return new GoogleGround(network, subnet, key, new GoogleWeights(region, key, copy, options));
    }

    /// <summary>The region's provider. It refuses to work for a caller of another project than the plan's.</summary>
    public static Provider Provider(RegionFleet region) => new(region.Name, new ProviderArgs
    {
        Project = CallersProject.Checked(region.Account, region.Settings.Stack),
        Region = region.Region,
        DefaultLabels = region.Tags.Shared.Labels,
    });

    /// <summary>Firewall rules are the network's, so an existing one keeps those of its owner.</summary>
    private static GoogleNetwork MakeNetwork(RegionFleet region, ComponentResourceOptions options)
    {
        var network = new GoogleNetwork(region, options);
        _ = new GoogleFirewall(region, network, options);
        return network;
    }
}
