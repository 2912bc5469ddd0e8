using GpuInfra.Planning.Fleets;
using Pulumi.Offline;

namespace GpuInfra.Offline.Policies;

/// <summary>A fabric between machines costs nothing and makes them harder to get, so it is there where a replica needs it, and nowhere else.</summary>
internal static class SpanRules
{
    private const string PlacementGroup = "aws:ec2/placementGroup:PlacementGroup";
    private const string PlacementPolicy = "gcp:compute/resourcePolicy:ResourcePolicy";

    public static Policy<Evidence> FabricWhereSpanned { get; } = new(
        "fabric-where-spanned",
        "machines are on a fabric and close together in one zone where a replica spans several, and nowhere else",
        "give a pool whose replicas span machines EFA on every network card (AWS) or a network for each (Google Cloud), one zone, and engines that start together; take these from all others.",
        evidence => evidence.Look(resource =>
        {
            var pool = evidence.PoolOf(resource);
            var spans = pool?.NodesPerReplica > 1;
            return resource.Type switch
            {
                ResourceTypes.LaunchTemplate => Fabric(resource, pool, Cards(resource)),
                _ when ResourceTypes.GoogleTemplates.Contains(resource.Type) => Fabric(resource, pool, resource.Inputs.ListAt("networkInterfaces").Count() - 1),
                PlacementGroup or PlacementPolicy => Values.Unless(spans || IsOther(resource), "it keeps machines close together whose replicas have room on one"),
                ResourceTypes.EksNodeGroup or ResourceTypes.GkeNodePool or ResourceTypes.ZonalGroup or ResourceTypes.RegionalGroup or ResourceTypes.AutoScalingGroup => Place(resource, spans),
                ResourceTypes.LeaderWorkerSet => Values.Unless(spans && resource.Inputs.NumberAt("spec", "leaderWorkerTemplate", "size") == pool!.NodesPerReplica, "it starts other numbers of machines together than a replica spans"),
                _ => null,
            };
        }));

    /// <summary>Pods of clusters on Google Cloud talk over their node's own interface.</summary>
    private static IEnumerable<string> Fabric(ResourceRecord template, Pool? pool, int cards)
    {
        var spans = pool?.NodesPerReplica > 1;
        if (spans && cards == 0)
        {
            yield return $"a replica spans {pool!.NodesPerReplica} machines, and they have no fabric";
        }

        if (!spans && cards > 0)
        {
            yield return "it has a fabric, and no replica spans machines";
        }

        if (!spans && (template.Inputs.At("placement") is not null || template.Inputs.At("resourcePolicies") is not null))
        {
            yield return "it wants machines close together, and no replica spans them";
        }
    }

    private static IEnumerable<string> Place(ResourceRecord group, bool spans)
    {
        var zones = new[] { "vpcZoneIdentifiers", "subnetIds", "nodeLocations", "distributionPolicyZones" }.Sum(key => group.Inputs.ListAt(key).Count());
        if (spans && zones > 1)
        {
            yield return FormattableString.Invariant($"it is over {zones} zones, and a replica is in one");
        }

        if (!spans && group.Inputs.At("placementPolicy") is not null)
        {
            yield return "it wants nodes close together, and no replica spans them";
        }
    }

    private static int Cards(ResourceRecord template) =>
        template.Inputs.ListAt("networkInterfaces").Count(card => card.TextAt("interfaceType")?.StartsWith("efa", StringComparison.Ordinal) == true);

    /// <summary>Policies of disks and of hours are of this type too.</summary>
    private static bool IsOther(ResourceRecord policy) => policy.Type == PlacementPolicy && policy.Inputs.At("groupPlacementPolicy") is null;
}
