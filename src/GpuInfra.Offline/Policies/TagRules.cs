using Pulumi.Offline;
using Pulumi.Offline.Schemas;

namespace GpuInfra.Offline.Checks;

/// <summary>What can carry tags carries the scheme: without it a machine has no owner, no bill and no off switch.</summary>
internal static class TagCheck
{
    private static readonly string[] Scheme =
        ["environment", "team", "serving", "tier", "cost-center", "auto-shutdown", "managed-by"];

    public static PreviewCheck Tags { get; } = new(
        "tags",
        "every taggable resource carries the tag scheme and the plan's tags",
        record =>
        {
            var policy = record.Fleet.Plan.Tags;
            var required = Scheme.Concat(policy.Required).Concat(policy.Extra.Keys).Select(policy.NameOf).Distinct().ToList();
            return record.Resolved.Resources
                .Where(resource => resource is { IsCustom: true, ReadId: null } && TagInput(resource.Type) is not null)
                .Select(resource => (resource, missing: Missing(resource, required)))
                .Where(pair => pair.missing.Length > 0)
                .Select(pair => new Finding(pair.resource.Urn, $"lacks the tags {pair.missing}"));
        });

    /// <summary>The input that takes a resource type's tags; null when it takes none.</summary>
    private static string? TagInput(string type) =>
        type.StartsWith("pulumi:", StringComparison.Ordinal)
            ? null
            : PackageSchemas.FindResource(type)?.Inputs.Select(input => input.Name).FirstOrDefault(
                name => name == (type.StartsWith("gcp:", StringComparison.Ordinal) ? "labels" : "tags"));

    private static string Missing(ResourceRecord resource, List<string> required)
    {
        var tags = resource.Inputs.At(TagInput(resource.Type)!);
        var keys = tags is PropertyValue.Map map
            ? map.Members.Keys
            : tags.ListAt().Select(tag => tag.TextAt("key"));
        // Labels of Google Cloud are in lower case.
        return string.Join(", ", required.Except(keys.OfType<string>(), StringComparer.OrdinalIgnoreCase));
    }
}
