using System.Collections.Immutable;
using System.Globalization;
using Pulumi;
using Pulumi.Aws.Ec2;

namespace GpuInfra.Infra.Amazon;

/// <summary>
/// A network without a way out: no internet gateway, no NAT. Machines reach AWS through endpoints only, so weights cannot leave
/// and no gigabyte of them is billed as NAT traffic.
/// </summary>
internal sealed class AmazonNetwork : ComponentResource
{
    public AmazonNetwork(RegionFleet region, ComponentResourceOptions options)
        : base("gpuinfra:amazon:Network", region.Name, options)
    {
        var child = new CustomResourceOptions { Parent = this };
        var kept = new CustomResourceOptions { Parent = this, Protect = region.Protect };
        var tags = region.Tags.Shared;
        var vpc = new Vpc(region.Name, new VpcArgs
        {
            CidrBlock = region.Network.ToString(),
            EnableDnsHostnames = true,
            EnableDnsSupport = true,
            Tags = tags.Named(region.Name),
        }, kept);

        // Without rules: what somebody starts here without naming a group reaches nothing.
        _ = new DefaultSecurityGroup(region.Name, new DefaultSecurityGroupArgs
        {
            VpcId = vpc.Id,
            Tags = tags.Named($"{region.Name}-default"),
        }, child);
        var routes = new RouteTable($"{region.Name}-private", new RouteTableArgs
        {
            VpcId = vpc.Id,
            Tags = tags.Named($"{region.Name}-private"),
        }, child);

        var subnets = ImmutableSortedDictionary.CreateBuilder<string, AmazonSubnet>(StringComparer.Ordinal);
        foreach (var zone in region.Zones)
        {
            var name = $"{region.Name}-{zone}";
            var subnet = new Subnet(name, new SubnetArgs
            {
                VpcId = vpc.Id,
                AvailabilityZoneId = zone,
                CidrBlock = region.Network.Subnet(NumberOf(zone)).ToString(),
                MapPublicIpOnLaunch = false,
                Tags = region.IsCluster ? tags.Named(name).SetItem("kubernetes.io/role/internal-elb", "1") : tags.Named(name), // Where a cluster's private balancers are.
            }, kept);
            _ = new RouteTableAssociation(name, new RouteTableAssociationArgs
            {
                RouteTableId = routes.Id,
                SubnetId = subnet.Id,
            }, child);
            subnets[zone] = new AmazonSubnet(subnet.Id, subnet.AvailabilityZone);
        }

        VpcId = vpc.Id;
        RouteTableId = routes.Id;
        Subnets = subnets.ToImmutable();
        RegisterOutputs();
    }

    public Output<string> VpcId { get; }

    public Output<string> RouteTableId { get; }

    /// <summary>The subnet of each zone, by zone id.</summary>
    public ImmutableSortedDictionary<string, AmazonSubnet> Subnets { get; }

    /// <summary>The number in a zone id (4 in <c>use1-az4</c>): a subnet's addresses follow from its zone alone.</summary>
    private static int NumberOf(string zone) =>
        int.Parse(zone[(zone.LastIndexOf("az", StringComparison.Ordinal) + 2)..], NumberStyles.None, CultureInfo.InvariantCulture);
}
