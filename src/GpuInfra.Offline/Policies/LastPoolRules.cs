using GpuInfra.Offline.Diff;

namespace GpuInfra.Offline.Policies;

/// <summary>A serving keeps one of the pools it has, while others come and go: a new group may come up empty.</summary>
internal static class LastPoolRules
{
    public static Policy<DiffEvidence> LastPool { get; } = new(
        "diff-last-pool",
        "every serving keeps one of its pools, or the plan retires it",
        "to move it: keep the old pool under draining in the plan beside its successor, deploy, and take it out once the successor is healthy; "
            + "to end it: retire the serving.",
        evidence =>
        {
            var groups = evidence.Diff.Resources.Where(change => ResourceTypes.Groups.Contains(change.Type)).ToLookup(
                change => change.Action is ResourceAction.Delete or ResourceAction.Replace);
            var lost = groups[true].Select(change => change.Pool).ToHashSet(StringComparer.Ordinal);
            var renamed = groups[false].Select(change => change.MovedFrom?.Split("::")[^1]).OfType<string>().ToList();
            var after = evidence.Diff.After.Pools.ToLookup(pool => pool.Serving, StringComparer.Ordinal);
            return evidence.Diff.Before.Pools.Where(pool => pool.Instances > 0).GroupBy(pool => pool.Serving, StringComparer.Ordinal)
                .Select(serving => serving.Any(pool => Stays(pool, after[serving.Key]))
                    ? new Look(serving.Key, [])
                    : Lost(serving, [.. after[serving.Key].Select(pool => pool.Id)], evidence));

            bool Stays(PoolFacts pool, IEnumerable<PoolFacts> now) => !lost.Contains(pool.Id)
                && (renamed.Any(pool.Owns) || now.Any(kept => kept.Id == pool.Id && kept.Instances > 0));
        })
    {
        Noun = "serving",
    };

    private static Look Lost(IGrouping<string, PoolFacts> serving, List<string> successors, DiffEvidence evidence)
    {
        var pools = string.Join(", ", serving.Select(pool => pool.Id));
        if (successors.Count > 0)
        {
            return new Look(serving.Key, [
                $"its last pool ({pools}) goes in the same update that makes its successor ({string.Join(", ", successors)}), "
                + "which may come up empty; do it in two reviewed steps: draining, then gone"]);
        }

        var retired = evidence.Retired.Contains(serving.Key);
        return new Look(serving.Key, [$"its last pool ({pools}) is deleted{(retired ? ", as the plan says" : "")}"]) { IsAllowed = retired };
    }
}
