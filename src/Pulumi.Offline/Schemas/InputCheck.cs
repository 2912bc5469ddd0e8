using System.Collections.Immutable;

namespace Pulumi.Offline.Schemas;

/// <summary>Holds values against types. Unknown values fit everything, a secret is its content, null is absence.</summary>
internal static class InputCheck
{
    public static IEnumerable<SchemaProblem> Resource(ResourceSchema schema, PropertyValue.Map inputs) =>
        Properties(schema.Inputs, inputs, "", schema.AcceptsOthers, schema.IsProvider);

    public static IEnumerable<SchemaProblem> Properties(
        ImmutableArray<PropertySchema> properties,
        PropertyValue.Map map,
        string path = "",
        bool acceptsOthers = false,
        bool asJson = false)
    {
        foreach (var property in properties)
        {
            var where = Join(path, property.Name);
            var value = Content(map.Members.GetValueOrDefault(property.Name, PropertyValue.NullValue));
            if (value is not PropertyValue.Null)
            {
                foreach (var problem in asJson ? ProviderJson.Check(property.Type, value, where) : Value(property.Type, value, where))
                    yield return problem;
                if (property.Constant is { } constant && value is PropertyValue.Text text && text.Value != constant)
                    yield return new(where, $"must be {constant}, not {text.Value}");
            }
            else if (property.Required)
            {
                yield return new(where, "is required");
            }
        }

        if (acceptsOthers)
            yield break;
        foreach (var name in map.Members.Keys)
        {
            if (!properties.Any(property => property.Name == name))
                yield return new(Join(path, name), "unknown input" + NearestName.Suggestion(name, properties.Select(property => property.Name)));
        }
    }

    public static IEnumerable<SchemaProblem> Value(TypeSchema type, PropertyValue given, string path)
    {
        var value = Content(given);
        return (type.Kind, value) switch
        {
            (_, PropertyValue.Unknown) or (TypeKind.Any, _) => [],
            (TypeKind.Union, _) => Union(type, value, path),
            (TypeKind.Enum, PropertyValue.Text text) => Enum(type, text.Value, path),
            (TypeKind.String, PropertyValue.Text) or (TypeKind.Boolean, PropertyValue.Bool) or (TypeKind.Number, PropertyValue.Number) => [],
            (TypeKind.Integer, PropertyValue.Number number) =>
                double.IsInteger(number.Value) ? [] : [new(path, $"must be an integer, not {number.Value}")],
            (TypeKind.Asset, PropertyValue.AssetValue) => [],
            (TypeKind.Archive, PropertyValue.AssetValue asset) when asset.Kind != "string" => [],
            (TypeKind.List, PropertyValue.List list) =>
                list.Items.SelectMany((item, index) => Value(type.Element, item, $"{path}[{index}]")),
            (TypeKind.Map, PropertyValue.Map map) => map.Members
                .Where(member => Content(member.Value) is not PropertyValue.Null)
                .SelectMany(member => Value(type.Element, member.Value, Join(path, member.Key))),
            (TypeKind.Object, PropertyValue.Map map) => Properties(type.Properties, map, path),
            _ => [new(path, $"must be {type.Name}, not {Describe(value)}")],
        };
    }

    /// <summary>Fits one alternative, or else shows what the only one of the value's own form finds wrong.</summary>
    private static IEnumerable<SchemaProblem> Union(TypeSchema type, PropertyValue value, string path)
    {
        if (type.Alternatives.Any(part => !Value(part, value, path).Any()))
            return [];
        var sameForm = type.Alternatives.Where(part => HasForm(part.Kind, value)).ToList();
        return sameForm.Count == 1
            ? Value(sameForm[0], value, path)
            : [new(path, $"must be {type.Name}, not {Describe(value)}")];
    }

    private static bool HasForm(TypeKind kind, PropertyValue value) => value switch
    {
        PropertyValue.Map => kind is TypeKind.Object or TypeKind.Map,
        PropertyValue.List => kind is TypeKind.List,
        PropertyValue.Text => kind is TypeKind.Enum,
        PropertyValue.Number => kind is TypeKind.Integer,
        _ => false,
    };

    private static IEnumerable<SchemaProblem> Enum(TypeSchema type, string value, string path)
    {
        if (type.Values.Contains(value))
            return [];
        var allowed = type.Values.Length <= 10 ? $" ({string.Join(", ", type.Values)})" : "";
        return [new(path, $"must be {type.Name}{allowed}, not {value}{NearestName.Suggestion(value, type.Values)}")];
    }

    private static PropertyValue Content(PropertyValue value)
    {
        while (value is PropertyValue.Secret secret)
            value = secret.Element;
        return value;
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private static string Describe(PropertyValue value) => value switch
    {
        PropertyValue.Null => "null",
        PropertyValue.Bool => "a boolean",
        PropertyValue.Number => "a number",
        PropertyValue.Text => "a string",
        PropertyValue.List => "a list",
        PropertyValue.Map => "a map",
        PropertyValue.AssetValue asset => asset.Kind == "string" ? "a string asset" : "an asset or archive",
        _ => "a resource",
    };
}
