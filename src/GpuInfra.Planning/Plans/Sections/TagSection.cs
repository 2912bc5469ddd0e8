using System.Collections.Immutable;
using GpuInfra.Planning.Plans.Reading;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary><c>tags</c>.</summary>
internal static class TagSection
{
    /// <summary>Keys of the scheme, set on every resource that can carry them.</summary>
    private static readonly string[] Scheme =
        ["environment", "team", "serving", "tier", "cost-center", "auto-shutdown", "managed-by"];

    private static readonly Key<ImmutableArray<string>> Required = Key.Optional(
        "required",
        new ListValue<string>(Names.TagKey, mayBeEmpty: true),
        "Tag keys without which no taggable resource may be made.",
        []);

    private static readonly Key<ImmutableArray<KeyValuePair<string, string>>> Extra = Key.Optional(
        "extra",
        new NamedValues<string, string>(Names.TagKey, Names.TagValue),
        "Further tags of every resource, as { app: chat }.",
        []);

    public static readonly PlanValue<TagPolicy> Value = new Section<TagPolicy>([Required, Extra], Build);

    /// <summary>No tags beyond the scheme.</summary>
    public static TagPolicy None { get; } = new([], ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal));

    private static TagPolicy Build(Fields fields)
    {
        foreach (var key in fields.Get(Extra).Select(tag => tag.Key).Where(Scheme.Contains))
        {
            fields.Refuse(Extra, $"{key} is one of the tags that GpuInfra sets itself ({string.Join(", ", Scheme)})");
        }

        return new TagPolicy(
            [.. fields.Get(Required).Order(StringComparer.Ordinal)],
            fields.Get(Extra).ToImmutableSortedDictionary(StringComparer.Ordinal));
    }
}
