using System.Collections.Immutable;
using GpuInfra.Infra.Common;
using Pulumi;
using Pulumi.Aws.Ec2;

namespace GpuInfra.Infra.Amazon;

/// <summary>
/// A monitor's way to whom it tells. The network has none, and GPU machines and routers get none: each monitor has a subnet of its own, whose way out is an address
/// translation of its own in the same zone, so that a lost zone takes no other monitor's voice.
/// </summary>
internal sealed class AmazonMonitorNetwork : ComponentResource
{
    private const string Anywhere = "0.0.0.0/0";

    private readonly RegionFleet _region;
    private readonly AmazonPlace _place;
    private readonly CustomResourceOptions _child;

    public AmazonMonitorNetwork(AmazonPlace place, ComponentResourceOptions options)
        : base("gpuinfra:amazon:MonitorNetwork", place.Region.Name, options)
    {
        (_region, _place) = (place.Region, place);
        _child = new CustomResourceOptions { Parent = this };
        var name = $"{_region.Name}-monitors";
        var gateway = new InternetGateway(name, new InternetGatewayArgs { VpcId = place.Security.Vpc, Tags = _region.Tags.Shared.Named(name) }, _child);
        Subnets = _region.Monitors.ToImmutableSortedDictionary(monitor => monitor.Suffix, monitor => Add(monitor, gateway), StringComparer.Ordinal);
        RegisterOutputs();
    }

    /// <summary>The subnet of each monitor, by its suffix.</summary>
    public ImmutableSortedDictionary<string, AmazonSubnet> Subnets { get; }

    private AmazonSubnet Add(MonitorMachine monitor, InternetGateway gateway)
    {
        var name = $"{_region.Name}-{monitor.Suffix}";
        var outer = Subnet($"{name}-outer", monitor.Zone, monitor.Outer, new RouteArgs { GatewayId = gateway.Id });
        var address = new Eip(name, new EipArgs { Domain = "vpc", Tags = _region.Tags.Shared.Named(name) }, _child);
        var translation = new NatGateway(name, new NatGatewayArgs
        {
            SubnetId = outer.Id,
            AllocationId = address.Id,
            Tags = _region.Tags.Shared.Named(name),
        }, new CustomResourceOptions { Parent = this, DependsOn = { gateway } });
        return Subnet(name, monitor.Zone, monitor.Inner, new RouteArgs { NatGatewayId = translation.Id });
    }

    /// <summary>A subnet with one route out. The route stands beside the table, not in it, so that whoever joins networks may add his.</summary>
    private AmazonSubnet Subnet(string name, string zone, Cidr addresses, RouteArgs route)
    {
        var subnet = new Subnet(name, new SubnetArgs
        {
            VpcId = _place.Security.Vpc,
            AvailabilityZoneId = zone,
            CidrBlock = addresses.ToString(),
            MapPublicIpOnLaunch = false,
            Tags = _region.Tags.Shared.Named(name),
        }, new CustomResourceOptions { Parent = this, Protect = _region.Protect });
        var table = new RouteTable(name, new RouteTableArgs { VpcId = _place.Security.Vpc, Tags = _region.Tags.Shared.Named(name) }, _child);
        _ = new RouteTableAssociation(name, new RouteTableAssociationArgs { RouteTableId = table.Id, SubnetId = subnet.Id }, _child);
        route.RouteTableId = table.Id;
        route.DestinationCidrBlock = Anywhere;
        _ = new Route(name, route, _child);
        return new AmazonSubnet(subnet.Id, subnet.AvailabilityZone);
    }
}
