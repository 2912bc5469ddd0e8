using System.Text;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Monitoring;
using GpuInfra.Planning.Plans;
using Pulumi;

namespace GpuInfra.Infra.Tests;

/// <summary>Replicas over several machines: what connects these, who they may reach, and how they are renewed.</summary>
public class SpanTests
{
    private const string Template = "aws:ec2/launchTemplate:LaunchTemplate";
    private const string Group = "aws:autoscaling/group:Group";

    [Theory]
    [InlineData("p5.48xlarge", 32)]
    [InlineData("p4d.24xlarge", 4)]
    [InlineData("p5en.48xlarge", 16)]
    public async Task On_AWS_every_network_card_is_on_the_fabric_and_the_first_has_an_address_too(string type, int cards)
    {
        var deployed = await Deployed.Of(A.Spanning(instanceType: type));

        var template = deployed.One(Template);
        Assert.Equal(cards, template.Count("networkInterfaces"));
        for (var card = 0; card < cards; card++)
        {
            var path = FormattableString.Invariant($"networkInterfaces.{card}");
            Assert.Equal((card == 0 ? "efa" : "efa-only", card == 0 ? "0" : "1", FormattableString.Invariant($"{card}")),
                (template[$"{path}.interfaceType"], template[$"{path}.deviceIndex"], template[$"{path}.networkCardIndex"]));
            Assert.False(template.Has($"{path}.associatePublicIpAddress")); // EC2 refuses it beside several interfaces.
            Assert.Equal(["aws-us-east-1-machines-id", "aws-us-east-1-fabric-id"], template.List($"{path}.securityGroups"));
        }
    }

    [Fact]
    public async Task Machines_of_a_replica_stand_close_together_in_one_zone()
    {
        var deployed = await Deployed.Of(A.Spanning());

        Assert.Equal("cluster", deployed.One("aws:ec2/placementGroup:PlacementGroup")["strategy"]);
        Assert.Equal(A.Spanning().Id, deployed.One(Template)["placement.groupName"]);
        Assert.Equal(1, deployed.One(Group).Count("vpcZoneIdentifiers"));
    }

    [Fact]
    public async Task A_reservation_of_ones_own_is_made_in_the_group_and_one_that_is_held_takes_machines_of_none()
    {
        var made = await Deployed.Of(A.Spanning(tier: Tier.Reserved));
        Assert.Equal($"arn:aws:mock:::{A.Spanning(tier: Tier.Reserved).Id}", made.One("aws:ec2/capacityReservation:CapacityReservation")["placementGroupArn"]);
        Assert.True(made.One(Template).Has("placement.groupName"));

        var held = await Deployed.Of(A.Spanning(tier: Tier.Reserved) with { Held = [A.Held("cr-0123456789abcdef0", "use1-az1", 6)] });
        Assert.Empty(held.All("aws:ec2/placementGroup:PlacementGroup"));
        Assert.False(held.One(Template).Has("placement"));
        Assert.Equal("efa", held.One(Template)["networkInterfaces.0.interfaceType"]);
    }

    [Fact]
    public async Task Members_of_the_fabric_do_everything_among_themselves_and_nothing_beyond()
    {
        var deployed = await Deployed.Of(A.Spanning());

        foreach (var type in new[] { "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule" })
        {
            var rule = Assert.Single(deployed.All(type), rule => rule["ipProtocol"] == "-1");
            Assert.Equal(("aws-us-east-1-fabric-id", "aws-us-east-1-fabric-id"), (rule["securityGroupId"], rule["referencedSecurityGroupId"]));
            Assert.False(rule.Has("cidrIpv4"));
        }
    }

    [Fact]
    public async Task A_fleet_without_such_replicas_has_none_of_it()
    {
        var deployed = await Deployed.Of(A.Pool(), A.Pool(CloudProvider.Gcp));

        Assert.Empty(deployed.All("aws:ec2/placementGroup:PlacementGroup").Concat(deployed.All("gcp:compute/resourcePolicy:ResourcePolicy")));
        Assert.False(deployed.One(Template).Has("networkInterfaces.0.interfaceType"));
        Assert.DoesNotContain(deployed.Resources, resource => resource.Name.Contains("fabric", StringComparison.Ordinal) || resource.Name.Contains("data-0", StringComparison.Ordinal));
        Assert.DoesNotContain("rendezvous", deployed.All("aws:iam/rolePolicy:RolePolicy").Single(policy => policy.Name == "gpuinfra-us-east-1")["policy"]);
    }

