using GpuInfra.Planning.Fleets;
using Pulumi.Offline;

namespace GpuInfra.Offline.Policies;

/// <summary>Policies of what happens to objects by age.</summary>
internal static class LifecycleRules
{
    private const string Weights = $"{DataFolders.Models}/";

    /// <summary>Machines load weights whenever they start: gone, or in a class that is read by the gigabyte, they are found so on the day they are needed.</summary>
    public static Policy<Evidence> WeightsStay { get; } = new(
        "weights-stay",
        $"no rule deletes objects below {DataFolders.Models}/ by age or moves them to another class, and older versions end",
        $"give each rule a folder of its own that is not {DataFolders.Models}/; for all objects let only older versions and unfinished uploads end.",
        evidence => evidence.Look(resource => resource.Type switch
        {
            ResourceTypes.Bucket => Values.Unless(
                evidence.Dependents(resource, ResourceTypes.Lifecycle).Any(rules => rules.Inputs.ListAt("rules").Any(rule => rule.At("noncurrentVersionExpiration") is not null)),
                "older versions of its objects stay for ever"),
            ResourceTypes.Lifecycle => resource.Inputs.ListAt("rules").Where(rule => rule.TextAt("status") == "Enabled").SelectMany((rule, i) => Values.Unless(
                !Reaches(rule.TextAt("filter", "prefix") ?? rule.TextAt("filter", "and", "prefix") ?? rule.TextAt("prefix"))
                    || (!rule.ListAt("transitions").Any() && rule.At("expiration", "days") is null && rule.At("expiration", "date") is null),
                $"rules[{i}] ({rule.TextAt("id")}) moves or deletes weights that machines load")),
            ResourceTypes.GoogleBucket => Google(resource),
            _ => null,
        }));

    private static IEnumerable<string> Google(ResourceRecord bucket)
    {
        var rules = bucket.Inputs.ListAt("lifecycleRules").ToList();
        return
        [
            .. Values.Unless(
                bucket.Inputs.TextAt("versioning", "enabled") != "true" || rules.Exists(rule => rule.At("condition", "daysSinceNoncurrentTime") is not null || rule.At("condition", "numNewerVersions") is not null),
                "older versions of its objects stay for ever"),
            .. rules.SelectMany((rule, i) => Values.Unless(
                rule.TextAt("action", "type") == "AbortIncompleteMultipartUpload" || rule.TextAt("condition", "withState") == "ARCHIVED"
                    || (rule.ListAt("condition", "matchesPrefixes").ToList() is { Count: > 0 } folders && !folders.Exists(folder => Reaches(folder.TextAt()))),
                $"lifecycleRules[{i}] moves or deletes weights that machines load")),
        ];
    }

    /// <summary>True where a rule for a folder, or for all, reaches weights.</summary>
    private static bool Reaches(string? folder) =>
        folder is null || Weights.StartsWith(folder, StringComparison.Ordinal) || folder.StartsWith(Weights, StringComparison.Ordinal);
}
