using System.Collections.Immutable;
using GpuInfra.Infra.Common;
using GpuInfra.Planning.Plans;
using Pulumi;
using Pulumi.Aws;
using Pulumi.Aws.AutoScaling;
using Pulumi.Aws.Inputs;

namespace GpuInfra.Infra.Amazon;

/// <summary>Everything that a fleet has in one AWS region.</summary>
internal sealed class AmazonRegion : ComponentResource
{
    /// <param name="region">The region.</param>
    /// <param name="copy">The region that its data is copied to; null when it is not.</param>
    public AmazonRegion(RegionFleet region, AmazonRegion? copy)
        : base("gpuinfra:amazon:Region", region.Name, new ComponentResourceOptions { Providers = { Provider(region) } })
    {
        var options = new ComponentResourceOptions { Parent = this };
        var key = Key = new AmazonKey(region, options);
        var weights = Weights = new AmazonWeights(region, key, copy, options);
        if (region.StandsBy)
        {
            _ = new AmazonNetwork(region, options); // Doors and endpoints come with machines.
            Outputs = OutputsOf(region, weights, new AmazonIdentity(region, weights, key, null, options));
            RegisterOutputs();
            return;
        }

        var (security, subnets) = region.Existing is ExistingNetwork.Amazon network
            ? JoinNetwork(network, region, options)
            : MakeNetwork(region, weights, options);
        var queues = region.QueuedServings.IsEmpty ? null : new AmazonQueues(region, key, options);
        var identity = new AmazonIdentity(region, weights, key, queues, options);
        var files = region.Files.IsEmpty ? null : new AmazonFiles(region, key, weights, security, subnets, options);
        var place = new AmazonPlace(region, subnets, security, key, weights, identity, queues, files);
        var first = new Dictionary<string, Group>(StringComparer.Ordinal);
        var pools = region.Pools.OrderBy(pool => pool.FallsBack).Select(Make).ToList(); // Twins look at groups of other pools.
        var scaled = pools.Where(pool => pool.Made.Scaled is not null).Select(pool => (pool.Plan, pool.Made.Scaled!)).ToList();
        if (region.HasKeeper)
        {
            var alarms = new AmazonScalingAlarms(region, key, scaled, options);
            _ = new AmazonKeeper(region, key, alarms.Told, options);
        }

        var reserved = pools.Where(pool => pool.Made.Reservations.Count > 0).ToList();
        if (reserved.Count > 0)
        {
            _ = new AmazonReservationAlarms(region, key, reserved, options);
        }

        if (region.Entry is { } entry)
        {
            _ = new AmazonRouter(entry, place, options);
        }

        if (!region.Monitors.IsEmpty)
        {
            _ = new AmazonMonitors(place, options);
        }

        if (region.Watchdog is not null)
        {
            _ = new AmazonWatchdog(region, key, options);
        }

        Halt = region.Halt is null ? null : new AmazonHalt(region, key, options);
        Outputs = OutputsOf(region, weights, identity);
        RegisterOutputs();

        (PoolPlan Plan, AmazonPool Made) Make(PoolPlan plan)
        {
            var pool = new AmazonPool(plan, place, first, new ComponentResourceOptions { Parent = this }.Formerly(plan.Pool));
            if (pool.First is { } group)
            {
                first.Add(plan.Pool.Id, group);
            }

            return (plan, pool);
        }
    }

    public RegionOutputs Outputs { get; }

    /// <summary>What halts pools of used-up budgets; null where it is in no such region.</summary>
    public AmazonHalt? Halt { get; }

    public AmazonKey Key { get; }

    public AmazonWeights Weights { get; }

    private static RegionOutputs OutputsOf(RegionFleet region, AmazonWeights weights, AmazonIdentity identity) =>
        new(region.Name, [.. region.Artefacts], Output.Format($"s3://{weights.BucketName}"), identity.EngineImage, identity.TrainingImage);

    private (AmazonSecurityGroups, ImmutableSortedDictionary<string, AmazonSubnet>) JoinNetwork(
        ExistingNetwork.Amazon network, RegionFleet region, ComponentResourceOptions options)
    {
        var security = new AmazonSecurityGroups(region, network.VpcId, options);
        security.LeaveToRoutes();
        return (security, AmazonExistingNetwork.Subnets(network, this));
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

    /// <summary>It refuses to work in any account but the plan's.</summary>
    private static Provider Provider(RegionFleet region) => new(region.Name, new ProviderArgs
    {
        Region = region.Region,
        AllowedAccountIds = { region.Account },
        DefaultTags = new ProviderDefaultTagsArgs { Tags = region.Tags.Shared.Tags },
    });
}

/// <summary>What a region's pools share.</summary>
internal sealed record AmazonPlace(
    RegionFleet Region,
    ImmutableSortedDictionary<string, AmazonSubnet> Subnets,
    AmazonSecurityGroups Security,
    AmazonKey Key,
    AmazonWeights Weights,
    AmazonIdentity Identity,
    AmazonQueues? Queues,
    AmazonFiles? Files);
