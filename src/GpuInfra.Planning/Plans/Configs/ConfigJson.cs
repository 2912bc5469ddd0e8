using System.Collections.Immutable;
using System.Text.Json;

namespace GpuInfra.Planning.Plans.Configs;

/// <summary>The members of a Hugging Face <c>config.json</c>, each read once, with its range.</summary>
/// <param name="root">The object that they are members of.</param>
/// <param name="path">What leads to it from the file's top, with a dot behind; empty for the top.</param>
internal sealed class ConfigJson(JsonElement root, string path = "")
{
    private const int Largest = 100_000_000;

    /// <summary>Counts that the file may leave out because its class has them. Default: none.</summary>
    public ImmutableDictionary<string, int> Defaults { get; init; } = ImmutableDictionary<string, int>.Empty;

    /// <summary>The members of a member that is an object and must be there.</summary>
    public ConfigJson Inner(string name) => Find(name) is not { } value ? throw new ConfigException($"has no {path}{name}")
        : value.ValueKind == JsonValueKind.Object ? new ConfigJson(value, $"{path}{name}.")
        : throw new ConfigException($"{path}{name} is no object");

    /// <summary>The same members, with what the file's class has where they are left out.</summary>
    public ConfigJson With(ImmutableDictionary<string, int> defaults) => new(root, path) { Defaults = defaults };

    /// <summary>A count that must be there, at least 1.</summary>
    public int Count(string name) =>
        Find(name) is { } value ? Number(name, value, 1)
        : Defaults.TryGetValue(name, out var count) ? count
        : throw new ConfigException($"has no {path}{name}");

    /// <summary>A count that may be left out or null.</summary>
    public int Count(string name, int otherwise) => Find(name) is { } value ? Number(name, value, 0) : Defaults.GetValueOrDefault(name, otherwise);

    /// <summary>A truth value that may be left out.</summary>
    public bool Flag(string name, bool otherwise) => Find(name) is not { } value ? otherwise : value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw new ConfigException($"{path}{name} is neither true nor false"),
    };

    /// <summary>A text; null when it is left out.</summary>
    public string? Text(string name) => Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw new ConfigException($"{path}{name} is not a text");

    /// <summary>The only item of a list of texts; null when the list is left out.</summary>
    public string? Only(string name) => Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 1 && value[0].ValueKind == JsonValueKind.String ? value[0].GetString()
        : throw new ConfigException($"{path}{name} is not a list of one text");

    /// <summary>A list of texts; null when it is left out.</summary>
    public ImmutableArray<string>? Texts(string name) => Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? [.. value.EnumerateArray().Select(item => item.GetString()!)]
        : throw new ConfigException($"{path}{name} is not a list of texts");

    /// <summary>True when the member is there and not null.</summary>
    public bool Has(string name) => Find(name) is not null;

    private JsonElement? Find(string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private int Number(string name, JsonElement value, int least) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= Largest
            ? number
            : throw new ConfigException($"{path}{name} is not a whole number from {least} to {Largest}");
}
