using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Plans.Ledgers;

namespace GpuInfra.Infra.Tests;

public class AmazonPoolTests
{
    private const string Template = "aws:ec2/launchTemplate:LaunchTemplate";
    private const string Group = "aws:autoscaling/group:Group";
    private const string Reservation = "aws:ec2/capacityReservation:CapacityReservation";
    private const string Schedule = "aws:autoscaling/schedule:Schedule";

    [Theory]
    [InlineData(Tier.Reserved)]
    [InlineData(Tier.OnDemand)]
    [InlineData(Tier.Spot)]
    public async Task Machines_answer_only_to_version_two_of_the_metadata_service(Tier tier)
    {
        var template = (await Deployed.Of(A.Pool(tier: tier, serving: "batch"))).One(Template);

        Assert.Equal("required", template["metadataOptions.httpTokens"]);
        Assert.Equal("1", template["metadataOptions.httpPutResponseHopLimit"]);
    }

    [Fact]
    public async Task Machines_have_no_public_address_no_key_and_an_encrypted_disk()
    {
        var template = (await Deployed.Of(A.Pool())).One(Template);

        Assert.Equal("false", template["networkInterfaces.0.associatePublicIpAddress"]);
        Assert.False(template.Has("keyName"));
        Assert.Equal("true", template["blockDeviceMappings.0.ebs.encrypted"]);
        Assert.Equal("gp3", template["blockDeviceMappings.0.ebs.volumeType"]);
        Assert.False(template.Has("vpcSecurityGroupIds")); // EC2 refuses it beside network interfaces.
        Assert.False(template.Has("networkInterfaces.0.subnetId"));
    }

    [Fact]
    public async Task Point_14_the_twin_of_a_spot_pool_waits_while_an_online_pool_that_wants_its_machines_is_short()
    {
        var spot = A.Pool(tier: Tier.Spot, serving: "batch", ladder: [new LadderRung("g6.12xlarge", 4), new LadderRung("g6.48xlarge", 8)]);
        var fleet = A.FleetPlan(spot, A.Pool(), A.Pool(serving: "other", instanceType: "g5.12xlarge"));
        var deployed = await Deployed.Of(fleet with { Plan = fleet.Plan with { Purchasing = fleet.Plan.Purchasing with { SpotFallback = SpotFallback.OnDemand } } }, A.Settings());

        foreach (var alarm in deployed.All("aws:cloudwatch/metricAlarm:MetricAlarm").Where(alarm => alarm.Name.Contains("-spot-", StringComparison.Ordinal)))
        {
            Assert.Equal(("asked0", "GroupDesiredCapacity", "came0", "GroupInServiceInstances", "IF(asked0 > came0, 0, wanted - here)"), (
                alarm["metricQueries.2.id"], alarm["metricQueries.2.metric.metricName"], alarm["metricQueries.3.id"], alarm["metricQueries.3.metric.metricName"], alarm["metricQueries.4.expression"]));
            Assert.Equal(alarm["metricQueries.2.metric.dimensions.AutoScalingGroupName"], alarm["metricQueries.3.metric.dimensions.AutoScalingGroupName"]);
            Assert.Contains("chat-aws-us-east-1-ondemand-l4", alarm["metricQueries.2.metric.dimensions.AutoScalingGroupName"]);
        }

        var groups = deployed.All(Group).ToDictionary(group => group.Name);
        Assert.Equal(["GroupDesiredCapacity", "GroupInServiceInstances"], groups["chat-aws-us-east-1-ondemand-l4"].List("enabledMetrics"));
        Assert.Equal(0, groups["other-aws-us-east-1-ondemand-l4"].Count("enabledMetrics")); // It wants other machines.
    }

