using System.Collections.Immutable;
using GpuInfra.Planning.Plans;
using Pulumi;
using Pulumi.Aws;
using Pulumi.Aws.Inputs;

namespace GpuInfra.Infra.Amazon;

/// <summary>What a region has on either platform: its key, its weights and its network.</summary>
internal sealed record AmazonGround(AmazonKey Key, AmazonWeights Weights, AmazonSecurityGroups Security, ImmutableSortedDictionary<string, AmazonSubnet> Subnets)
{
    /// <summary>Makes it.</summary>
    /// <param name="region">The region.</param>
    /// <param name="copy">The region that its data is copied to; null when it is not.</param>
    /// <param name="parent">Whose it is.</param>
    public static AmazonGround Of(RegionFleet region, AmazonRegion? copy, ComponentResource parent)
    {
        var options = new ComponentResourceOptions { Parent = parent };
        var key = new AmazonKey(region, options);
        var weights = new AmazonWeights(region, key, copy, options);
        var (security, subnets) = region.Existing is ExistingNetwork.Amazon network
            ? JoinNetwork(network, region, parent)
            : MakeNetwork(region, weights, options);
        return new AmazonGround(key, weights, security, subnets);
    }

    /// <summary>Makes what stands by in a region without machines: doors and endpoints come with them.</summary>
    /// <param name="region">The region.</param>
    /// <param name="options">Whose it is.</param>
    public static (AmazonKey Key, AmazonWeights Weights) Standby(RegionFleet region, ComponentResourceOptions options)
    {
        var key = new AmazonKey(region, options);
        var weights = new AmazonWeights(region, key, copy: null, options);
        _ = new AmazonNetwork(region, options);
        return (key, weights);
    }

    /// <summary>The region's provider. It refuses to work in any account but the plan's.</summary>
    public static Provider Provider(RegionFleet region) => new(region.Name, new ProviderArgs
    {
        Region = region.Region,
        AllowedAccountIds = { region.Account },
        DefaultTags = new ProviderDefaultTagsArgs { Tags = region.Tags.Shared.Tags },
    });

    private static (AmazonSecurityGroups, ImmutableSortedDictionary<string, AmazonSubnet>) JoinNetwork(
        ExistingNetwork.Amazon network, RegionFleet region, ComponentResource parent)
    {
        var security = new AmazonSecurityGroups(region, network.VpcId, new ComponentResourceOptions { Parent = parent });
        security.LeaveToRoutes();
        return (security, AmazonExistingNetwork.Subnets(network, parent));
    }

    private static (AmazonSecurityGroups, ImmutableSortedDictionary<string, AmazonSubnet>) MakeNetwork(
        RegionFleet region, AmazonWeights weights, ComponentResourceOptions options)
    {
        var network = new AmazonNetwork(region, options);
        var security = new AmazonSecurityGroups(region, network.VpcId, options);
        var endpoints = new AmazonEndpoints(region, network, security.AddEndpoints(), weights, options);
        security.CloseTo(endpoints.S3PrefixListId);
        return (security, network.Subnets);
    }
}
