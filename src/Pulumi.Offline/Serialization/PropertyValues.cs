using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Pulumi.Offline;

namespace Pulumi.Serialization;

internal static class PropertyValues
{
    public static PropertyValue.Map EmptyMap { get; } =
        new(ImmutableSortedDictionary.Create<string, PropertyValue>(StringComparer.Ordinal));

    /// <summary>The value without its secret and unknown marks, which taint the whole of it.</summary>
    public static PropertyValue Unwrap(this PropertyValue value, out bool isKnown, out bool isSecret)
    {
        var known = true;
        var secret = false;
        var plain = Strip(value);
        (isKnown, isSecret) = (known, secret);
        return plain;

        PropertyValue Strip(PropertyValue part)
        {
            switch (part)
            {
                case PropertyValue.Secret { Element: var element }:
                    secret = true;
                    return Strip(element);
                case PropertyValue.Unknown:
                    known = false;
                    return PropertyValue.NullValue;
                case PropertyValue.List { Items: var items }:
                    return new PropertyValue.List([.. items.Select(Strip)]);
                case PropertyValue.Map { Members: var members }:
                    return new PropertyValue.Map(members.ToImmutableSortedDictionary(
                        member => member.Key, member => Strip(member.Value), StringComparer.Ordinal));
                default:
                    return part;
            }
        }
    }

    /// <summary>The plain object that mocks see: strings, doubles, booleans, arrays, dictionaries.</summary>
    public static object? ToPlain(this PropertyValue value) => value switch
    {
        PropertyValue.Bool { Value: var flag } => flag,
        PropertyValue.Number { Value: var number } => number,
        PropertyValue.Text { Value: var text } => text,
        PropertyValue.ResourceReference { Urn: var urn } => urn,
        PropertyValue.List { Items: var items } => items.Select(ToPlain).ToImmutableArray(),
        PropertyValue.Map { Members: var members } => members.ToImmutableDictionary(member => member.Key, member => ToPlain(member.Value)),
        PropertyValue.AssetValue { Kind: "string", Content: var content } => new StringAsset(content),
        PropertyValue.AssetValue { Kind: "remote", Content: var content } => new RemoteAsset(content),
        PropertyValue.AssetValue { Kind: "assets", Content: var content } => new AssetArchive(MembersOf(content)),
        PropertyValue.AssetValue { Content: var content } => new FileAsset(content),
        PropertyValue.Secret { Element: var element } => ToPlain(element),
        _ => null,
    };

    /// <summary>An archive's members, from what the record keeps of them.</summary>
    private static Dictionary<string, AssetOrArchive> MembersOf(string content) => JsonNode.Parse(content)!.AsObject().ToDictionary(
        member => member.Key,
        member => (AssetOrArchive)new PropertyValue.AssetValue((string)member.Value!["asset"]!, (string)member.Value["content"]!).ToPlain()!);

    /// <summary>Where the value holds unknowns, as paths; inside secrets too.</summary>
    public static IEnumerable<string> UnknownPaths(this PropertyValue value, string path) => value switch
    {
        PropertyValue.Unknown => [path],
        PropertyValue.Secret { Element: var element } => element.UnknownPaths(path),
        PropertyValue.List { Items: var items } => items.SelectMany((item, index) => item.UnknownPaths($"{path}[{index}]")),
        PropertyValue.Map { Members: var members } => members.SelectMany(member =>
            member.Value.UnknownPaths(path.Length == 0 ? member.Key : $"{path}.{member.Key}")),
        _ => [],
    };
}