    [Fact]
    public async Task A_spot_pool_has_an_empty_twin_on_demand_that_grows_by_what_spot_does_not_give()
    {
        var fleet = A.FleetPlan(A.Pool(tier: Tier.Spot, serving: "batch", ladder: [new LadderRung("g6.12xlarge", 4), new LadderRung("g6.48xlarge", 8)]));
        var deployed = await Deployed.Of(fleet with { Plan = fleet.Plan with { Purchasing = fleet.Plan.Purchasing with { SpotFallback = SpotFallback.OnDemand } } }, A.Settings());

        var twin = deployed.All(Group).Single(group => group.Name.EndsWith("-fallback", StringComparison.Ordinal));
        Assert.Equal(["0", "0", "16"], [twin["minSize"]!, twin["desiredCapacity"]!, twin["maxSize"]!]); // 4 machines of 4 replicas.
        Assert.Equal(("100", "prioritized", "none"), (
            twin["mixedInstancesPolicy.instancesDistribution.onDemandPercentageAboveBaseCapacity"],
            twin["mixedInstancesPolicy.instancesDistribution.onDemandAllocationStrategy"],
            twin["capacityReservationSpecification.capacityReservationPreference"]));
        Assert.Equal(["g6.12xlarge 4", "g6.48xlarge 8"], Enumerable.Range(0, 2).Select(at => $"{twin[Rung(at, "instanceType")]} {twin[Rung(at, "weightedCapacity")]}"));
        Assert.Equal(["GroupDesiredCapacity", "GroupInServiceCapacity"], deployed.All(Group).Single(group => group != twin).List("enabledMetrics"));

        Assert.Contains("onDemand", Enumerable.Range(0, twin.Count("tags")).Where(at => twin[$"tags.{at}.key"] == "tier").Select(at => twin[$"tags.{at}.value"]));
        var policies = deployed.All("aws:autoscaling/policy:Policy").ToDictionary(policy => policy.Name[(policy.Name.LastIndexOf("-spot-", StringComparison.Ordinal) + 1)..]);
        Assert.Equal([("0", "4.5", "4"), ("4.5", "8.5", "8"), ("8.5", "12.5", "12"), ("12.5", null, "16")], Enumerable.Range(0, 4).Select(at => (
            policies["spot-short"][$"stepAdjustments.{at}.metricIntervalLowerBound"], policies["spot-short"][$"stepAdjustments.{at}.metricIntervalUpperBound"], policies["spot-short"][$"stepAdjustments.{at}.scalingAdjustment"])));
        Assert.Equal(("SimpleScaling", "ExactCapacity", "0"), (policies["spot-back"]["policyType"], policies["spot-back"]["adjustmentType"], policies["spot-back"]["scalingAdjustment"]));
        Assert.All(deployed.All("aws:cloudwatch/metricAlarm:MetricAlarm"), alarm => Assert.Equal(("wanted - here", "missing"), (alarm["metricQueries.2.expression"], alarm["treatMissingData"])));

        static string Rung(int at, string name) => $"mixedInstancesPolicy.launchTemplate.overrides.{at}.{name}";
    }

    [Fact]
    public async Task Without_a_fallback_spot_waits() => Assert.Single((await Deployed.Of(A.Pool(tier: Tier.Spot, serving: "batch"))).All(Group));

    [Fact]
    public async Task The_disk_holds_the_weights()
    {
        var template = (await Deployed.Of(A.Pool())).One(Template);

        Assert.Equal("118", template["blockDeviceMappings.0.ebs.volumeSize"]); // 100 GiB and 8.03e9 weights of 2 bytes and a fifth.
    }

    [Fact]
    public async Task Reserved_machines_run_on_their_reservations_and_nowhere_else()
    {
        var deployed = await Deployed.Of(A.Pool(tier: Tier.Reserved));
        var group = deployed.One(Group);

        Assert.Equal("capacity-reservations-only", group["capacityReservationSpecification.capacityReservationPreference"]);
        var target = Assert.Single(group.List("capacityReservationSpecification.capacityReservationTarget.capacityReservationResourceGroupArns"));
        Assert.Equal("arn:aws:mock:::chat-aws-us-east-1-reserved-l4", target);
        Assert.False(group.Has("capacityReservationSpecification.capacityReservationTarget.capacityReservationIds"));
        Assert.Equal("reservations-then-balanced", group["availabilityZoneDistribution.capacityDistributionStrategy"]);
        Assert.Equal(["4", "4", "4"], [group["minSize"]!, group["desiredCapacity"]!, group["maxSize"]!]);
        Assert.Equal(2, group.Count("vpcZoneIdentifiers")); // Not in the zone that holds none.
        Assert.Equal("100", group["instanceRefresh.preferences.maxHealthyPercentage"]);
        Assert.True(int.Parse(group["instanceRefresh.preferences.minHealthyPercentage"]!) < 100);
    }

