using System.Text.Json;

namespace Pulumi.Offline.Generator.Schema;

/// <summary>Reads properties and their types; knows from the whole schema which tokens are enums.</summary>
internal sealed class TypeReader
{
    private const string LocalReference = "#/types/";

    private readonly Dictionary<string, bool> _isEnum = [];

    public TypeReader(JsonElement root)
    {
        if (root.TryGetProperty("types", out var types) && types.ValueKind == JsonValueKind.Object)
        {
            foreach (var type in types.EnumerateObject())
            {
                _isEnum[type.Name] = type.Value.TryGetProperty("enum", out _);
            }
        }
    }

    public IReadOnlyList<Property> Properties(JsonElement json, string propertiesName, string requiredName, string owner)
    {
        if (!json.TryGetProperty(propertiesName, out var members))
        {
            return [];
        }

        var required = json.TryGetProperty(requiredName, out var names)
            ? new HashSet<string>(names.EnumerateArray().Select(name => name.GetString()!))
            : [];
        return members.EnumerateObject()
            .Select(member => ReadProperty(member.Name, member.Value, required.Contains(member.Name), owner))
            .ToList();
    }

    private Property ReadProperty(string name, JsonElement json, bool required, string owner)
    {
        var where = $"{owner}.{name}";
        var property = new Property(
            name,
            CSharpName(json) ?? Names.Pascal(name),
            ReadType(json, where),
            required,
            json.TryGetProperty("secret", out var secret) && secret.GetBoolean());
        if (json.TryGetProperty("const", out var constant))
        {
            property.ConstLiteral = Literal(constant, where);
        }

        if (json.TryGetProperty("default", out var value))
        {
            property.DefaultLiteral = Literal(value, where);
        }

        if (json.TryGetProperty("defaultInfo", out var info) && info.TryGetProperty("environment", out var variables))
        {
            property.DefaultEnvironment = variables.EnumerateArray().Select(variable => variable.GetString()!).ToList();
        }

        return property;
    }

    private static string? CSharpName(JsonElement json) =>
        json.TryGetProperty("language", out var language)
        && language.TryGetProperty("csharp", out var csharp)
        && csharp.TryGetProperty("name", out var name)
            ? name.GetString()
            : null;

    private TypeSpec ReadType(JsonElement json, string where)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new SchemaException($"{where}: a type is a JSON object.");
        }

        if (json.TryGetProperty("oneOf", out var alternatives))
        {
            return new TypeSpec(TypeKind.Union, parts: alternatives.EnumerateArray().Select(part => ReadType(part, where)).ToList());
        }

        if (json.TryGetProperty("$ref", out var reference))
        {
            return Reference(reference.GetString() ?? "", where);
        }

        var type = json.TryGetProperty("type", out var named) ? named.GetString() : null;
        return type switch
        {
            "string" => new TypeSpec(TypeKind.String),
            "integer" => new TypeSpec(TypeKind.Integer),
            "number" => new TypeSpec(TypeKind.Number),
            "boolean" => new TypeSpec(TypeKind.Boolean),
            "array" when json.TryGetProperty("items", out var items) => new TypeSpec(TypeKind.Array, parts: [ReadType(items, where)]),
            "object" when json.TryGetProperty("additionalProperties", out var values) => new TypeSpec(TypeKind.Map, parts: [ReadType(values, where)]),
            _ => throw new SchemaException($"{where} has no type that is known: {json.GetRawText()}"),
        };
    }

    private TypeSpec Reference(string reference, string where)
    {
        if (reference.StartsWith(LocalReference, StringComparison.Ordinal))
        {
            var token = reference.Substring(LocalReference.Length);
            return _isEnum.TryGetValue(token, out var closed)
                ? new TypeSpec(closed ? TypeKind.Enum : TypeKind.Object, token)
                : throw new SchemaException($"{where} refers to {token}, which the schema does not declare.");
        }

        return reference switch
        {
            "pulumi.json#/Any" => new TypeSpec(TypeKind.Any),
            "pulumi.json#/Json" => new TypeSpec(TypeKind.Json),
            "pulumi.json#/Asset" => new TypeSpec(TypeKind.Asset),
            "pulumi.json#/Archive" => new TypeSpec(TypeKind.Archive),
            _ => throw new SchemaException($"{where} refers to {reference}, which is not known."),
        };
    }

    private static string Literal(JsonElement json, string where) => json.ValueKind switch
    {
        JsonValueKind.String => Names.Quote(json.GetString()!),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Number => json.GetRawText(),
        _ => throw new SchemaException($"{where}: a value of kind {json.ValueKind} cannot be a default."),
    };
}
