using System.Collections.Immutable;
using System.Text.Json;

namespace Pulumi.Offline.Schemas;

/// <summary>Checks provider inputs: strings stand as they are, everything else is JSON text of the value.</summary>
internal static class ProviderJson
{
    public static IEnumerable<SchemaProblem> Check(TypeSchema type, PropertyValue value, string path)
    {
        if (type.Kind == TypeKind.String || value is not PropertyValue.Text text)
            return InputCheck.Value(type, value, path);
        try
        {
            using var document = JsonDocument.Parse(text.Value);
            return InputCheck.Value(type, Convert(document.RootElement), path).ToList();
        }
        catch (JsonException)
        {
            return [new(path, $"must be {type.Name} as JSON text")];
        }
    }

    private static PropertyValue Convert(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => new PropertyValue.Bool(json.GetBoolean()),
        JsonValueKind.Number => new PropertyValue.Number(json.GetDouble()),
        JsonValueKind.String => new PropertyValue.Text(json.GetString()!),
        JsonValueKind.Array => new PropertyValue.List([.. json.EnumerateArray().Select(Convert)]),
        JsonValueKind.Object => new PropertyValue.Map(json.EnumerateObject()
            .ToImmutableSortedDictionary(member => member.Name, member => Convert(member.Value), StringComparer.Ordinal)),
        _ => PropertyValue.NullValue,
    };
}