    [Fact]
    public async Task Reservations_are_targeted_one_per_zone_and_all_in_the_group()
    {
        var deployed = await Deployed.Of(A.Pool(tier: Tier.Reserved, instances: 3));
        var reservations = deployed.All(Reservation);

        Assert.Equal(2, reservations.Count);
        Assert.All(reservations, reservation =>
        {
            Assert.Equal("targeted", reservation["instanceMatchCriteria"]);
            Assert.Equal("3", reservation["instanceCount"]);
            Assert.Equal("g6.12xlarge", reservation["instanceType"]);
            Assert.Equal("Linux/UNIX", reservation["instancePlatform"]);
            Assert.StartsWith("zone-name-of-aws-us-east-1-use1-az", reservation["availabilityZone"]);
            Assert.False(reservation.Has("endDate"));
        });
        Assert.Equal(
            reservations.Select(reservation => $"arn:aws:mock:::{reservation.Name}").Order(),
            deployed.All("aws:resourcegroups/resource:Resource").Select(member => member["resourceArn"]!).Order());
        var types = deployed.One("aws:resourcegroups/group:Group");
        Assert.Equal("AWS::EC2::CapacityReservationPool", types["configurations.0.type"]);
        Assert.Equal("AWS::EC2::CapacityReservation", types["configurations.1.parameters.0.values.0"]);
    }

    [Fact]
    public async Task One_held_reservation_is_targeted_by_its_id_and_none_is_made()
    {
        var pool = A.Pool(tier: Tier.Reserved);
        var deployed = await Deployed.Of(pool with { Zones = [new PoolZone("use1-az4", 2)], Instances = new InstanceCounts(2, 2, 2), Held = [A.Held("cr-1", "use1-az4", 2)] });

        Assert.Equal(["cr-1"], deployed.One(Group).List("capacityReservationSpecification.capacityReservationTarget.capacityReservationIds"));
        Assert.Equal("capacity-reservations-only", deployed.One(Group)["capacityReservationSpecification.capacityReservationPreference"]);
        Assert.Empty(deployed.All(Reservation));
        Assert.Empty(deployed.All("aws:resourcegroups/group:Group"));
    }

    [Fact]
    public async Task Several_held_reservations_and_made_ones_are_one_resource_group()
    {
        var pool = A.Pool(tier: Tier.Reserved, instances: 3);
        var deployed = await Deployed.Of(pool with { Held = [A.Held("cr-1", "use1-az1", 3), A.Held("cr-2", "use1-az4", 1)] });

        Assert.Equal("2", deployed.One(Reservation)["instanceCount"]);
        Assert.Contains("use1-az4", deployed.One(Reservation)["availabilityZone"], StringComparison.Ordinal);
        var members = deployed.All("aws:resourcegroups/resource:Resource").Select(member => member["resourceArn"]!).ToList();
        Assert.Equal(3, members.Count);
        Assert.Contains($"arn:aws:ec2:us-east-1:{A.Account}:capacity-reservation/cr-1", members);
        Assert.Contains($"arn:aws:ec2:us-east-1:{A.Account}:capacity-reservation/cr-2", members);
        Assert.Equal("6", deployed.One(Group)["desiredCapacity"]);
    }

    [Fact]
    public async Task A_Capacity_Block_has_a_group_of_its_own_that_is_empty_before_it_ends()
    {
        var pool = A.Pool(tier: Tier.Reserved, instances: 2);
        var deployed = await Deployed.Of(pool with { Held = [A.Held("cr-block", "use1-az4", 2) with { Kind = ReservationKind.CapacityBlock, End = new DateOnly(2027, 1, 15) }] });

        var (template, group) = (deployed.All(Template).Single(template => template.Name.EndsWith("-cr-block", StringComparison.Ordinal)), deployed.All(Group).Single(group => group.Name.EndsWith("-cr-block", StringComparison.Ordinal)));
        Assert.Equal("capacity-block", template["instanceMarketOptions.marketType"]);
        Assert.Equal("cr-block", template["capacityReservationSpecification.capacityReservationTarget.capacityReservationId"]);
        Assert.Equal(1, group.Count("vpcZoneIdentifiers"));
        Assert.False(group.Has("capacityReservationSpecification"));
        Assert.False(group.Has("mixedInstancesPolicy"));
        Assert.Equal(["0", "2", "2"], [group["minSize"]!, group["desiredCapacity"]!, group["maxSize"]!]);
        Assert.Equal(("0", "true"), (group["waitForCapacityTimeout"], group["ignoreFailedScalingActivities"]));
        var end = deployed.One(Schedule);
        Assert.Equal(("2027-01-15T10:30:00Z", "0", "0", "-1"), (end["startTime"], end["desiredCapacity"], end["minSize"], end["maxSize"]));
        var others = deployed.All(Template).Single(other => other.Name != template.Name);
        Assert.False(others.Has("instanceMarketOptions"));
        Assert.False(others.Has("capacityReservationSpecification"));
        Assert.Equal("2", deployed.One(Reservation)["instanceCount"]);
    }

