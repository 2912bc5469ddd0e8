using System.Text.Json;

namespace Pulumi.Offline.Generator.Schema;

/// <summary>Reads a package schema.</summary>
internal static class SchemaReader
{
    /// <exception cref="SchemaException">The text is not JSON, or lacks what a package schema has.</exception>
    public static Package Read(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return ReadPackage(document.RootElement);
        }
        catch (JsonException exception)
        {
            throw new SchemaException(exception.Message);
        }
    }

    private static Package ReadPackage(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new SchemaException("A package schema is a JSON object.");
        }

        var csharp = Required(Required(root, "language", "$"), "csharp", "$.language");
        var package = new Package(
            Text(root, "name", "$"),
            Text(root, "version", "$"),
            Text(csharp, "compatibility", "$.language.csharp") == "kubernetes20",
            Text(Required(root, "meta", "$"), "moduleFormat", "$.meta"),
            Members(csharp, "namespaces").ToDictionary(member => member.Name, member => member.Value.GetString() ?? ""));
        var types = new TypeReader(root);

        foreach (var member in Members(root, "types"))
        {
            if (member.Value.TryGetProperty("enum", out var values))
            {
                package.Enums.Add(member.Name, new EnumType(member.Name, values.EnumerateArray().Select(EnumMember).ToList()));
            }
            else
            {
                package.Objects.Add(member.Name, new ObjectType(member.Name, types.Properties(member.Value, "properties", "required", member.Name)));
            }
        }

        foreach (var member in Members(root, "resources"))
        {
            // The one hand-modelled class is hand-written here too.
            if (!Flag(member.Value, "isOverlay"))
            {
                package.Resources.Add(ReadResource(types, member.Name, member.Value));
            }
        }

        if (root.TryGetProperty("provider", out var provider) && provider.TryGetProperty("inputProperties", out _))
        {
            package.Provider = ReadResource(types, $"pulumi:providers:{package.Name}", provider);
            package.Provider.IsProvider = true;
        }

        foreach (var member in Members(root, "functions"))
        {
            package.Functions.Add(new Function(
                member.Name,
                member.Value.TryGetProperty("inputs", out var inputs) ? types.Properties(inputs, "properties", "required", member.Name) : null,
                types.Properties(Required(member.Value, "outputs", member.Name), "properties", "required", member.Name)));
        }

        return package;
    }

    private static Resource ReadResource(TypeReader types, string token, JsonElement json) =>
        new(
            token,
            types.Properties(json, "inputProperties", "requiredInputs", token),
            types.Properties(json, "properties", "required", token),
            json.TryGetProperty("aliases", out var aliases) ? aliases.EnumerateArray().Select(alias => Text(alias, "type", token)).ToList() : [])
        {
            IsComponent = Flag(json, "isComponent"),
        };

    private static KeyValuePair<string, string> EnumMember(JsonElement json) =>
        new(Text(json, "name", "enum"), Required(json, "value", "enum").GetString() ?? "");

    private static IEnumerable<JsonProperty> Members(JsonElement json, string name) =>
        json.TryGetProperty(name, out var members) && members.ValueKind == JsonValueKind.Object ? members.EnumerateObject() : [];

    private static bool Flag(JsonElement json, string name) =>
        json.TryGetProperty(name, out var flag) && flag.ValueKind == JsonValueKind.True;

    private static JsonElement Required(JsonElement json, string name, string owner) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value)
            ? value
            : throw new SchemaException($"{owner} has no \"{name}\".");

    private static string Text(JsonElement json, string name, string owner)
    {
        var value = Required(json, name, owner);
        return value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new SchemaException($"{owner}: \"{name}\" is not a string.");
    }
}
