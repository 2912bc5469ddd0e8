using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using Pulumi;

namespace GpuInfra.Infra.Tests;

/// <summary>Networks that the organisation has already are used and never managed.</summary>
public class ExistingNetworkTests
{
    private const string Vpc = "vpc-0123456789abcdef0";
    private const string Link = "projects/acme-network/regions/us-central1/subnetworks/gpu";

    private static readonly ImmutableSortedDictionary<string, string> Subnets = new[] { "use1-az1", "use1-az4", "use1-az6" }
        .ToImmutableSortedDictionary(zone => zone, zone => $"subnet-0123456789abcdef{zone[^1]}", StringComparer.Ordinal);

    [Fact]
    public async Task On_AWS_only_security_groups_are_made_in_it()
    {
        var deployed = await Deploy(A.Pool());

        Assert.Equal(
            ["aws:ec2/launchTemplate:LaunchTemplate", "aws:ec2/securityGroup:SecurityGroup"],
            deployed.Resources.Select(resource => resource.Type)
                .Where(type => type.StartsWith("aws:ec2/", StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal));
        var groups = deployed.All("aws:ec2/securityGroup:SecurityGroup");
        Assert.Equal(["aws-us-east-1-clients", "aws-us-east-1-machines"], groups.Select(group => group.Name).Order());
        Assert.All(groups, group => Assert.Equal(Vpc, group["vpcId"]));
    }

    [Fact]
    public async Task On_AWS_machines_start_in_the_subnets_of_their_zones()
    {
        var deployed = await Deploy(A.Pool(), A.Pool(tier: Tier.Reserved));

        Assert.Equal(
            ["subnet-0123456789abcdef1", "subnet-0123456789abcdef4"],
            deployed.All("aws:autoscaling/group:Group").Single(group => group.Name.Contains("reserved")).List("vpcZoneIdentifiers"));
        Assert.Equal(
            Subnets.Values,
            deployed.All("aws:autoscaling/group:Group").Single(group => group.Name.Contains("ondemand")).List("vpcZoneIdentifiers"));
        Assert.Equal(
            ["name-of-use1-az1", "name-of-use1-az4"],
            deployed.All("aws:ec2/capacityReservation:CapacityReservation").Select(reservation => reservation["availabilityZone"]!).Order());
    }

    [Fact]
    public async Task AWS_itself_is_asked_whether_a_subnet_is_in_its_VPC_and_zone() => Assert.Equal(
        Subnets.Select(subnet => $"aws:ec2/getSubnet:getSubnet {subnet.Key} {subnet.Value} {Vpc}"),
        (await Deploy(A.Pool())).Asked);

    [Fact]
    public async Task On_AWS_machines_leave_by_HTTPS_as_far_as_the_networks_routes_lead()
    {
        var rules = (await Deploy(A.Pool())).All("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule");

        var outside = Assert.Single(rules, rule => rule.Has("cidrIpv4"));
        Assert.Equal(["0.0.0.0/0", "tcp", "443", "443"], new[] { "cidrIpv4", "ipProtocol", "fromPort", "toPort" }.Select(key => outside[key]!));
        Assert.Equal(["aws-us-east-1-clients-machines"], rules.Where(rule => rule != outside).Select(rule => rule.Name));
    }

    [Fact]
    public async Task On_Google_Cloud_machines_join_the_host_projects_subnet_and_nothing_of_a_network_is_made()
    {
        var deployed = await Deploy(A.Pool(CloudProvider.Gcp));

        Assert.Equal(Link, deployed.One("gcp:compute/regionInstanceTemplate:RegionInstanceTemplate")["networkInterfaces.0.subnetwork"]);
        Assert.DoesNotContain(deployed.Resources, resource => resource.Type.Split('/')[0] == "gcp:compute"
            && resource.Type.Split(':')[^1] is "Network" or "Subnetwork" or "Router" or "RouterNat" or "Firewall");
    }

    [Fact]
    public async Task Other_regions_keep_a_network_of_their_own()
    {
        var east = A.Pool();
        var west = east with
        {
            Id = "chat-aws-us-west-2-ondemand-l4",
            Region = "us-west-2",
            Zones = [new PoolZone("usw2-az1", 2)],
        };
        var settings = A.Settings();
        var deployed = await Deployed.Of(
            Within(east, west), settings with { AmazonImages = settings.AmazonImages.Add("us-west-2", "ami-0123456789abcdef0") });

        Assert.Equal("aws-us-west-2", deployed.One("aws:ec2/vpc:Vpc").Name);
        Assert.All(deployed.All("aws:ec2/subnet:Subnet"), subnet => Assert.StartsWith("aws-us-west-2-", subnet.Name));
    }

    [Fact]
    public void A_zone_without_a_subnet_is_refused()
    {
        var pool = A.Pool() with { Zones = [new PoolZone("use1-az2", 4)] };

        Assert.Equal($"{pool.Id}: it uses a zone that its region's network does not have.", Refused(Within(pool)));
    }

    [Fact]
    public void A_layout_for_a_network_that_is_there_already_is_refused()
    {
        var settings = A.Settings() with { Networks = ImmutableDictionary<string, string>.Empty.Add("aws/us-east-1", "10.40.0.0/16") };

        Assert.Equal(
            "gpuinfra:networks[\"aws/us-east-1\"] lays out a network that the plan says is there already; take one of them away.",
            Assert.Throws<RunException>(() => FleetProgram.Deploy(Within(A.Pool()), settings)).Message);
    }

    private static string Refused(FleetPlan fleet) => Assert.Throws<RunException>(() => FleetProgram.Deploy(fleet, A.Settings())).Message;

    private static Task<Deployed> Deploy(params Pool[] pools) => Deployed.Of(Within(pools), A.Settings());

    /// <summary>A fleet whose regions us-east-1 and us-central1 have networks already.</summary>
    private static FleetPlan Within(params Pool[] pools)
    {
        var fleet = A.FleetPlan(pools);
        return fleet with
        {
            Plan = fleet.Plan with
            {
                Clouds =
                [
                    fleet.Plan.Clouds[0] with { Networks = [new ExistingNetwork.Amazon("us-east-1", Vpc, Subnets)] },
                    fleet.Plan.Clouds[1] with { Networks = [new ExistingNetwork.Google("us-central1", "acme-network", "gpu")] },
                ],
            },
        };
    }
}
