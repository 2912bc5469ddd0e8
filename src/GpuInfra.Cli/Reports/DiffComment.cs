using GpuInfra.Offline.Diff;

namespace GpuInfra.Cli.Reports;

/// <summary>A diff's details in a comment, folded pool by pool.</summary>
internal static class DiffComment
{
    /// <summary>What a reviewer opens: the resources, then every property of each.</summary>
    public static IEnumerable<CommentPart> Details(RecordDiff diff)
    {
        if (diff.Resources.IsEmpty)
        {
            yield break;
        }

        yield return new("changes by resource", [
            new Block.Folded($"Changes by resource: {Format.Count(diff.Resources.Length)}", [.. DiffSections.Resources(diff)])]);
        foreach (var (owner, changes) in DiffSections.ByOwner(diff))
        {
            if (DiffSections.Details(changes).ToList() is { Count: > 0 } details)
            {
                yield return new($"details of {owner}", [new Block.Folded($"Details: {owner}", [.. details])]);
            }
        }
    }
}
