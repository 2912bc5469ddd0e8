using System.Collections.Immutable;
using GpuInfra.Infra.Common;
using Pulumi;
using Pulumi.Aws.AutoScaling;

namespace GpuInfra.Infra.Amazon;

/// <summary>Everything that a fleet has in one AWS region.</summary>
internal sealed class AmazonRegion : ComponentResource
{
    /// <param name="region">The region.</param>
    /// <param name="copy">The region that its data is copied to; null when it is not.</param>
    public AmazonRegion(RegionFleet region, AmazonRegion? copy)
        : base("gpuinfra:amazon:Region", region.Name, new ComponentResourceOptions { Providers = { AmazonGround.Provider(region) } })
    {
        var options = new ComponentResourceOptions { Parent = this };
        if (region.StandsBy)
        {
            (Key, Weights) = AmazonGround.Standby(region, options);
            Outputs = OutputsOf(region, Weights, new AmazonIdentity(region, Weights, Key, null, null, options));
            RegisterOutputs();
            return;
        }

        var (key, weights, security, subnets) = AmazonGround.Of(region, copy, this);
        (Key, Weights) = (key, weights);
        var queues = region.QueuedServings.IsEmpty ? null : new AmazonQueues(region, key, options);
        var metrics = region.ManagedRules is null ? null : new AmazonMetrics(region, key, options);
        var identity = new AmazonIdentity(region, weights, key, queues, metrics, options);
        var files = region.Files.IsEmpty ? null : new AmazonFiles(region, key, weights, security, subnets, options);
        var place = new AmazonPlace(region, subnets, security, key, weights, identity, queues, files, metrics);
        var first = new Dictionary<string, Group>(StringComparer.Ordinal);
        var pools = region.Pools.OrderBy(pool => pool.FallsBack).Select(Make).ToList(); // Twins look at groups of other pools.
        var scaled = pools.Where(pool => pool.Made.Scaled is not null).Select(pool => (pool.Plan, pool.Made.Scaled!)).ToList();
        if (region.HasKeeper)
        {
            var alarms = new AmazonScalingAlarms(region, key, scaled, options);
            _ = new AmazonKeeper(region, key, alarms.Told, options);
        }

        var reserved = pools.Where(pool => pool.Made.Reservations.Count > 0).Select(pool => (pool.Plan, pool.Made.Reservations)).ToList();
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
    AmazonFiles? Files,
    AmazonMetrics? Metrics);