    [Fact]
    public async Task Pitfall_9_machines_of_a_Capacity_Block_are_gone_40_minutes_before_it_ends()
    {
        var pool = A.Pool(tier: Tier.Reserved, instances: 2);
        var end = (await Deployed.Of(pool with { Held = [Block] })).One(Schedule);

        var ends = new DateTimeOffset(2027, 1, 15, 11, 30, 0, TimeSpan.Zero); // A block ends at 11:30 UTC, and AWS begins half an hour before.
        Assert.True(DateTimeOffset.Parse(end["startTime"]!, System.Globalization.CultureInfo.InvariantCulture) <= ends - TimeSpan.FromMinutes(40));
    }

    [Theory]
    [InlineData("2026-12-01", true)]
    [InlineData("2026-11-20", false)]
    public async Task A_block_that_begins_with_the_month_is_waited_for_with_an_empty_group(string start, bool waits)
    {
        var fleet = A.FleetPlan(A.Pool(tier: Tier.Reserved, instances: 2) with { Held = [Block] });
        var row = new HeldReservation
        {
            Id = Block.Reservation,
            Kind = Block.Kind,
            Grant = new Grant(CloudProvider.Aws, A.Account, "us-east-1", 2, ImmutableSortedDictionary<string, int>.Empty.Add("prod", 2)),
            Zone = Block.Zone,
            InstanceType = "g6.12xlarge",
            Start = DateOnly.Parse(start, System.Globalization.CultureInfo.InvariantCulture),
            End = Block.End,
            Hourly = Block.Hourly,
            Approval = null,
        };
        var deployed = await Deployed.Of(fleet with { Plan = fleet.Plan with { Ledger = AccountLedger.Empty with { Reservations = [row] } } }, A.Settings());

        Assert.Equal(waits ? "0" : "2", deployed.All(Group).Single(group => group.Name.EndsWith("-cr-block", StringComparison.Ordinal))["desiredCapacity"]);
        var starts = deployed.All(Schedule).Where(schedule => schedule.Name.EndsWith("-start", StringComparison.Ordinal)).ToList();
        Assert.Equal(waits ? ["31 11 * 12 * 2"] : [], starts.Select(schedule => $"{schedule["recurrence"]} {schedule["desiredCapacity"]}"));
    }

    private static HeldUse Block { get; } = A.Held("cr-block", "use1-az4", 2) with { Kind = ReservationKind.CapacityBlock, End = new DateOnly(2027, 1, 15) };

    [Fact]
    public async Task On_demand_machines_leave_reservations_alone()
    {
        var deployed = await Deployed.Of(A.Pool());
        var group = deployed.One(Group);

        Assert.Equal("none", group["capacityReservationSpecification.capacityReservationPreference"]);
        Assert.False(group.Has("capacityReservationSpecification.capacityReservationTarget"));
        Assert.False(group.Has("mixedInstancesPolicy"));
        Assert.Empty(deployed.All(Reservation));
    }

    [Theory]
    [InlineData(Tier.OnDemand)]
    [InlineData(Tier.Spot)]
    public async Task Scarce_capacity_does_not_fail_an_update(Tier tier)
    {
        var group = (await Deployed.Of(A.Pool(tier: tier, serving: "batch"))).One(Group);

        Assert.Equal("0", group["waitForCapacityTimeout"]);
        Assert.Equal("true", group["ignoreFailedScalingActivities"]);
    }

