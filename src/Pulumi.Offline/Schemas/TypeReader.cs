using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;

namespace Pulumi.Offline.Schemas;

/// <summary>Reads properties and types of one schema; named types are read once.</summary>
internal sealed class TypeReader(JsonElement types)
{
    private const string LocalReference = "#/types/";

    private static readonly TypeSchema Text = new(TypeKind.String, "a string");
    private static readonly TypeSchema Integer = new(TypeKind.Integer, "an integer");
    private static readonly TypeSchema Number = new(TypeKind.Number, "a number");
    private static readonly TypeSchema Boolean = new(TypeKind.Boolean, "a boolean");
    private static readonly TypeSchema Any = new(TypeKind.Any, "any value");
    private static readonly TypeSchema Asset = new(TypeKind.Asset, "an asset or archive");
    private static readonly TypeSchema Archive = new(TypeKind.Archive, "an archive");

    private readonly ConcurrentDictionary<string, TypeSchema> _named = new(StringComparer.Ordinal);

    public ImmutableArray<PropertySchema> Properties(JsonElement json, string propertiesName, string requiredName)
    {
        if (!json.TryGetProperty(propertiesName, out var members))
            return [];
        var required = json.TryGetProperty(requiredName, out var names)
            ? names.EnumerateArray().Select(name => name.GetString()!).ToHashSet(StringComparer.Ordinal)
            : [];
        return [.. members.EnumerateObject().Select(member => new PropertySchema(
            member.Name,
            Read(member.Value),
            required.Contains(member.Name),
            member.Value.TryGetProperty("secret", out var secret) && secret.GetBoolean(),
            member.Value.TryGetProperty("const", out var constant) ? constant.GetString() : null))];
    }

    private TypeSchema Read(JsonElement json)
    {
        if (json.TryGetProperty("oneOf", out var alternatives))
        {
            ImmutableArray<TypeSchema> parts = [.. alternatives.EnumerateArray().Select(Read)];
            return new(TypeKind.Union, string.Join(" or ", parts.Select(part => part.Name)), parts);
        }

        if (json.TryGetProperty("$ref", out var reference))
            return Refer(reference.GetString()!);
        return json.GetProperty("type").GetString() switch
        {
            "string" => Text,
            "integer" => Integer,
            "number" => Number,
            "boolean" => Boolean,
            "array" => new(TypeKind.List, "a list", [Read(json.GetProperty("items"))]),
            "object" => new(TypeKind.Map, "a map", [Read(json.GetProperty("additionalProperties"))]),
            var other => throw new InvalidDataException($"A schema has a type of kind {other}."),
        };
    }

    private TypeSchema Refer(string reference) => reference switch
    {
        "pulumi.json#/Asset" => Asset,
        "pulumi.json#/Archive" => Archive,
        "pulumi.json#/Any" or "pulumi.json#/Json" => Any,
        _ => _named.GetOrAdd(reference[LocalReference.Length..], ReadNamed),
    };

    private TypeSchema ReadNamed(string token)
    {
        var json = types.GetProperty(token);
        var name = token[(token.LastIndexOf(':') + 1)..];
        return json.TryGetProperty("enum", out var members)
            ? new(TypeKind.Enum, $"one of {name}", values: [.. members.EnumerateArray().Select(member => member.GetProperty("value").GetString()!)])
            : new(TypeKind.Object, $"an object {name}", properties: () => Properties(json, "properties", "required"));
    }
}
