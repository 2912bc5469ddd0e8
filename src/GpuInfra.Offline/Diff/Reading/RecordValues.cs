using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Pulumi.Offline;

namespace GpuInfra.Offline.Diff.Reading;

/// <summary>Property values and resources, read back from the JSON that <see cref="RecordJson"/> writes.</summary>
internal static class RecordValues
{
    public static PropertyValue.Map Map(RecordNode node) => Map(node, Mark);

    /// <summary>A value.</summary>
    /// <param name="node">The value.</param>
    /// <param name="mark">What an object stands for; null for an ordinary one.</param>
    public static PropertyValue Value(RecordNode node, Func<RecordNode, PropertyValue?> mark) => node.Value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => new PropertyValue.Bool(node.Flag),
        JsonValueKind.Number => new PropertyValue.Number(node.Number),
        JsonValueKind.String => new PropertyValue.Text(node.Text),
        JsonValueKind.Array => new PropertyValue.List([.. node.Items.Select(item => Value(item, mark))]),
        JsonValueKind.Object => mark(node) ?? Map(node, mark),
        _ => PropertyValue.NullValue,
    };

    /// <summary>An object's members as values.</summary>
    public static PropertyValue.Map Map(RecordNode node, Func<RecordNode, PropertyValue?> mark)
    {
        var members = ImmutableSortedDictionary.CreateBuilder<string, PropertyValue>(StringComparer.Ordinal);
        foreach (var (name, member) in node.Members)
        {
            members[name] = Value(member, mark);
        }

        return new PropertyValue.Map(members.ToImmutable());
    }

    public static ResourceRecord Resource(RecordNode node) => new()
    {
        Urn = node["urn"].Text,
        Type = node["type"].Text,
        Name = node["name"].Text,
        IsCustom = node["custom"].Flag,
        Parent = node.Find("parent")?.Text,
        Provider = node.Find("provider")?.Text,
        ReadId = node.Find("readId")?.Text,
        Options = Options(node["options"]),
        Inputs = Map(node["inputs"]),
        Dependencies = Texts(node, "dependencies"),
        PropertyDependencies = Sources(node),
        Outputs = node.Find("outputs") is { } outputs ? Map(outputs) : null,
    };

    /// <summary>By input, the URNs of the resources that it derives from.</summary>
    public static ImmutableSortedDictionary<string, ImmutableArray<string>> Sources(RecordNode resource) =>
        resource.Find("propertyDependencies") is { } byProperty
            ? byProperty.Members.ToImmutableSortedDictionary(
                member => member.Name, member => member.Node.Value.ValueKind == JsonValueKind.Null ? [] : Texts(member.Node), StringComparer.Ordinal)
            : ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty;

    private static RecordedOptions Options(RecordNode node) => new()
    {
        Protect = node.Find("protect")?.Flag ?? false,
        RetainOnDelete = node.Find("retainOnDelete")?.Flag ?? false,
        DeleteBeforeReplace = node.Find("deleteBeforeReplace")?.Flag,
        IgnoreChanges = Texts(node, "ignoreChanges"),
        ReplaceOnChanges = Texts(node, "replaceOnChanges"),
        HideDiffs = Texts(node, "hideDiffs"),
        AdditionalSecretOutputs = Texts(node, "additionalSecretOutputs"),
        DependsOn = Texts(node, "dependsOn"),
        Aliases = Texts(node, "aliases"),
        DeletedWith = node.Find("deletedWith")?.Text,
        ImportId = node.Find("importId")?.Text,
        Version = node.Find("version")?.Text,
        CreateTimeout = Time(node, "timeoutCreate"),
        UpdateTimeout = Time(node, "timeoutUpdate"),
        DeleteTimeout = Time(node, "timeoutDelete"),
        IsRemote = node.Find("remote")?.Flag ?? false,
    };

    /// <summary>What stands for a value that JSON has no word for; null for an ordinary object.</summary>
    private static PropertyValue? Mark(RecordNode node)
    {
        var members = node.Members.Take(3).ToList();
        return members switch
        {
            [("secret", { Value.ValueKind: JsonValueKind.True })] => new PropertyValue.Secret(PropertyValue.UnknownValue),
            [("unknown", { Value.ValueKind: JsonValueKind.True })] => PropertyValue.UnknownValue,
            [("resource", { Value.ValueKind: JsonValueKind.String } urn)] => new PropertyValue.ResourceReference(urn.Text),
            [("asset", { Value.ValueKind: JsonValueKind.String } kind), ("content", var content)] =>
                new PropertyValue.AssetValue(kind.Text, content.Text),
            _ => null,
        };
    }

    private static TimeSpan? Time(RecordNode node, string name) => node.Find(name) is not { } time ? null
        : TimeSpan.TryParseExact(time.Text, "c", CultureInfo.InvariantCulture, out var span) ? span
        : throw new RecordFormatException(time.Path, "a duration");

    /// <summary>A list of texts; empty where it is absent.</summary>
    public static ImmutableArray<string> Texts(RecordNode node, string name) => node.Find(name) is { } list ? Texts(list) : [];

    private static ImmutableArray<string> Texts(RecordNode node) => [.. node.Items.Select(item => item.Text)];
}