    [Fact]
    public async Task Spot_is_counted_in_replicas_over_the_whole_ladder()
    {
        ImmutableArray<LadderRung> ladder = [new("g6.12xlarge", 4), new("g6.48xlarge", 8)];
        var deployed = await Deployed.Of(A.Pool(tier: Tier.Spot, serving: "batch", ladder: ladder));
        var group = deployed.One(Group);

        Assert.Equal("price-capacity-optimized", group["mixedInstancesPolicy.instancesDistribution.spotAllocationStrategy"]);
        Assert.Equal("0", group["mixedInstancesPolicy.instancesDistribution.onDemandBaseCapacity"]);
        Assert.Equal("0", group["mixedInstancesPolicy.instancesDistribution.onDemandPercentageAboveBaseCapacity"]);
        Assert.False(group.Has("mixedInstancesPolicy.instancesDistribution.spotMaxPrice"));
        Assert.Equal("g6.48xlarge", group["mixedInstancesPolicy.launchTemplate.overrides.1.instanceType"]);
        Assert.Equal("8", group["mixedInstancesPolicy.launchTemplate.overrides.1.weightedCapacity"]);
        Assert.Equal("4", group["mixedInstancesPolicy.launchTemplate.overrides.0.weightedCapacity"]);
        Assert.Equal(["0", "16", "16"], [group["minSize"]!, group["desiredCapacity"]!, group["maxSize"]!]);
        Assert.Equal("true", group["capacityRebalance"]);
        Assert.False(group.Has("capacityReservationSpecification"));
        Assert.False(group.Has("launchTemplate"));
        Assert.False(deployed.One(Template).Has("instanceMarketOptions"));
        Assert.False(deployed.One(Template).Has("capacityReservationSpecification"));
    }

    [Fact]
    public async Task Groups_follow_the_templates_newest_version_by_number()
    {
        var deployed = await Deployed.Of(A.Pool(), A.Pool(tier: Tier.Spot, serving: "batch"));

        Assert.All(deployed.All(Group), group => Assert.Equal(
            "7", group["launchTemplate.version"] ?? group["mixedInstancesPolicy.launchTemplate.launchTemplateSpecification.version"]));
    }

    [Fact]
    public async Task Nothing_of_a_pool_has_a_fixed_name()
    {
        var deployed = await Deployed.Of(A.Pool(tier: Tier.Reserved), A.Pool(tier: Tier.Spot, serving: "batch"));

        Assert.All([.. deployed.All(Group), .. deployed.All(Template)], resource => Assert.False(resource.Has("name") || resource.Has("namePrefix")));
    }

    [Fact]
    public async Task A_window_starts_the_planned_size_and_stops_at_zero()
    {
        var pool = A.Pool(window: A.Window("08:00", "20:00"));
        var deployed = await Deployed.Of(A.FleetPlan(GpuInfra.Planning.Plans.DeploymentEnvironment.Dev, pool), A.Settings());
        var start = deployed.All(Schedule).Single(schedule => schedule["scheduledActionName"] == "start");
        var stop = deployed.All(Schedule).Single(schedule => schedule["scheduledActionName"] == "stop");

        Assert.Equal(["0 8 * * 1,2,3,4,5", "Europe/Berlin"], [start["recurrence"]!, start["timeZone"]!]);
        Assert.Equal(["4", "4", "4"], [start["minSize"]!, start["desiredCapacity"]!, start["maxSize"]!]);
        Assert.Equal("0 20 * * 1,2,3,4,5", stop["recurrence"]);
        Assert.Equal(["0", "0", "4"], [stop["minSize"]!, stop["desiredCapacity"]!, stop["maxSize"]!]);
        Assert.Equal("0", deployed.One(Group)["minSize"]);
    }

    [Fact]
    public async Task A_window_over_midnight_stops_on_the_next_day()
    {
        var deployed = await Deployed.Of(A.Pool(tier: Tier.Spot, serving: "batch", window: A.Window("22:30", "04:00")));

        Assert.Equal(
            ["0 4 * * 2,3,4,5,6", "30 22 * * 1,2,3,4,5"],
            deployed.All(Schedule).Select(schedule => schedule["recurrence"]!).Order());
    }

    [Fact]
    public async Task A_pool_that_always_runs_has_no_schedule() => Assert.Empty((await Deployed.Of(A.Pool(CloudProvider.Aws))).All(Schedule));
}
