namespace Pulumi.Offline.Generator.Schema;

/// <summary>What a trimmed package schema declares.</summary>
internal sealed class Package(
    string name,
    string version,
    bool isKubernetes,
    string moduleFormat,
    IReadOnlyDictionary<string, string> namespaces)
{
    public string Name { get; } = name;

    public string Version { get; } = version;

    /// <summary>Whether args and outputs live in <c>Types.Inputs</c> and <c>Types.Outputs</c>, and outputs are never nullable.</summary>
    public bool IsKubernetes { get; } = isKubernetes;

    /// <summary>The regular expression that cuts the module out of a token's middle part.</summary>
    public string ModuleFormat { get; } = moduleFormat;

    /// <summary>C# namespace segments by module.</summary>
    public IReadOnlyDictionary<string, string> Namespaces { get; } = namespaces;

    public Resource? Provider { get; set; }

    public List<Resource> Resources { get; } = [];

    public Dictionary<string, ObjectType> Objects { get; } = [];

    public Dictionary<string, EnumType> Enums { get; } = [];

    public List<Function> Functions { get; } = [];
}

/// <summary>A resource, component or provider.</summary>
internal sealed class Resource(string token, IReadOnlyList<Property> inputs, IReadOnlyList<Property> outputs, IReadOnlyList<string> aliases)
{
    public string Token { get; } = token;

    public IReadOnlyList<Property> Inputs { get; } = inputs;

    public IReadOnlyList<Property> Outputs { get; } = outputs;

    /// <summary>Type tokens the resource once had.</summary>
    public IReadOnlyList<string> Aliases { get; } = aliases;

    public bool IsProvider { get; set; }

    public bool IsComponent { get; set; }
}

internal sealed class ObjectType(string token, IReadOnlyList<Property> properties)
{
    public string Token { get; } = token;

    public IReadOnlyList<Property> Properties { get; } = properties;
}

internal sealed class EnumType(string token, IReadOnlyList<KeyValuePair<string, string>> members)
{
    public string Token { get; } = token;

    /// <summary>C# name and value of each member.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Members { get; } = members;
}

/// <summary>A function; <see cref="Inputs"/> is null when it takes none at all.</summary>
internal sealed class Function(string token, IReadOnlyList<Property>? inputs, IReadOnlyList<Property> outputs)
{
    public string Token { get; } = token;

    public IReadOnlyList<Property>? Inputs { get; } = inputs;

    public IReadOnlyList<Property> Outputs { get; } = outputs;
}
