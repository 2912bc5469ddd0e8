using GpuInfra.Infra.Clusters;
using GpuInfra.Offline.Policies;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using Pulumi.Offline;
using static GpuInfra.Offline.Policies.ResourceTypes;
using static GpuInfra.Offline.Tests.Prod;

namespace GpuInfra.Offline.Tests.Clusters;

/// <summary>The numbered pitfalls of provisioning that only clusters have, each by its guard; those of machines are in <c>PitfallTests</c>.</summary>
public class ClusterPitfallTests
{
    [Fact]
    public async Task Pitfall_3_nodes_on_a_Capacity_Block_say_so_and_their_template_names_it_with_its_type()
    {
        var type = (await Kube.Record).Fleet.Pools.First(pool => pool.Id.StartsWith("assistant-aws-us-east-1-reserved", StringComparison.Ordinal)).InstanceType;
        var record = await Kube.RunAsync(sandbox =>
        {
            Directory.CreateDirectory(sandbox.Stacks("approvals"));
            File.WriteAllText(sandbox.Stacks("approvals/cbo-1.yaml"), "version: 1\noffering: cbo-1\npriceCap: $100k\napprovedBy: cfo@example.com\napprovedOn: 2026-11-01\nexpires: 2026-12-15\n");
            sandbox.Change("reservations.yaml", "reservations: []", $"""
                reservations:
                  - id: cr-0123456789abcdef0
                    kind: capacityBlock
                    cloud: aws
                    account: "333344445555"
                    region: us-east-1
                    zone: use1-az2
                    instanceType: {type}
                    count: 1
                    start: 2026-12-01
                    end: 2026-12-31
                    hourlyUsd: $5
                    approval: cbo-1.yaml
                    assign: {"{ prod: 1 }"}
                """);
        });
        Assert.Equal("", record.Complaints());
        var group = record.Of(EksNodeGroup).Single(group => group.Inputs.TextAt("capacityType") == "CAPACITY_BLOCK");
        Assert.Null(group.Inputs.At("instanceTypes"));
        Assert.Equal((0, 1), (group.Inputs.NumberAt("scalingConfig", "desiredSize"), group.Inputs.NumberAt("scalingConfig", "maxSize")));
        Assert.Contains("scalingConfig.desiredSize", group.Options.IgnoreChanges);
        var template = record.Of(LaunchTemplate).Single(template => group.Dependencies.Contains(template.Urn));
        Assert.Equal((type, "capacity-block", "cr-0123456789abcdef0"), (
            template.Inputs.TextAt("instanceType"),
            template.Inputs.TextAt("instanceMarketOptions", "marketType"),
            template.Inputs.TextAt("capacityReservationSpecification", "capacityReservationTarget", "capacityReservationId")));
        Assert.Equal(2, record.Of("aws:autoscaling/schedule:Schedule").Count(schedule => schedule.Inputs.TextAt("autoscalingGroupName") is not null));
    }

