using GpuInfra.Infra.Common;
using GpuInfra.Planning.Routes;
using Pulumi;
using Pulumi.Aws.LB;
using Pulumi.Aws.LB.Inputs;
using Pulumi.Aws.Route53;
using Pulumi.Aws.Route53.Inputs;

namespace GpuInfra.Infra.Amazon;

/// <summary>
/// What clients call: a balancer of connections before the routers, and its name. It looks into no request, so it has no timeout for answers but
/// that of silence, which routers break every minute.
/// </summary>
internal sealed class AmazonEntry : ComponentResource
{
    /// <summary>The longest silence that a network load balancer allows.</summary>
    private const int MostIdleSeconds = 6_000;

    public AmazonEntry(RouterEntry entry, AmazonPlace place, ComponentResourceOptions options)
        : base("gpuinfra:amazon:Entry", place.Region.Name, options)
    {
        var region = place.Region;
        var name = Names.Fit($"gpuinfra-{region.Region}", Names.AmazonBalancer);
        var child = new CustomResourceOptions { Parent = this };
        var tags = region.Tags.Shared.Named($"gpuinfra-{region.Region}-entry");
        var balancer = new LoadBalancer(name, new LoadBalancerArgs
        {
            LoadBalancerType = "network",
            Internal = true,
            Subnets = place.Subnets.Values.Select(subnet => subnet.Id).ToList(),
            SecurityGroups = { place.Security.Entry! },
            EnableCrossZoneLoadBalancing = true, // Two routers are in two zones, and clients in all.
            EnableDeletionProtection = region.Protect,
            Tags = tags,
        }, child);
        var targets = new TargetGroup(name, new TargetGroupArgs
        {
            VpcId = place.Security.Vpc,
            Protocol = "TCP",
            Port = entry.Port,
            TargetType = "instance",
            DeregistrationDelay = (int)entry.Drain.TotalSeconds,
            ConnectionTermination = false,
            HealthCheck = new TargetGroupHealthCheckArgs
            {
                Protocol = "HTTP",
                Port = RouterEntry.HealthPort.ToString(System.Globalization.CultureInfo.InvariantCulture),
                Path = "/ready",
                Interval = 10,
                Timeout = 5,
                HealthyThreshold = 2,
                UnhealthyThreshold = 2,
            },
            Tags = tags,
        }, child);
        _ = new Listener(name, new ListenerArgs
        {
            LoadBalancerArn = balancer.Arn,
            Protocol = "TCP",
            Port = entry.Port,
            TcpIdleTimeoutSeconds = (int)Math.Min(MostIdleSeconds, entry.Drain.TotalSeconds),
            DefaultActions = { new ListenerDefaultActionArgs { Type = "forward", TargetGroupArn = targets.Arn } },
            Tags = tags,
        }, child);
        if (region.Existing is null)
        {
            Name(entry, place, balancer, child);
        }

        // Whoever registers a machine waits for the listener: a group without one is checked by nobody.
        Targets = targets.Arn;
        RegisterOutputs();
    }

    /// <summary>The routers.</summary>
    public Output<string> Targets { get; }

    /// <summary>A zone of its own for the one name, so that others may forward it here. In a network of the organisation names are its owner's.</summary>
    private static void Name(RouterEntry entry, AmazonPlace place, LoadBalancer balancer, CustomResourceOptions child)
    {
        var zone = new Zone(place.Region.Name, new ZoneArgs
        {
            Name = entry.Name,
            Comment = $"Routers of {place.Region.Settings.Project}/{place.Region.Settings.Stack} in {place.Region.Region}",
            Vpcs = { new ZoneVpcArgs { VpcId = place.Security.Vpc } },
            Tags = place.Region.Tags.Shared.Tags,
        }, child);
        _ = new Record(place.Region.Name, new RecordArgs
        {
            ZoneId = zone.ZoneId,
            Name = entry.Name,
            Type = RecordType.A,
            Aliases = { new RecordAliasArgs { Name = balancer.DnsName, ZoneId = balancer.ZoneId, EvaluateTargetHealth = true } },
        }, child);
    }
}
