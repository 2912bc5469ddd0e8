using System.Collections.Immutable;

namespace GpuInfra.Offline.Diff;

/// <summary>
/// Refuses what cannot be undone: the loss of a protected or irrevocable resource, and of a serving's last pool. What the plan
/// retires may go; what is protected may not, whatever the plan says, until an earlier deployment has taken the protection away.
/// </summary>
/// <param name="diff">The diff.</param>
/// <param name="retired">Names of servings, regions and clouds that the plan retires.</param>
/// <param name="options">What is taken upon oneself.</param>
internal sealed class DiffGate(RecordDiff diff, ImmutableArray<string> retired, DiffOptions options)
{
    private const string Protected = "diff-protected";
    private const string Irrevocable = "diff-irrevocable";
    private const string UnknownReplace = "diff-unknown-replace";
    private const string LastPool = "diff-last-pool";

    private static readonly string[] GroupTypes =
    [
        "aws:autoscaling/group:Group",
        "gcp:compute/instanceGroupManager:InstanceGroupManager",
        "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager",
    ];

    public ImmutableArray<CheckResult> Judge()
    {
        var findings = diff.Resources.SelectMany(Loss)
            .Concat(LastPools())
            .OrderByDescending(finding => finding.Status == CheckStatus.Fail)
            .ThenBy(finding => finding.Id, StringComparer.Ordinal).ThenBy(finding => finding.Subject, StringComparer.Ordinal)
            .ToImmutableArray();
        return findings.IsEmpty
            ? [new CheckResult(Irrevocable, diff.Stack, CheckStatus.Pass, "nothing irrevocable is deleted or replaced")]
            : findings;
    }

    private IEnumerable<CheckResult> Loss(ResourceChange change)
    {
        var what = change.Irrevocable is { } kind ? $"this {kind}" : "this";
        var why = change.Changes.Where(property => property.Effect != ChangeEffect.Update)
            .Select(property => property.Path.Text).Take(3).ToList() is { Count: > 0 } paths
            ? $" by a change of {string.Join(", ", paths)}" : "";
        var done = change.Action == ResourceAction.Delete ? "is deleted" : "is replaced";
        switch (change.Action)
        {
            case ResourceAction.Delete or ResourceAction.Replace when change.IsProtected:
                yield return new CheckResult(
                    Protected, change.Urn, CheckStatus.Fail,
                    $"{what} {done}{why}, but is protected; take the protection away in a change of its own first");
                break;
            case ResourceAction.Delete or ResourceAction.Replace when change.Irrevocable is not null:
                yield return IsRetired(change)
                    ? new CheckResult(Irrevocable, change.Urn, CheckStatus.Waived, $"{what} {done}{why}, as the plan says")
                    : new CheckResult(
                        Irrevocable, change.Urn, CheckStatus.Fail,
                        $"{what} {done}{why}; if that is meant, retire what it belongs to in the plan");
                break;
            case ResourceAction.UpdateOrReplace when change.IsProtected || change.Irrevocable is not null:
                yield return options.AllowUnknownReplace
                    ? new CheckResult(UnknownReplace, change.Urn, CheckStatus.Waived, $"{what} may be replaced{why}, as was allowed")
                    : new CheckResult(
                        UnknownReplace, change.Urn, CheckStatus.Fail,
                        $"{what} may be replaced{why}: unknown; ask `pulumi preview`, then give --allow-unknown-replace");
                break;
        }
    }

    /// <summary>A serving must keep one pool of those it has, while others come and go.</summary>
    private IEnumerable<CheckResult> LastPools()
    {
        var groups = diff.Resources.Where(change => GroupTypes.Contains(change.Type)).ToLookup(
            change => change.Action is ResourceAction.Delete or ResourceAction.Replace);
        var lost = groups[true].Select(change => change.Pool).ToHashSet(StringComparer.Ordinal);
        var renamed = groups[false].Select(change => change.MovedFrom?.Split("::")[^1]).OfType<string>().ToList();
        var after = diff.After.Pools.ToLookup(pool => pool.Serving);
        foreach (var serving in diff.Before.Pools.Where(pool => pool.Instances > 0).GroupBy(pool => pool.Serving))
        {
            var stays = serving.Any(pool => !lost.Contains(pool.Id)
                && (renamed.Any(pool.Owns) || after[serving.Key].Any(now => now.Id == pool.Id && now.Instances > 0)));
            if (stays)
            {
                continue;
            }

            var successors = after[serving.Key].Select(pool => pool.Id).ToList();
            if (successors.Count > 0)
            {
                yield return new CheckResult(
                    LastPool, serving.Key, CheckStatus.Fail,
                    $"its last pool ({Names(serving)}) goes in the same update that makes its successor "
                    + $"({string.Join(", ", successors)}), "
                    + "which may come up empty; do it in two reviewed steps: add the new pool and mark the old one draining, "
                    + "then remove it once the new one is healthy");
            }
            else
            {
                var allowed = retired.Contains(serving.Key);
                yield return new CheckResult(
                    LastPool, serving.Key, allowed ? CheckStatus.Waived : CheckStatus.Fail,
                    $"its last pool ({Names(serving)}) is deleted"
                    + (allowed ? ", as the plan says" : "; if that is meant, retire it in the plan"));
            }
        }
    }

    private static string Names(IEnumerable<PoolFacts> pools) => string.Join(", ", pools.Select(pool => pool.Id));

    /// <summary>Whether the plan retires what a resource belongs to: its serving, region or cloud.</summary>
    private bool IsRetired(ResourceChange change)
    {
        if (diff.Before.Pools.FirstOrDefault(pool => pool.Id == change.Pool) is { } owner)
        {
            return retired.Contains(owner.Serving) || retired.Contains(owner.Region) || retired.Contains(owner.Cloud);
        }

        return diff.Before.Pools.Any(pool => change.Provider == $"{pool.Cloud}-{pool.Region}"
            && (retired.Contains(pool.Region) || retired.Contains(pool.Cloud)));
    }
}