    [Theory]
    [InlineData("a3-highgpu-8g", 4)]
    [InlineData("a3-megagpu-8g", 8)]
    public async Task On_Google_Cloud_machines_have_a_network_for_each_card_beside_their_own(string type, int cards)
    {
        var deployed = await Deployed.Of(A.Spanning(CloudProvider.Gcp, instanceType: type));

        var template = deployed.One("gcp:compute/regionInstanceTemplate:RegionInstanceTemplate");
        Assert.Equal(1 + cards, template.Count("networkInterfaces"));
        Assert.Equal(1 + cards, Enumerable.Range(0, 1 + cards).Select(card => template[FormattableString.Invariant($"networkInterfaces.{card}.subnetwork")]).Distinct().Count());
        Assert.All(Enumerable.Range(0, 1 + cards), card => Assert.Equal("GVNIC", template[FormattableString.Invariant($"networkInterfaces.{card}.nicType")]));
        var networks = deployed.All("gcp:compute/network:Network").Where(network => network.Name.Contains("-data-", StringComparison.Ordinal)).ToList();
        Assert.Equal(cards, networks.Count);
        Assert.All(networks, network => Assert.Equal(("8244", "true"), (network["mtu"], network["deleteDefaultRoutesOnCreate"])));
        Assert.Contains("gpu-replica", template.List("tags"));
        Assert.Equal("COLLOCATED", deployed.One("gcp:compute/resourcePolicy:ResourcePolicy")["groupPlacementPolicy.collocation"]);
        Assert.StartsWith("link/", template["resourcePolicies"]);
    }

    [Fact]
    public async Task A_Google_group_renews_one_machine_at_a_time_and_waits_until_it_has_loaded()
    {
        var group = (await Deployed.Of(A.Spanning(CloudProvider.Gcp))).One("gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager");
        Assert.Equal(("ANY_SINGLE_ZONE", "PROACTIVE", "1", "0"), (group["distributionPolicyTargetShape"], group["updatePolicy.type"], group["updatePolicy.maxSurgeFixed"], group["updatePolicy.maxUnavailableFixed"]));
        Assert.InRange(int.Parse(group["updatePolicy.minReadySec"]!, System.Globalization.CultureInfo.InvariantCulture), 600, 3600);

        var windowed = await Deployed.Of(A.Spanning(CloudProvider.Gcp, window: A.Window("08:00", "20:00")));
        Assert.Empty(windowed.All("gcp:compute/resourcePolicy:ResourcePolicy"));
        Assert.Equal("BALANCED", windowed.One("gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager")["distributionPolicyTargetShape"]);

        var zonal = (await Deployed.Of(A.Spanning(CloudProvider.Gcp, Tier.Reserved))).One("gcp:compute/instanceGroupManager:InstanceGroupManager");
        Assert.Equal(("PROACTIVE", "0", "1"), (zonal["updatePolicy.type"], zonal["updatePolicy.maxSurgeFixed"], zonal["updatePolicy.maxUnavailableFixed"]));
        Assert.True(zonal.Has("updatePolicy.minReadySec"));
    }

