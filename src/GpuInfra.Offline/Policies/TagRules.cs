using Pulumi.Offline;
using Pulumi.Offline.Schemas;

namespace GpuInfra.Offline.Policies;

/// <summary>What can carry tags carries the scheme: without it a machine has no owner, no bill and no off switch.</summary>
internal static class TagRules
{
    private static readonly string[] Scheme =
        ["environment", "team", "serving", "tier", "cost-center", "auto-shutdown", "managed-by"];

    public static Policy<Evidence> Tags { get; } = new(
        "tags",
        "every taggable resource carries the tag scheme and the plan's tags",
        "pass the region's or the pool's TagSet to the resource; a tag of the plan's own goes into tags.extra.",
        evidence =>
        {
            var policy = evidence.Fleet.Plan.Tags;
            var required = Scheme.Concat(policy.Required).Concat(policy.Extra.Keys).Select(policy.NameOf).Distinct().ToList();
            return evidence.Look(resource => resource.IsCustom && TagInput(resource.Type) is { } input
                ? Missing(resource.Inputs.At(input), required)
                : null);
        });

    /// <summary>The input that takes a resource type's tags; null when it takes none, and for objects: S3 takes ten tags of one, and bills its bucket.</summary>
    private static string? TagInput(string type) =>
        type.StartsWith("pulumi:", StringComparison.Ordinal) || type == ResourceTypes.BucketObject
            ? null
            : PackageSchemas.FindResource(type)?.Inputs.Select(input => input.Name).FirstOrDefault(
                name => name == Input(type));

    /// <summary>What monitoring calls labels is how it reaches people.</summary>
    private static string Input(string type) =>
        type.StartsWith("gcp:monitoring/", StringComparison.Ordinal) ? "userLabels" : type.StartsWith("gcp:", StringComparison.Ordinal) ? "labels" : "tags";

    private static IEnumerable<string> Missing(PropertyValue? tags, List<string> required)
    {
        var keys = tags is PropertyValue.Map map
            ? map.Members.Keys
            : tags.ListAt().Select(tag => tag.TextAt("key"));

        // Labels of Google Cloud are in lower case.
        var missing = string.Join(", ", required.Except(keys.OfType<string>(), StringComparer.OrdinalIgnoreCase));
        return missing.Length == 0 ? [] : [$"lacks the tags {missing}"];
    }
}
