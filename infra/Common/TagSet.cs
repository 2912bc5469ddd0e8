using System.Collections.Immutable;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Infra.Common;

/// <summary>Tags in the two forms that the clouds take.</summary>
internal sealed record TagSet(ImmutableDictionary<string, string> Tags)
{
    /// <summary>As Google Cloud labels: lower-case letters, digits, hyphens and underscores, at most 63 of them.</summary>
    public ImmutableDictionary<string, string> Labels =>
        Tags.GroupBy(tag => Key(tag.Key), tag => Label(tag.Value))
            .ToImmutableDictionary(group => group.Key, group => group.Min()!);

    /// <summary>With the name that the AWS console shows.</summary>
    public ImmutableDictionary<string, string> Named(string name) => Tags.SetItem("Name", name);

    /// <summary>A key as a Google Cloud label's.</summary>
    public static string Key(string text)
    {
        var key = Label(text);
        return key.Length > 0 && char.IsAsciiLetterLower(key[0]) ? key : Label($"tag-{key}");
    }

    /// <summary>A value as a Google Cloud label's.</summary>
    public static string Label(string text) => GoogleLabel.Of(text);
}
