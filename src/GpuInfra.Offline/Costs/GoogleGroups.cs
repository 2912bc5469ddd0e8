using GpuInfra.Infra.Google;
using GpuInfra.Offline.Policies;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;
using Pulumi.Offline;

namespace GpuInfra.Offline.Costs;

/// <summary>Reads managed instance groups.</summary>
internal static class GoogleGroups
{
    public const string ZonalGroup = "gcp:compute/instanceGroupManager:InstanceGroupManager";
    public const string RegionalGroup = "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager";
    public const string Template = "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate";
    private const string Autoscaler = "gcp:compute/regionAutoscaler:RegionAutoscaler";

    /// <summary>A group as it will run.</summary>
    public static MachineGroup Read(ResourceRecord group, Registrations run, RegionPrices prices)
    {
        var template = run.Behind(group, "versions", Template).FirstOrDefault();
        var inputs = template?.Inputs;
        var machineType = inputs.TextAt("machineType") ?? "";
        var attached = inputs.ListAt("guestAccelerators").FirstOrDefault();
        var (instances, hours) = Running(group, run);
        return new MachineGroup
        {
            Resource = group,
            Template = template,
            MachineType = machineType,
            Offer = prices.Offer(
                CloudProvider.Gcp, run.RegionOf(group), machineType, attached.TextAt("type"), (int)(attached.NumberAt("count") ?? 0)),
            Instances = instances,
            Standby = group.Inputs.NumberAt("targetStoppedSize") ?? 0,
            Hours = hours,
            SpotShare = inputs.TextAt("scheduling", "provisioningModel") == "SPOT" ? 1 : 0,
            Zones = group.Inputs.TextAt("zone") is { } zone
                ? [zone]
                : [.. group.Inputs.ListAt("distributionPolicyZones").Select(item => item.TextAt()).OfType<string>()],
            Disks = [.. inputs.ListAt("disks").Select(Disk)],
        };
    }

    /// <summary>Its target size, always; where an autoscaler sets it by load, the most it may; where by a schedule, what that asks for, and when.</summary>
    private static (decimal Instances, decimal? Hours) Running(ResourceRecord group, Registrations run)
    {
        if (run.Using(group, "target", Autoscaler).FirstOrDefault() is not { } autoscaler)
        {
            return (group.Inputs.NumberAt("targetSize") ?? 0, UsdPerHour.HoursPerMonth);
        }

        if (autoscaler.Inputs.ListAt("autoscalingPolicy", "metrics").FirstOrDefault() is { } metric)
        {
            // Nobody knows how long spot will be short; until then the twin has its least.
            if (metric.TextAt("name") == GoogleFallback.StandIn)
            {
                return (autoscaler.Inputs.NumberAt("autoscalingPolicy", "minReplicas") ?? 0, UsdPerHour.HoursPerMonth);
            }

            return (autoscaler.Inputs.NumberAt("autoscalingPolicy", "maxReplicas") ?? 0, UsdPerHour.HoursPerMonth);
        }

        if (autoscaler.Inputs.ListAt("autoscalingPolicy", "scalingSchedules").ToList() is not [var schedule])
        {
            // One that does not move keeps its size at all times.
            var (least, most) = (autoscaler.Inputs.NumberAt("autoscalingPolicy", "minReplicas"), autoscaler.Inputs.NumberAt("autoscalingPolicy", "maxReplicas"));
            return least == most ? (least ?? 0, UsdPerHour.HoursPerMonth) : (group.Inputs.NumberAt("targetSize") ?? 0, null);
        }

        var starts = WeeklyHours.Firings(schedule.TextAt("schedule")).Length;
        var hours = (schedule.NumberAt("durationSec") ?? 0) / 3600;
        return (schedule.NumberAt("minRequiredReplicas") ?? 0, starts == 0 ? null : RunWindow.MonthlyHours(starts * hours));
    }

    private static MachineDisk Disk(PropertyValue disk) => new(
        disk.TextAt("diskType") ?? "pd-standard",
        disk.NumberAt("diskSizeGb") ?? 0,
        disk.NumberAt("provisionedIops"),
        disk.NumberAt("provisionedThroughput"));
}
