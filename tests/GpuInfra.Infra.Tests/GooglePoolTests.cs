using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Infra.Tests;

public class GooglePoolTests
{
    private const string Template = "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate";
    private const string Zonal = "gcp:compute/instanceGroupManager:InstanceGroupManager";
    private const string Regional = "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager";
    private const string Reservation = "gcp:compute/reservation:Reservation";
    private const string Autoscaler = "gcp:compute/regionAutoscaler:RegionAutoscaler";

    [Theory]
    [InlineData(Tier.Reserved)]
    [InlineData(Tier.OnDemand)]
    [InlineData(Tier.Spot)]
    public async Task Machines_with_GPUs_terminate_for_maintenance_and_say_which_reservations_they_use(Tier tier)
    {
        var deployed = await Deployed.Of(A.Pool(CloudProvider.Gcp, tier, "batch"));

        Assert.NotEmpty(deployed.All(Template));
        Assert.All(deployed.All(Template), template =>
        {
            Assert.Equal("TERMINATE", template["scheduling.onHostMaintenance"]);
            Assert.Equal(tier == Tier.Reserved ? "SPECIFIC_RESERVATION" : "NO_RESERVATION", template["reservationAffinity.type"]);
            Assert.Equal(tier == Tier.Reserved, template.Has("reservationAffinity.specificReservation"));
        });
    }