    [Theory]
    [InlineData(Tier.OnDemand, 3, "100", "117")] // Seven of six.
    [InlineData(Tier.OnDemand, 8, "100", "107")]
    [InlineData(Tier.Reserved, 3, "83", "100")] // Five of six.
    public async Task An_AWS_group_renews_one_machine_at_a_time(Tier tier, int replicas, string least, string most)
    {
        var group = (await Deployed.Of(A.Spanning(tier: tier, replicas: replicas))).One(Group);
        Assert.Equal((least, most), (group["instanceRefresh.preferences.minHealthyPercentage"], group["instanceRefresh.preferences.maxHealthyPercentage"]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)] // A group may take a machine from each.
    public async Task Where_nothing_else_would_serve_no_group_renews_by_itself(int replicas)
    {
        Assert.False((await Deployed.Of(A.Spanning(replicas: replicas))).One(Group).Has("instanceRefresh"));
        Assert.Equal("OPPORTUNISTIC", (await Deployed.Of(A.Spanning(CloudProvider.Gcp, replicas: replicas))).One("gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager")["updatePolicy.type"]);

        var both = await Deployed.Of(A.Spanning(replicas: replicas), A.Spanning(CloudProvider.Gcp, replicas: replicas));
        Assert.True(both.One(Group).Has("instanceRefresh"));
    }

    [Fact]
    public async Task Machines_write_where_their_pools_replicas_meet_and_nowhere_else()
    {
        var deployed = await Deployed.Of(A.Spanning(), A.Spanning(CloudProvider.Gcp), A.Pool());

        var policy = deployed.All("aws:iam/rolePolicy:RolePolicy").Single(policy => policy.Name == "gpuinfra-us-east-1")["policy"]!;
        Assert.Contains($"/rendezvous/{A.Spanning().Id}/*", policy);
        Assert.Equal(1, policy.Split("s3:PutObject").Length - 1);
        var grant = Assert.Single(deployed.All("gcp:storage/bucketIAMMember:BucketIAMMember"), grant => grant["role"] == "roles/storage.objectUser");
        Assert.EndsWith($"/objects/rendezvous/{A.Spanning(CloudProvider.Gcp).Id}/\")", grant["condition.expression"]);
        Assert.Contains("rendezvous/", deployed.One("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")["rules.1.filter.prefix"]);
    }

    [Fact]
    public async Task Another_way_to_run_the_engine_meets_elsewhere_and_another_size_does_not()
    {
        var pool = A.Spanning();
        var place = Place(await Script(pool));
        Assert.StartsWith($"rendezvous/{pool.Id}/", place);
        Assert.Equal(place, Place(await Script(A.Spanning(replicas: 5))));
        Assert.NotEqual(place, Place(await Script(pool with { Engine = pool.Engine with { MaxConcurrency = 32 } })));
    }

    [Fact]
    public async Task Machines_of_other_pools_of_the_region_start_as_they_did()
    {
        var alone = (await Deployed.Of(A.Pool())).One(Template);
        var beside = (await Deployed.Of(A.Pool(), A.Spanning())).All(Template).Single(template => template.Name == A.Pool().Id);
        Assert.Equal(alone["userData"], beside["userData"]);
    }

    [Fact]
    public async Task With_everything_on_the_script_is_short_enough_for_AWS()
    {
        var fleet = A.FleetPlan(DeploymentEnvironment.Dev, A.Spanning());
        fleet = fleet with
        {
            Plan = fleet.Plan with
            {
                Shutdown = new Shutdown(TimeSpan.FromMinutes(30), Planning.Units.Share.FromPercent(5), null),
                Monitoring = new MonitoringPlan { Mode = MonitoringMode.Existing, From = ["10.0.0.0/8"] },
            },
        };
        var script = await Script(fleet);
        Assert.InRange(Encoding.UTF8.GetByteCount(script), 10_000, 16 * 1024);
        Assert.DoesNotContain("gpuinfra-meter", script);
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public void What_cannot_span_is_refused_with_why(string why, Func<Pool, Pool> spoil)
    {
        var refused = Assert.Throws<RunException>(() => FleetProgram.Deploy(A.FleetPlan(DeploymentEnvironment.Prod, spoil(A.Spanning())), A.Settings()));
        Assert.Contains(why, refused.Message);
    }

    public static TheoryData<string, Func<Pool, Pool>> Broken() => new()
    {
        { "it may not run on spot", pool => pool with { Tier = Tier.Spot } },
        { "are in one zone", pool => pool with { Zones = [new PoolZone("use1-az1", 3), new PoolZone("use1-az4", 3)] } },
        { "no multiples of the 2 machines", pool => pool with { Instances = new InstanceCounts(5, 5, 5) } },
        { "holds nothing else", pool => pool with { ReplicasPerInstance = 2 } },
        { "not 1 stages of 8", pool => pool with { Engine = pool.Engine with { PipelineParallel = 1 } } },
        { "not 2 stages of 4", pool => pool with { Engine = pool.Engine with { TensorParallel = 4 } } },
        { "are not shared", pool => pool with { Engine = pool.Engine with { Cut = new GpuCut(null, 2) } } },
        { "never idle by itself", pool => pool with { AutoShutdown = true } },
        { "has no fabric that the catalog knows", pool => pool with { InstanceType = "g6.xlarge", Ladder = [new LadderRung("g6.xlarge", 1)] } },
        { "speaks RDMA", pool => pool with { Cloud = CloudProvider.Gcp, Region = "us-central1", InstanceType = "a3-ultragpu-8g", Ladder = [new LadderRung("a3-ultragpu-8g", 1)] } },
    };

    /// <summary>The script of a pool's machines on AWS.</summary>
    internal static Task<string> Script(Pool pool) => Script(A.FleetPlan(pool));

    private static async Task<string> Script(FleetPlan fleet) =>
        Encoding.UTF8.GetString(Convert.FromBase64String((await Deployed.Of(fleet, A.Settings())).One(Template)["userData"]!));

    private static string Place(string script) => script.Split("RENDEZVOUS='")[1].Split('\'')[0];
}
