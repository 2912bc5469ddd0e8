using System.Collections.Immutable;
using GpuInfra.Planning.Plans.Reading;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary><c>tags</c>.</summary>
internal static class TagSection
{
    /// <summary>Keys of the scheme, set on every resource that can carry them.</summary>
    private static readonly string[] Scheme =
        ["environment", "team", "serving", "tier", "cost-center", "auto-shutdown", "managed-by"];

    /// <summary>All keys that GpuInfra sets.</summary>
    private static readonly string[] Renamable = [.. Scheme, "owner", "pool", "schedule", "idle-minutes", "protected-until"];

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

    private static readonly Key<ImmutableArray<KeyValuePair<string, string>>> Rename = Key.Optional(
        "rename",
        new NamedValues<string, string>(Names.TagKey, Names.TagName),
        "What your organisation calls tags of GpuInfra or of extra, as { cost-center: CostCenter }.",
        []);

    public static readonly PlanValue<TagPolicy> Value = new Section<TagPolicy>([Required, Extra, Rename], Build);

    /// <summary>No tags beyond the scheme.</summary>
    public static TagPolicy None { get; } = new([], ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal));

    private static TagPolicy Build(Fields fields)
    {
        foreach (var key in fields.Get(Extra).Select(tag => tag.Key).Where(Scheme.Contains))
        {
            fields.Refuse(Extra, $"{key} is one of the tags that GpuInfra sets itself ({string.Join(", ", Scheme)})");
        }

        CheckRename(fields);
        return new TagPolicy(
            [.. fields.Get(Required).Order(StringComparer.Ordinal)],
            fields.Get(Extra).ToImmutableSortedDictionary(StringComparer.Ordinal))
        {
            Rename = fields.Get(Rename).ToImmutableSortedDictionary(StringComparer.Ordinal),
        };
    }

    /// <summary>Two tags never end under one key, upper and lower case being the same to Google Cloud.</summary>
    private static void CheckRename(Fields fields)
    {
        var renamed = fields.Get(Rename);
        var keys = Renamable.Union(fields.Get(Extra).Select(tag => tag.Key)).ToList();
        foreach (var key in renamed.Select(pair => pair.Key).Except(keys))
        {
            fields.Refuse(Rename, $"there is no tag {key}{Suggestion.DidYouMean(key, keys)}; there are {string.Join(", ", keys)}");
        }

        var names = keys.Select(key => renamed.FirstOrDefault(pair => pair.Key == key).Value ?? key);
        foreach (var twice in names.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
        {
            fields.Refuse(Rename, $"two tags would be called {twice.Key}");
        }
    }
}
