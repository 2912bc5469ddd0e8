using System.Collections.Immutable;
using System.Globalization;
using GpuInfra.Offline.Diff;

namespace GpuInfra.Offline.Policies;

/// <summary>The policy of days on which little may be deployed.</summary>
internal static class FreezeRules
{
    private const int MostPaths = 3;

    /// <summary>Inputs that list where a group may start machines.</summary>
    private static readonly string[] Zones = ["vpcZoneIdentifiers", "distributionPolicyZones"];

    /// <summary>What is made and what grows is safe enough for a frozen day; whatever else mends an incident says so in a waiver.</summary>
    public static Policy<DiffEvidence> Freeze { get; } = new(
        "diff-freeze",
        "on a frozen day nothing is deleted, replaced, lowered or changed otherwise than by growing",
        "deploy it after the freeze; what mends an incident is waived by its name, with the incident as the reason.",
        evidence => evidence.Freeze is { } freeze
            ? evidence.Look(_ => true, change => Fault(change) is { } fault ? $"{fault}, and the plan is {freeze}" : null, _ => false)
            : [])
    {
        Noun = "change",
    };

    private static string? Fault(ResourceChange change) => change.Action switch
    {
        ResourceAction.Delete => "this is deleted",
        ResourceAction.Update or ResourceAction.Replace when WatchesServings(change) => null,
        ResourceAction.Replace => "this is replaced",
        ResourceAction.UpdateOrReplace => "this may be replaced",
        ResourceAction.Update when FollowsAServing(change) => null,
        _ => change.Changes.Where(property => !IsGrowth(property)).Select(property => property.Path.Text).ToImmutableArray() is [_, ..] paths
            ? $"this is no growth: {string.Join(", ", paths.Take(MostPaths))}{(paths.Length > MostPaths ? " and more" : "")}"
            : null,
    };

    /// <summary>What routers read of a serving: it follows the serving's pools, which are judged themselves, and starts nothing anew.</summary>
    private static bool FollowsAServing(ResourceChange change) =>
        change.Type is ResourceTypes.BucketObject or "gcp:storage/bucketObject:BucketObject"
        && change.Urn.Contains(":Router$", StringComparison.Ordinal);

    /// <summary>What monitors read: it follows pools likewise, and another text is another file, which comes before the old one goes.</summary>
    private static bool WatchesServings(ResourceChange change) =>
        change.Type is ResourceTypes.BucketObject or "gcp:storage/bucketObject:BucketObject"
        && change.Urn.Contains(":Monitors$", StringComparison.Ordinal);

    /// <summary>A figure that rises, a zone more, or a value that only may change because what it comes from does.</summary>
    private static bool IsGrowth(PropertyChange property) => property.MayChange
        || (property.Before == ShownValue.Absent && property.Path.Steps is [var list, _] && Zones.Contains(list))
        || (Number(property.Before) is { } before && Number(property.After) is { } after && after > before);

    private static decimal? Number(string shown) =>
        decimal.TryParse(shown, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
}