    [Fact]
    public async Task Pitfall_7_owners_hear_when_nodes_of_a_reservation_are_paid_and_do_not_run()
    {
        var record = await Kube.Record;
        var alarms = record.Of("aws:cloudwatch/metricAlarm:MetricAlarm").Where(alarm => alarm.Name.EndsWith("-unused", StringComparison.Ordinal)).ToList();
        Assert.Equal(record.Of("aws:ec2/capacityReservation:CapacityReservation").Select(made => $"{made.Name}-unused").Order(StringComparer.Ordinal), alarms.Select(alarm => alarm.Name).Order(StringComparer.Ordinal));
        Assert.All(alarms, alarm => Assert.NotEmpty(alarm.Inputs.ListAt("alarmActions")));
        var zones = record.Fleet.Provisioned.Where(pool => pool is { Cloud: CloudProvider.Gcp, Tier: Tier.Reserved }).SelectMany(pool => pool.Zones).Where(zone => zone.Instances > 0).Select(zone => zone.Zone).Distinct();
        Assert.Equal(zones.Select(zone => $"{zone}-google-cloud").Order(StringComparer.Ordinal), record.Of("gcp:monitoring/alertPolicy:AlertPolicy").Select(alarm => alarm.Name).Where(name => name.EndsWith("-google-cloud", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Pitfall_8_what_is_reserved_has_groups_of_its_own_and_Karpenter_knows_of_no_reservation()
    {
        var record = await Kube.Record;
        var karpenter = record.Of("kubernetes:helm.sh/v3:Release").Single(release => release.Inputs.TextAt("name") == "karpenter");
        Assert.Equal("false", karpenter.Inputs.TextAt("values", "settings", "featureGates", "reservedCapacity"));
        Assert.All(record.Of(KarpenterClass), nodes => Assert.Null(nodes.Inputs.At("spec", "capacityReservationSelectorTerms")));
        Assert.DoesNotContain(record.Of(KarpenterPool), nodes => nodes.Name.Contains("-reserved-", StringComparison.Ordinal));
        await Caught(ReservationRules.ReservationTargeted, "may start outside their reservation", LaunchTemplate, "reserved", Text("open"), "capacityReservationSpecification", "capacityReservationPreference");
    }

    [Fact]
    public async Task Pitfall_13_the_plain_image_on_a_node_with_GPUs_is_caught()
    {
        Assert.All((await Kube.Record).Of(EksNodeGroup).Where(group => group.Inputs.At("taints") is not null), group => Assert.Equal("AL2023_x86_64_NVIDIA", group.Inputs.TextAt("amiType")));
        await Caught(ClusterSettingRules.ClustersClosed, "has no driver", EksNodeGroup, "reserved", Text("AL2023_x86_64_STANDARD"), "amiType");
    }

    [Fact]
    public async Task Pitfall_14_every_node_with_GPUs_on_EKS_has_the_device_plugin()
    {
        var plugin = Assert.Single((await Kube.Record).Of(Kube.DaemonSet), set => set.Inputs.TextAt("metadata", "namespace") == ClusterDevices.Space);
        var pod = plugin.Inputs.At("spec", "template", "spec");
        Assert.Contains(pod.ListAt("tolerations"), toleration => toleration.TextAt("key") == "nvidia.com/gpu");
        Assert.Contains("@sha256:", pod.ListAt("containers").Single().TextAt("image"), StringComparison.Ordinal);
        Assert.Contains("migStrategy: none", (await Kube.Record).Of("kubernetes:core/v1:ConfigMap").Single(map => map.Inputs.TextAt("metadata", "name") == "device-plugin-whole").Inputs.TextAt("data", "config.yaml"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pitfall_15_no_operator_builds_drivers_that_the_image_has() => Assert.DoesNotContain(
        (await Kube.Record).Of("kubernetes:helm.sh/v3:Release"), release => release.Inputs.TextAt("chart")?.Contains("gpu-operator", StringComparison.Ordinal) == true);

    [Fact]
    public async Task Pitfall_16_GKE_keeps_its_own_device_plugin() => Assert.DoesNotContain(
        (await Kube.Record).Of(Kube.DaemonSet), set => set.Urn.Contains("gpuinfra:google:", StringComparison.Ordinal));

    [Fact]
    public async Task Pitfall_17_a_driver_that_is_not_spelt_out_is_caught()
    {
        var pools = (await Kube.Record).Of(GkeNodePool).Where(pool => pool.Inputs.ListAt("nodeConfig", "guestAccelerators").Any()).ToList();
        Assert.NotEmpty(pools);
        Assert.All(pools, pool => Assert.Equal("DEFAULT", pool.Inputs.ListAt("nodeConfig", "guestAccelerators").Single().TextAt("gpuDriverInstallationConfig", "gpuDriverVersion")));
        await Caught(ClusterSettingRules.ClustersClosed, "driver is not spelt out", GkeNodePool, "assistant", null, "nodeConfig", "guestAccelerators", "gpuDriverInstallationConfig");
    }

    [Fact]
    public async Task Pitfall_18_nothing_is_queued_so_no_reservation_stands_in_its_way() =>
        Assert.All((await Kube.Record).Of(GkeNodePool), pool => Assert.Null(pool.Inputs.At("queuedProvisioning")));

    [Fact]
    public Task Pitfall_26_a_pool_that_is_not_repaired_is_caught() =>
        Caught(ClusterSettingRules.ClustersClosed, "GKE refuses", GkeNodePool, "assistant", new PropertyValue.Bool(false), "management", "autoRepair");

    [Fact]
    public async Task Pitfall_34_replicas_leave_every_node_what_it_needs_for_itself()
    {
        var record = await Kube.Record;
        foreach (var pool in record.Fleet.Provisioned)
        {
            var pod = record.Of(Kube.Deployment).Single(deployment => deployment.Name == pool.Id).Inputs.At("spec", "template", "spec");
            var requests = pod.ListAt("containers").Single().At("resources", "requests");
            foreach (var rung in pool.Ladder)
            {
                var machine = Catalog.Embedded.FindMachine(pool.Cloud, rung.InstanceType)!;
                var cores = decimal.Parse(requests.TextAt("cpu")!.TrimEnd('m')) / 1000 * rung.ReplicasPerInstance;
                var gib = decimal.Parse(requests.TextAt("memory")!.Replace("Gi", "")) * rung.ReplicasPerInstance;
                Assert.InRange(cores, 0.1m, machine.VCpus!.Value - 1m);
                Assert.InRange(gib, 1m, (decimal)machine.Memory!.Value.TotalGib - 2m);
                Assert.True(requests.NumberAt("nvidia.com/gpu") * rung.ReplicasPerInstance <= machine.Gpus, $"{pool.Id} wants more GPUs than {rung.InstanceType} has");
            }
        }
    }

    private static async Task Caught(Policy<Evidence> policy, string says, string type, string name, PropertyValue? value, params string[] path)
    {
        var record = await Kube.Record;
        Assert.Empty(policy.Find(record));
        Assert.Contains(policy.Find(record.With(type, name, value, path)), finding => finding.Detail.Contains(says, StringComparison.Ordinal));
    }
}