    [Fact]
    public async Task A_held_reservation_has_a_group_that_names_it_and_only_the_rest_is_made()
    {
        var pool = A.Pool(CloudProvider.Gcp, Tier.Reserved, instances: 2);
        var deployed = await Deployed.Of(pool with { Held = [A.Held("chat-2026", "us-central1-a", 2), A.Held("spare", "us-central1-b", 1)] });

        Assert.Equal(("us-central1-b", "1"), (deployed.One(Reservation)["zone"], deployed.One(Reservation)["specificReservation.count"]));
        var named = deployed.All(Template).Select(template => Assert.Single(template.List("reservationAffinity.specificReservation.values"))).ToList();
        Assert.Contains("chat-2026", named);
        Assert.Contains("spare", named);
        Assert.Equal(
            ["us-central1-a 2", "us-central1-b 1", "us-central1-b 1"],
            deployed.All(Zonal).Select(group => $"{group["zone"]} {group["targetSize"]}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Machines_have_no_external_address_and_are_shielded()
    {
        var template = (await Deployed.Of(A.Pool(CloudProvider.Gcp))).One(Template);

        Assert.False(template.Has("networkInterfaces.0.accessConfigs"));
        Assert.Equal("GVNIC", template["networkInterfaces.0.nicType"]);
        Assert.Equal("true", template["shieldedInstanceConfig.enableVtpm"]);
        Assert.Equal("true", template["shieldedInstanceConfig.enableIntegrityMonitoring"]);
        Assert.Equal("TRUE", template["metadata.enable-oslogin"]);
        Assert.Equal("TRUE", template["metadata.block-project-ssh-keys"]);
        Assert.Equal("gcp-us-central1@example.com", template["serviceAccount.email"]);
        Assert.Equal(["gpu-machine"], template.List("tags"));
    }

    [Fact]
    public async Task Reserved_machines_are_one_fixed_group_per_zone_on_that_zones_reservation()
    {
        var deployed = await Deployed.Of(A.Pool(CloudProvider.Gcp, Tier.Reserved, instances: 3));

        Assert.Equal(["us-central1-a", "us-central1-b"], deployed.All(Zonal).Select(group => group["zone"]!).Order());
        Assert.All(deployed.All(Zonal), group =>
        {
            Assert.Equal("3", group["targetSize"]);
            Assert.Equal(["0", "1", "RECREATE"], [group["updatePolicy.maxSurgeFixed"]!, group["updatePolicy.maxUnavailableFixed"]!, group["updatePolicy.replacementMethod"]!]);
            Assert.Equal("STABLE", group["waitForInstancesStatus"]);
            var template = deployed.All(Template).Single(template => group["versions.0.instanceTemplate"] == $"link/{template.Name}");
            var reservation = deployed.All(Reservation).Single(reservation => reservation["zone"] == group["zone"]);
            Assert.Equal("compute.googleapis.com/reservation-name", template["reservationAffinity.specificReservation.key"]);
            Assert.Equal([reservation.Name], template.List("reservationAffinity.specificReservation.values"));
        });
        Assert.Empty(deployed.All(Regional));
    }

    [Fact]
    public async Task A_reservation_holds_exactly_the_machines_of_its_template()
    {
        var deployed = await Deployed.Of(A.Pool(CloudProvider.Gcp, Tier.Reserved));

        Assert.All(deployed.All(Reservation), reservation =>
        {
            Assert.Equal("true", reservation["specificReservationRequired"]);
            Assert.Equal("2", reservation["specificReservation.count"]);
            Assert.Equal("g2-standard-48", reservation["specificReservation.instanceProperties.machineType"]);
            Assert.False(reservation.Has("specificReservation.instanceProperties.guestAccelerators"));
            Assert.Equal("PREVENT", reservation["deletionPolicy"]);
        });
        Assert.All(deployed.All(Template), template =>
        {
            Assert.Equal("g2-standard-48", template["machineType"]);
            Assert.False(template.Has("guestAccelerators")); // The machine type brings them.
        });
    }

    [Fact]
    public async Task Attached_GPUs_are_asked_for_by_machine_and_reservation_alike()
    {
        var deployed = await Deployed.Of(A.Pool(CloudProvider.Gcp, Tier.Reserved, instanceType: "n1-standard-16+2xT4"));

        Assert.All(deployed.All(Template), template => Assert.Equal(
            ["n1-standard-16", "nvidia-tesla-t4", "2"],
            [template["machineType"]!, template["guestAccelerators.0.type"]!, template["guestAccelerators.0.count"]!]));
        Assert.All(deployed.All(Reservation), reservation => Assert.Equal(
            ["n1-standard-16", "nvidia-tesla-t4", "2"],
            [
                reservation["specificReservation.instanceProperties.machineType"]!,
                reservation["specificReservation.instanceProperties.guestAccelerators.0.acceleratorType"]!,
                reservation["specificReservation.instanceProperties.guestAccelerators.0.acceleratorCount"]!,
            ]));
    }

    [Fact]
    public async Task Spot_machines_are_deleted_when_taken_away()
    {
        var template = (await Deployed.Of(A.Pool(CloudProvider.Gcp, Tier.Spot, "batch"))).One(Template);

        Assert.Equal(
            ["SPOT", "true", "false", "DELETE"],
            [
                template["scheduling.provisioningModel"]!, template["scheduling.preemptible"]!,
                template["scheduling.automaticRestart"]!, template["scheduling.instanceTerminationAction"]!,
            ]);
    }

    [Fact]
    public async Task Other_tiers_are_never_preemptible()
    {
        var deployed = await Deployed.Of(A.Pool(CloudProvider.Gcp), A.Pool(CloudProvider.Gcp, Tier.Reserved));

        Assert.All(deployed.All(Template), template =>
        {
            Assert.Equal("STANDARD", template["scheduling.provisioningModel"]);
            Assert.NotEqual("true", template["scheduling.preemptible"]);
        });
    }

    [Theory]
    [InlineData(Tier.OnDemand, "3", "0", "BALANCED")]
    [InlineData(Tier.Spot, "0", "3", "ANY")]
    public async Task Regional_groups_do_not_insist_on_an_even_spread(Tier tier, string surge, string unavailable, string shape)
    {
        var group = (await Deployed.Of(A.Pool(CloudProvider.Gcp, tier, "batch"))).One(Regional);

        Assert.Equal(shape, group["distributionPolicyTargetShape"]);
        Assert.Equal("NONE", group["updatePolicy.instanceRedistributionType"]);
        Assert.Equal([surge, unavailable], [group["updatePolicy.maxSurgeFixed"]!, group["updatePolicy.maxUnavailableFixed"]!]);
        Assert.NotEqual("true", group["waitForInstances"]);
        Assert.Equal("4", group["targetSize"]);
        Assert.Equal(3, group.Count("distributionPolicyZones"));
        Assert.False(group.Has("autoHealingPolicies"));
    }

    [Fact]
    public async Task A_spot_ladder_is_tried_in_order()
    {
        ImmutableArray<LadderRung> ladder = [new("g2-standard-48", 4), new("g2-standard-96", 4)];
        var group = (await Deployed.Of(A.Pool(CloudProvider.Gcp, Tier.Spot, "batch", ladder: ladder))).One(Regional);

        Assert.Equal(["g2-standard-48"], group.List("instanceFlexibilityPolicy.instanceSelections.0.machineTypes"));
        Assert.Equal("0", group["instanceFlexibilityPolicy.instanceSelections.0.rank"]);
        Assert.Equal(["g2-standard-96"], group.List("instanceFlexibilityPolicy.instanceSelections.1.machineTypes"));
        Assert.Equal("1", group["instanceFlexibilityPolicy.instanceSelections.1.rank"]);
    }

    [Fact]
    public async Task A_window_is_an_autoscalers_schedule_and_leaves_the_size_to_it()
    {
        var pool = A.Pool(CloudProvider.Gcp, window: A.Window("22:30", "04:00"));
        var deployed = await Deployed.Of(A.FleetPlan(DeploymentEnvironment.Dev, pool), A.Settings());
        var autoscaler = deployed.One(Autoscaler);

        Assert.False(deployed.One(Regional).Has("targetSize"));
        Assert.Equal($"link/{deployed.One(Regional).Name}", autoscaler["target"]);
        Assert.Equal(["0", "4"], [autoscaler["autoscalingPolicy.minReplicas"]!, autoscaler["autoscalingPolicy.maxReplicas"]!]);
        var schedule = "autoscalingPolicy.scalingSchedules.0.";
        Assert.Equal(
            ["30 22 * * 1,2,3,4,5", "Europe/Berlin", "19800", "4"],
            [autoscaler[schedule + "schedule"]!, autoscaler[schedule + "timeZone"]!, autoscaler[schedule + "durationSec"]!, autoscaler[schedule + "minRequiredReplicas"]!]);
    }

    [Fact]
    public async Task Nothing_of_a_pool_has_a_fixed_name_and_automatic_names_fit()
    {
        var deployed = await Deployed.Of(A.Pool(CloudProvider.Gcp, Tier.Reserved, "a-name-of-20-letters"), A.Pool(CloudProvider.Gcp, Tier.Spot, "batch"));
        var pools = deployed.Resources.Where(resource => resource.Type is Template or Zonal or Regional or Reservation).ToList();

        Assert.All(pools, resource => Assert.False(resource.Has("name") || resource.Has("namePrefix")));
        Assert.All(pools, resource => Assert.InRange(resource.Name.Length, 1, 55));
        Assert.All([.. deployed.All(Zonal), .. deployed.All(Regional)], group => Assert.InRange(group["baseInstanceName"]!.Length, 1, 54));
    }
}
