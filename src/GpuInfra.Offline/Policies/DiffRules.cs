using GpuInfra.Offline.Diff;

namespace GpuInfra.Offline.Policies;

/// <summary>Policies of what a deployment takes away for good.</summary>
internal static class DiffRules
{
    /// <summary>The engine refuses to lose what is protected, whatever the plan says.</summary>
    public static Policy<DiffEvidence> Protected { get; } = new(
        "diff-protected",
        "nothing that is protected is deleted or replaced",
        "take the protection away in a change of its own first, and deploy that.",
        evidence => evidence.Look(
            change => change.IsProtected,
            change => IsLost(change) ? $"{Tell(change)}, but is protected" : null,
            _ => false))
    {
        NotWaivable = "the engine refuses it, whoever approved it",
        Noun = "change",
    };

    /// <summary>What the plan retires may go.</summary>
    public static Policy<DiffEvidence> Irrevocable { get; } = new(
        "diff-irrevocable",
        "no reservation, commitment, bucket, file system, key or network is deleted or replaced that the plan does not let go",
        "retire the serving, region or cloud that it belongs to in the plan (retire: { name, after }), or waive it by its name.",
        evidence => evidence.Look(
            change => change.Irrevocable is not null && !change.IsProtected,
            change => IsLost(change) ? $"{Tell(change)}{(evidence.IsRetired(change) ? ", as the plan says" : "")}" : null,
            evidence.IsRetired))
    {
        Noun = "change",
    };

    /// <summary>Where nobody has looked up whether a provider replaces, the worse is assumed of what cannot be made again.</summary>
    public static Policy<DiffEvidence> UnknownReplace { get; } = new(
        "diff-unknown-replace",
        "nothing protected or irrevocable changes in a way that may replace it",
        "ask `pulumi preview` what happens to it, then give --allow-unknown-replace, or waive it by its name.",
        evidence => evidence.Look(
            change => change.IsProtected || change.Irrevocable is not null,
            change => change.Action == ResourceAction.UpdateOrReplace
                ? $"{What(change)} may be replaced{Why(change)}: unknown{(evidence.AllowsUnknownReplace ? ", as was allowed" : "")}"
                : null,
            _ => evidence.AllowsUnknownReplace))
    {
        Noun = "change",
    };

    private static bool IsLost(ResourceChange change) => change.Action is ResourceAction.Delete or ResourceAction.Replace;

    private static string Tell(ResourceChange change) =>
        $"{What(change)} {(change.Action == ResourceAction.Delete ? "is deleted" : "is replaced")}{Why(change)}";

    private static string What(ResourceChange change) => change.Irrevocable is { } kind ? $"this {kind}" : "this";

    private static string Why(ResourceChange change) =>
        change.Changes.Where(property => property.Effect != ChangeEffect.Update)
            .Select(property => property.Path.Text).Take(3).ToList() is { Count: > 0 } paths
            ? $" by a change of {string.Join(", ", paths)}" : "";
}
