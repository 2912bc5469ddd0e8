using GpuInfra.Infra.Common;
using GpuInfra.Offline.Policies;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Monitoring;
using Pulumi.Offline;
using static GpuInfra.Offline.Policies.ResourceTypes;
using static GpuInfra.Offline.Tests.Prod;

namespace GpuInfra.Offline.Tests;

/// <summary>
/// The numbered pitfalls of provisioning that show in production's record, each by its guard. Others have tests of their name beside what they are about: 9, 10, 12, 15, 24,
/// 29, 30 and 31. Those of Kubernetes (3, 8, 13 to 18, 26, 34) are in <c>ClusterPitfallTests</c>.
/// </summary>
public class PitfallTests
{
    private const string GoogleTemplate = "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate";

    [Fact]
    public async Task Pitfall_1_nothing_buys_a_Capacity_Block_or_looks_for_an_offering()
    {
        Assert.Empty(await All("aws:ec2/capacityBlockReservation:CapacityBlockReservation"));
        Assert.DoesNotContain((await Prod.Record).Resolved.Invokes, invoke => invoke.Token.Contains("getCapacityBlock", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pitfall_2_a_template_with_a_blocks_market_or_its_id_alone_is_caught()
    {
        await Caught(ReservationRules.ReservationTargeted, "needs both", record => record.With(LaunchTemplate, "reserved", Text("capacity-block"), "instanceMarketOptions", "marketType"));
        await Caught(ReservationRules.ReservationTargeted, "needs both", record =>
            record.With(LaunchTemplate, "reserved", Text("cr-1"), "capacityReservationSpecification", "capacityReservationTarget", "capacityReservationId"));
    }

    [Fact]
    public Task Pitfall_4_a_reservations_id_beside_a_preference_is_caught() => Caught(ReservationRules.ReservationTargeted, "needs both", record => record
        .With(LaunchTemplate, "reserved", Text("capacity-block"), "instanceMarketOptions", "marketType")
        .With(LaunchTemplate, "reserved", Text("cr-1"), "capacityReservationSpecification", "capacityReservationTarget", "capacityReservationId")
        .With(LaunchTemplate, "reserved", Text("open"), "capacityReservationSpecification", "capacityReservationPreference"));

    [Fact]
    public Task Pitfall_5_spot_on_a_reservation_is_caught() => Caught(ReservationRules.ReservationTargeted, "not theirs", record => record.With(
        AutoScalingGroup, "spot", List(Text("cr-1")), "capacityReservationSpecification", "capacityReservationTarget", "capacityReservationIds"));

    [Fact]
    public async Task Pitfall_6_a_full_reservations_machine_leaves_before_its_successor_comes()
    {
        foreach (var group in (await All(AutoScalingGroup)).Where(group => group.Name.Contains("-reserved-", StringComparison.Ordinal)))
        {
            Assert.Equal(100, group.Inputs.NumberAt("instanceRefresh", "preferences", "maxHealthyPercentage"));
        }

        await Caught(SurgeRules.SurgeFits, "maxHealthyPercentage is above 100", record => record.With(
            AutoScalingGroup, "reserved", new PropertyValue.Number(110), "instanceRefresh", "preferences", "maxHealthyPercentage"));
    }

    [Fact]
    public async Task Pitfall_7_machines_start_in_the_zones_of_their_reservations_and_are_of_their_type()
    {
        var record = await Prod.Record;
        foreach (var pool in record.Fleet.Pools.Where(pool => pool is { Tier: Tier.Reserved, Cloud: CloudProvider.Aws }))
        {
            var reservations = (await All(CapacityReservation)).Where(reservation => reservation.Name.StartsWith(pool.Id, StringComparison.Ordinal)).ToList();
            Assert.All(reservations, reservation => Assert.Equal(pool.InstanceType, reservation.Inputs.TextAt("instanceType")));
            var group = (await All(AutoScalingGroup)).Single(group => group.Name == pool.Id);
            Assert.Equal(reservations.Count, group.Inputs.ListAt("vpcZoneIdentifiers").Count());
            Assert.Equal(pool.Zones.Where(zone => zone.Instances > 0).Select(zone => $"aws-{pool.Region}-{zone.Zone}").Order(StringComparer.Ordinal), group.PropertyDependencies["vpcZoneIdentifiers"].Select(Evidence.NameOf).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task Pitfall_11_no_group_says_what_its_sizes_count() =>
        Assert.All(await All(AutoScalingGroup), group => Assert.Null(group.Inputs.At("desiredCapacityType")));

    [Fact]
    public Task Pitfall_19_a_reservation_that_cannot_be_named_is_caught() => Caught(
        ReservationRules.ReservationTargeted, "specificReservationRequired", record => record.With(GoogleReservation, "", new PropertyValue.Bool(false), "specificReservationRequired"));

    [Fact]
    public async Task Pitfall_20_a_reservation_has_the_shape_of_the_machines_that_name_it()
    {
        var reservations = await All(GoogleReservation);
        Assert.NotEmpty(reservations);
        foreach (var template in (await All(GoogleTemplate)).Where(template => template.Inputs.TextAt("reservationAffinity", "type") == "SPECIFIC_RESERVATION"))
        {
            var reservation = reservations.Single(reservation => template.PropertyDependencies["reservationAffinity"].Contains(reservation.Urn));
            var shape = reservation.Inputs.At("specificReservation", "instanceProperties");
            Assert.Equal(template.Inputs.TextAt("machineType"), shape.TextAt("machineType"));
            Assert.Equal(template.Inputs.ListAt("guestAccelerators").Count(), shape.ListAt("guestAccelerators").Count());
            Assert.Equal(template.Inputs.ListAt("disks").Count(disk => disk.TextAt("type") == "SCRATCH"), shape.ListAt("localSsds").Count());
        }
    }

    [Fact]
    public async Task Pitfall_21_no_future_reservation_is_asked_for() => Assert.Empty(await All("gcp:compute/futureReservation:FutureReservation"));

    [Fact]
    public async Task Pitfall_22_machines_with_GPUs_do_not_migrate() => Assert.All(
        (await All(GoogleTemplate)).Where(template => (template.Parent ?? "").Contains("gpuinfra:google:Pool", StringComparison.Ordinal)),
        template => Assert.Equal("TERMINATE", template.Inputs.TextAt("scheduling", "onHostMaintenance")));

    [Fact]
    public async Task Pitfall_23_a_zone_without_a_GPU_stops_no_group() => Assert.All(
        (await All(RegionalGroup)).Where(group => (group.Parent ?? "").Contains("gpuinfra:google:Pool", StringComparison.Ordinal)),
        group =>
        {
            Assert.Contains(group.Inputs.TextAt("distributionPolicyTargetShape"), new[] { "ANY", "BALANCED" });
            Assert.Equal("NONE", group.Inputs.TextAt("updatePolicy", "instanceRedistributionType"));
        });

    [Fact]
    public async Task Pitfall_25_a_template_is_replaced_before_the_old_one_is_deleted() => Assert.All(
        await All(GoogleTemplate),
        template => Assert.Equal((null, true), (template.Inputs.At("name"), template.Options.DeleteBeforeReplace is null or false)));

    [Fact]
    public async Task Pitfall_27_hardware_errors_are_counted_and_not_the_last_one_shown()
    {
        var alerts = AlertRules.Of((await Prod.Record).Fleet, Catalog.Embedded).Alerts.ToList();
        Assert.Contains(alerts, alert => alert.Expression.Contains("DCGM_EXP_XID_ERRORS_COUNT", StringComparison.Ordinal));
        Assert.DoesNotContain(alerts, alert => alert.Expression.Contains("DCGM_FI_DEV_XID_ERRORS", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("gpu_cache_usage_perc")]
    [InlineData("time_per_output_token_seconds")]
    [InlineData("num_requests_swapped")]
    public async Task Pitfall_33_figures_that_vLLM_has_retired_are_read_nowhere(string retired)
    {
        Assert.DoesNotContain(AlertRules.Of((await Prod.Record).Fleet, Catalog.Embedded).Alerts, alert => alert.Expression.Contains($"vllm:{retired}", StringComparison.Ordinal));
        Assert.DoesNotContain($"vllm:{retired}", EmbeddedText.Read("meter.sh"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pitfall_35_providers_are_of_one_exact_version() => Assert.All(
        (await Prod.Record).Resolved.Resources.Where(resource => resource.IsCustom && resource.Type.StartsWith("aws:", StringComparison.Ordinal)),
        resource => Assert.Equal("7.48.0", resource.Options.Version));

    private static async Task<List<ResourceRecord>> All(string type) => [.. (await Prod.Record).Resolved.Resources.Where(resource => resource.Type == type)];

    private static async Task Caught(Policy<Evidence> policy, string says, Func<PreviewRecord, PreviewRecord> plant)
    {
        var record = await Prod.Record;
        Assert.Empty(policy.Find(record));
        Assert.Contains(policy.Find(plant(record)), finding => finding.Detail.Contains(says, StringComparison.Ordinal));
    }
}
