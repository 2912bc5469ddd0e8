using GpuInfra.Offline.Policies;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;
using Pulumi.Offline;

namespace GpuInfra.Offline.Costs;

/// <summary>Reads Auto Scaling groups.</summary>
internal static class AmazonGroups
{
    public const string Group = "aws:autoscaling/group:Group";
    private const string Schedule = "aws:autoscaling/schedule:Schedule";
    private const string Template = "aws:ec2/launchTemplate:LaunchTemplate";
    private const string Subnet = "aws:ec2/subnet:Subnet";

    /// <summary>A group as it will run. Sizes are in machines, or in the first override's weight where overrides have weights.</summary>
    public static MachineGroup Read(ResourceRecord group, Registrations run, RegionPrices prices)
    {
        var mix = group.Inputs.At("mixedInstancesPolicy");
        var template = run.Behind(group, mix is null ? "launchTemplate" : "mixedInstancesPolicy", Template).FirstOrDefault();
        var machineType = template?.Inputs.TextAt("instanceType") ?? "";
        var weight = mix.ListAt("launchTemplate", "overrides").FirstOrDefault().NumberAt("weightedCapacity") ?? 1;
        var (instances, hours) = Running(group, run, weight);
        return new MachineGroup
        {
            Resource = group,
            Template = template,
            MachineType = machineType,
            Offer = prices.Offer(CloudProvider.Aws, run.RegionOf(group), machineType),
            Instances = instances,
            Standby = group.Inputs.NumberAt("warmPool", "minSize") ?? 0,
            Hours = hours,
            SpotShare = SpotShare(mix, template, instances),
            Zones = [.. Zones(group, run).OfType<string>()],
            Disks = [.. (template?.Inputs).ListAt("blockDeviceMappings").Select(Disk)],
        };
    }

    private static IEnumerable<string?> Zones(ResourceRecord group, Registrations run) =>
        run.Behind(group, "vpcZoneIdentifiers", Subnet).Select(subnet => subnet.Inputs.TextAt("availabilityZoneId"))
            .Concat(group.Inputs.ListAt("vpcZoneIdentifiers").Select(id => id.TextAt()).OfType<string>().Select(run.ZoneOf));

    /// <summary>
    /// The largest size of its schedules and the hours that make up the same machine-hours; without schedules the desired size, always. What follows
    /// load counts at its desired size, which is the most that the plan allows.
    /// </summary>
    private static (decimal Instances, decimal? Hours) Running(ResourceRecord group, Registrations run, decimal weight)
    {
        // A schedule without a recurrence fires once: when a Capacity Block ends. One that leaves the desired size and the most alone raises the least one.
        var schedules = run.Using(group, "autoscalingGroupName", Schedule)
            .Where(schedule => schedule.Inputs.TextAt("recurrence") is not null && (schedule.Inputs.NumberAt("desiredCapacity") != -1 || schedule.Inputs.NumberAt("maxSize") != -1)).ToList();
        if (schedules.Count == 0)
        {
            return ((group.Inputs.NumberAt("desiredCapacity") ?? 0) / weight, UsdPerHour.HoursPerMonth);
        }

        // One for a month of the year begins what a Capacity Block holds.
        if (schedules.Find(schedule => schedule.Inputs.TextAt("recurrence")!.Split(' ') is [_, _, "*", not "*", "*"]) is { } block)
        {
            return ((block.Inputs.NumberAt("desiredCapacity") ?? 0) / weight, UsdPerHour.HoursPerMonth);
        }

        var settings = schedules.Select(schedule => (
            Size: (Size(schedule) ?? 0) / weight,
            Firings: WeeklyHours.Firings(schedule.Inputs.TextAt("recurrence")))).ToList();
        var most = settings.Max(setting => setting.Size);
        if (most == 0)
        {
            return (0, UsdPerHour.HoursPerMonth);
        }

        if (settings.Any(setting => setting.Firings.IsEmpty))
        {
            return (most, null);
        }

        var weekly = WeeklyHours.CapacityHours(
            settings.SelectMany(setting => setting.Firings.Select(minute => (minute, setting.Size))));
        return (most, RunWindow.MonthlyHours(weekly) / most);
    }

    /// <summary>Where a schedule leaves the desired size to a queue, the most that it allows: the plan prices all of it.</summary>
    private static decimal? Size(ResourceRecord schedule) =>
        schedule.Inputs.NumberAt("desiredCapacity") is var desired && desired == -1 ? schedule.Inputs.NumberAt("maxSize") : desired;

    private static decimal SpotShare(PropertyValue? mix, ResourceRecord? template, decimal instances)
    {
        if (mix is null)
        {
            return (template?.Inputs).TextAt("instanceMarketOptions", "marketType") == "spot" ? 1 : 0;
        }

        var standing = Math.Min(mix.NumberAt("instancesDistribution", "onDemandBaseCapacity") ?? 0, instances);
        var above = (mix.NumberAt("instancesDistribution", "onDemandPercentageAboveBaseCapacity") ?? 100) / 100;
        return instances == 0 ? 0 : 1 - (standing + (instances - standing) * above) / instances;
    }

    /// <summary>A disk as launch templates say it.</summary>
    internal static MachineDisk Disk(PropertyValue mapping) => new(
        mapping.TextAt("ebs", "volumeType") ?? "gp2",
        mapping.NumberAt("ebs", "volumeSize") ?? 0,
        mapping.NumberAt("ebs", "iops"),
        mapping.NumberAt("ebs", "throughput"));
}
