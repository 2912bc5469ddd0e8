using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;

namespace Pulumi.Offline.Schemas;

/// <summary>A package's schema, of which only what is asked for is read out of the JSON text.</summary>
internal sealed class PackageSchema
{
    private static readonly ConcurrentDictionary<string, Lazy<PackageSchema?>> Packages = new(StringComparer.Ordinal);

    private readonly JsonElement _root;
    private readonly TypeReader _types;
    private readonly ConcurrentDictionary<string, ResourceSchema?> _resources = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, FunctionSchema?> _functions = new(StringComparer.Ordinal);

    private PackageSchema(JsonElement root)
    {
        _root = root;
        _types = new TypeReader(root.GetProperty("types"));
    }

    /// <summary>The names of all resource tokens.</summary>
    public IEnumerable<string> ResourceTokens => Tokens("resources");

    /// <summary>The names of all function tokens.</summary>
    public IEnumerable<string> FunctionTokens => Tokens("functions");

    /// <summary>The schema of a package, or null if none is embedded.</summary>
    public static PackageSchema? Find(string package) =>
        Packages.GetOrAdd(package, static name => new(() => Load(name))).Value;

    public ResourceSchema? Resource(string type) => _resources.GetOrAdd(type, ReadResource);

    public FunctionSchema? Function(string token) => _functions.GetOrAdd(token, ReadFunction);

    private static PackageSchema? Load(string package)
    {
        using var stream = typeof(PackageSchema).Assembly.GetManifestResourceStream($"Pulumi.Schemas/{package}.json");
        // The document is kept: its elements are read as long as the process runs.
        return stream is null ? null : new PackageSchema(JsonDocument.Parse(stream).RootElement);
    }

    private ResourceSchema? ReadResource(string type)
    {
        JsonElement json;
        if (type.StartsWith("pulumi:providers:", StringComparison.Ordinal))
            json = _root.GetProperty("provider");
        else if (!_root.GetProperty("resources").TryGetProperty(type, out json))
            return null;
        return new ResourceSchema(
            type,
            _types.Properties(json, "inputProperties", "requiredInputs"),
            _types.Properties(json, "properties", "required"),
            json.TryGetProperty("additionalInputs", out _));
    }

    private FunctionSchema? ReadFunction(string token) =>
        _root.GetProperty("functions").TryGetProperty(token, out var json)
            ? new FunctionSchema(token, Members(json, "inputs"), Members(json, "outputs"))
            : null;

    private ImmutableArray<PropertySchema> Members(JsonElement json, string side) =>
        json.TryGetProperty(side, out var members) ? _types.Properties(members, "properties", "required") : [];

    private IEnumerable<string> Tokens(string section) =>
        _root.GetProperty(section).EnumerateObject().Select(member => member.Name);
}
