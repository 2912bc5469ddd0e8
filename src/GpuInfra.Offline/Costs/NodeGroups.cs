using System.Collections.Immutable;
using GpuInfra.Offline.Policies;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Units;
using Pulumi.Offline;

namespace GpuInfra.Offline.Costs;

/// <summary>
/// Reads groups of nodes of clusters. One of a fixed size has what it says; where nodes come for pods, as many run as the pool's Deployment or Job has replicas for,
/// on the first rung of its ladder, in the hours of its window.
/// </summary>
internal static class NodeGroups
{
    private const string Deployment = "kubernetes:apps/v1:Deployment";
    private const string Jobs = "kubernetes:batch/v1:CronJob";
    private const string Template = "aws:ec2/launchTemplate:LaunchTemplate";
    private const string Subnet = "aws:ec2/subnet:Subnet";
    private const string InstanceType = "node.kubernetes.io/instance-type";
    private const string Capacity = "karpenter.sh/capacity-type";
    private const string Zone = "topology.k8s.aws/zone-id";

    /// <summary>A managed node group of EKS.</summary>
    public static MachineGroup OfAmazon(ResourceRecord group, Registrations run, RegionPrices prices)
    {
        var template = run.Behind(group, "launchTemplate", Template).FirstOrDefault();
        var type = group.Inputs.ListAt("instanceTypes").FirstOrDefault().TextAt() ?? (template?.Inputs).TextAt("instanceType") ?? "";
        var isBlock = group.Inputs.TextAt("capacityType") == "CAPACITY_BLOCK"; // Empty until it begins.
        return new MachineGroup
        {
            Resource = group,
            Template = template,
            MachineType = type,
            Offer = prices.Offer(CloudProvider.Aws, run.RegionOf(group), type),
            Instances = group.Inputs.NumberAt("scalingConfig", isBlock ? "maxSize" : "desiredSize") ?? 0,
            Hours = UsdPerHour.HoursPerMonth,
            SpotShare = group.Inputs.TextAt("capacityType") == "SPOT" ? 1 : 0,
            Zones =
            [
                .. run.Behind(group, "subnetIds", Subnet).Select(subnet => subnet.Inputs.TextAt("availabilityZoneId"))
                    .Concat(group.Inputs.ListAt("subnetIds").Select(id => id.TextAt()).OfType<string>().Select(run.ZoneOf)).OfType<string>(),
            ],
            Disks = [.. (template?.Inputs).ListAt("blockDeviceMappings").Select(AmazonGroups.Disk)],
        };
    }

    /// <summary>A node pool of GKE.</summary>
    public static MachineGroup OfGoogle(ResourceRecord group, Registrations run, RegionPrices prices, Pool? pool)
    {
        var node = group.Inputs.At("nodeConfig");
        var type = node.TextAt("machineType") ?? "";
        var attached = type.StartsWith("n1-", StringComparison.Ordinal) ? node.ListAt("guestAccelerators").FirstOrDefault() : null;
        var isSpot = node.TextAt("spot") == "true";
        ImmutableArray<string> zones = [.. group.Inputs.ListAt("nodeLocations").Select(zone => zone.TextAt()).OfType<string>()];
        var (instances, hours) = group.Inputs.NumberAt("nodeCount") is { } perZone
            ? (perZone * zones.Length, UsdPerHour.HoursPerMonth)
            : ForPods(run, pool, type, isSpot, pool?.MachineType);
        return new MachineGroup
        {
            Resource = group,
            Template = null,
            MachineType = type,
            Offer = prices.Offer(CloudProvider.Gcp, run.RegionOf(group), type, attached.TextAt("type"), (int)(attached.NumberAt("count") ?? 0)),
            Instances = instances,
            Hours = hours,
            SpotShare = isSpot ? 1 : 0,
            Zones = zones,
            Disks = [new MachineDisk(node.TextAt("diskType") ?? "pd-standard", node.NumberAt("diskSizeGb") ?? 0, null, null)],
        };
    }

    /// <summary>Nodes that Karpenter starts.</summary>
    public static MachineGroup OfKarpenter(ResourceRecord group, Registrations run, RegionPrices prices, Pool? pool)
    {
        var template = group.Inputs.At("spec", "template", "spec");
        var types = Values(template, InstanceType);
        var type = types.FirstOrDefault() ?? "";
        var isSpot = Values(template, Capacity).Contains("spot");
        var (instances, hours) = ForPods(run, pool, type, isSpot, pool?.InstanceType);
        var nodeClass = run.Managed.FirstOrDefault(resource =>
            resource.Type == ResourceTypes.KarpenterClass && resource.Inputs.TextAt("metadata", "name") == template.TextAt("nodeClassRef", "name") && run.RegionOf(resource) == run.RegionOf(group));
        return new MachineGroup
        {
            Resource = group,
            Template = null,
            MachineType = type,
            Offer = prices.Offer(CloudProvider.Aws, run.RegionOf(group), type),
            Instances = instances,
            Hours = hours,
            SpotShare = isSpot ? 1 : 0,
            Zones = [.. Values(template, Zone)],
            Disks = [.. (nodeClass?.Inputs).ListAt("spec", "blockDeviceMappings").Select(Disk)],
        };
    }

    /// <summary>Of a ladder the first rung counts, and what stands in for spot is empty: nobody knows how long spot will be short.</summary>
    private static (decimal Instances, decimal? Hours) ForPods(Registrations run, Pool? pool, string type, bool isSpot, string? first)
    {
        if (pool is null || type != first || isSpot != (pool.Tier == Tier.Spot))
        {
            return (0, UsdPerHour.HoursPerMonth);
        }

        var groups = run.Managed.Where(resource => resource.Type == ResourceTypes.LeaderWorkerSet && resource.Inputs.TextAt("metadata", "labels", "gpu.fleet/pool") == pool.Id)
            .Sum(resource => resource.Inputs.NumberAt("spec", "replicas") * resource.Inputs.NumberAt("spec", "leaderWorkerTemplate", "size") ?? 0);
        if (groups > 0)
        {
            return (groups, pool.HoursPerMonth);
        }

        var replicas = run.Managed.Where(resource => resource.Inputs.TextAt("metadata", "name") == pool.Id)
            .Sum(resource => (resource.Type == Deployment ? resource.Inputs.NumberAt("spec", "replicas") : resource.Type == Jobs ? resource.Inputs.NumberAt("spec", "jobTemplate", "spec", "parallelism") : null) ?? 0);
        return (Math.Ceiling(replicas / pool.ReplicasPerInstance), pool.HoursPerMonth);
    }

    private static List<string> Values(PropertyValue? template, string key) =>
        [.. template.ListAt("requirements").Where(requirement => requirement.TextAt("key") == key).SelectMany(requirement => requirement.ListAt("values")).Select(value => value.TextAt()).OfType<string>()];

    private static MachineDisk Disk(PropertyValue mapping) => new(
        mapping.TextAt("ebs", "volumeType") ?? "gp3",
        decimal.TryParse(mapping.TextAt("ebs", "volumeSize")?.Replace("Gi", "", StringComparison.Ordinal), out var gib) ? gib : 0,
        null,
        null);
}
