using GpuInfra.Planning.Fleets;
using Pulumi.Offline;

namespace GpuInfra.Offline.Policies;

/// <summary>An update that the cloud refuses, or that waits for a machine that can never start, leaves half of the old fleet.</summary>
internal static class SurgeRules
{
    public static Policy<Evidence> SurgeFits { get; } = new(
        "surge-fits",
        "every group's update has room: whole zones where the group is regional, none beyond a reservation",
        "regional groups: maxSurgeFixed and maxUnavailableFixed 0 or at least the number of zones; reserved groups: replace in place.",
        evidence => evidence.Look(resource =>
        {
            var reserved = evidence.PoolOf(resource)?.Tier == Tier.Reserved;
            return resource.Type switch
            {
                ResourceTypes.ZonalGroup or ResourceTypes.RegionalGroup => Google(resource, reserved),
                ResourceTypes.AutoScalingGroup when reserved => Values.Unless(
                    Count(resource.Inputs.At("instanceRefresh", "preferences", "maxHealthyPercentage")) is null or <= 100,
                    "it starts successors beside machines that fill their reservation: maxHealthyPercentage is above 100"),
                ResourceTypes.GkeNodePool when reserved => Values.Unless(
                    resource.Inputs.NumberAt("upgradeSettings", "maxSurge") == 0 && resource.Inputs.NumberAt("upgradeSettings", "maxUnavailable") > 0,
                    "it starts successors beside nodes that fill their reservation: maxSurge is not 0"),
                "kubernetes:apps/v1:Deployment" when evidence.PoolOf(resource) is { Tier: not Tier.OnDemand } => Values.Unless(
                    Count(resource.Inputs.At("spec", "strategy", "rollingUpdate", "maxSurge")) == 0,
                    "its update waits for a GPU that nobody has: maxSurge is not 0"),
                _ => null,
            };
        }));

    private static IEnumerable<string> Google(ResourceRecord group, bool reserved)
    {
        var update = group.Inputs.At("updatePolicy");
        var (surge, unavailable) = (Count(update.At("maxSurgeFixed")), Count(update.At("maxUnavailableFixed")));
        if (surge is null || unavailable is null)
        {
            yield return "maxSurgeFixed or maxUnavailableFixed is not set, and their defaults do not fit GPUs";
            yield break;
        }

        var zones = group.Type == ResourceTypes.RegionalGroup ? group.Inputs.ListAt("distributionPolicyZones").Count() : 1;
        if (surge == 0 && unavailable == 0)
        {
            yield return "no machine may be added or taken away, so it never updates";
        }

        foreach (var (name, count) in new[] { ("maxSurgeFixed", surge), ("maxUnavailableFixed", unavailable) })
        {
            if (count > 0 && count < zones)
            {
                yield return FormattableString.Invariant($"{name} is {count}, neither 0 nor at least one for each of {zones} zones");
            }
        }

        if (reserved && surge > 0)
        {
            yield return "it starts successors beside machines that fill their reservation: maxSurgeFixed is not 0";
        }
    }

    private static double? Count(PropertyValue? value) => value is PropertyValue.Number number ? number.Value : null;
}
