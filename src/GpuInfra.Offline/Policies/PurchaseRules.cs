using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using Pulumi.Offline;

namespace GpuInfra.Offline.Policies;

/// <summary>Policies of what may be interrupted.</summary>
internal static class PurchaseRules
{
    /// <summary>People never wait for an answer from a machine that may vanish.</summary>
    public static Policy<Evidence> SpotNeverOnline { get; } = new(
        "spot-never-online",
        "no online serving runs on interruptible machines",
        "leave online servings out of purchasing.spot.for, and machines of their pools on demand or reserved.",
        evidence =>
        {
            var online = evidence.Fleet.Servings.Where(fleet => fleet.Serving.Kind == ServingKind.Online)
                .Select(fleet => fleet.Serving.Name).ToHashSet(StringComparer.Ordinal);
            var planned = evidence.Fleet.Pools.Where(pool => online.Contains(pool.Serving)).Select(pool => Look.At(
                pool.Id, pool.Tier != Tier.Spot, $"the plan puts the online serving {pool.Serving} on spot"));
            var registered = evidence.Look(resource =>
                StartsMachines(resource) && evidence.PoolOf(resource) is { } pool && online.Contains(pool.Serving)
                    ? Values.Unless(
                        !IsInterruptible(resource), $"starts interruptible machines for the online serving {pool.Serving}")
                    : null);
            return planned.Concat(registered);
        })
    {
        Noun = "subject",
    };

    /// <summary>True for a group whose machines are all interruptible.</summary>
    public static bool IsSpotGroup(ResourceRecord group) =>
        group.Inputs.At("mixedInstancesPolicy", "instancesDistribution") is { } mix
            && mix.TextAt("onDemandPercentageAboveBaseCapacity") == "0"
            && mix.TextAt("onDemandBaseCapacity") is null or "0";

    private static bool StartsMachines(ResourceRecord resource) =>
        resource.Type is ResourceTypes.LaunchTemplate or ResourceTypes.AutoScalingGroup || ResourceTypes.NodeGroups.Contains(resource.Type)
            || ResourceTypes.GoogleTemplates.Contains(resource.Type);

    private static bool IsInterruptible(ResourceRecord resource)
    {
        var inputs = resource.Inputs;
        return resource.Type switch
        {
            ResourceTypes.LaunchTemplate => inputs.TextAt("instanceMarketOptions", "marketType") == "spot",
            ResourceTypes.AutoScalingGroup => inputs.At("mixedInstancesPolicy", "instancesDistribution") is { } mix
                && (mix.TextAt("onDemandPercentageAboveBaseCapacity") ?? "100") != "100",
            ResourceTypes.EksNodeGroup => inputs.TextAt("capacityType") == "SPOT",
            ResourceTypes.GkeNodePool => inputs.TextAt("nodeConfig", "spot") == "true" || inputs.TextAt("nodeConfig", "preemptible") == "true",
            ResourceTypes.KarpenterPool => inputs.ListAt("spec", "template", "spec", "requirements").Where(requirement => requirement.TextAt("key") == "karpenter.sh/capacity-type")
                .SelectMany(requirement => requirement.ListAt("values")).Select(value => value.TextAt()).DefaultIfEmpty("spot").Contains("spot"),
            _ => inputs.TextAt("scheduling", "provisioningModel") == "SPOT" || inputs.TextAt("scheduling", "preemptible") == "true",
        };
    }
}
