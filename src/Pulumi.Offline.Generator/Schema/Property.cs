namespace Pulumi.Offline.Generator.Schema;

/// <summary>A property of a resource, an object type or a function.</summary>
internal sealed class Property(string name, string csharpName, TypeSpec type, bool required, bool secret)
{
    /// <summary>The name on the wire.</summary>
    public string Name { get; } = name;

    public string CSharpName { get; } = csharpName;

    public TypeSpec Type { get; } = type;

    public bool Required { get; } = required;

    public bool Secret { get; } = secret;

    /// <summary>A C# literal the constructor of the resource sets, if the value is fixed.</summary>
    public string? ConstLiteral { get; set; }

    /// <summary>A C# literal the args' constructor sets.</summary>
    public string? DefaultLiteral { get; set; }

    /// <summary>Environment variables the args' constructor reads first.</summary>
    public IReadOnlyList<string> DefaultEnvironment { get; set; } = [];

    /// <summary>The same property where nothing is required and nothing is set by itself, as in a State class.</summary>
    public Property AsState() => new(Name, CSharpName, Type, required: false, Secret);
}
