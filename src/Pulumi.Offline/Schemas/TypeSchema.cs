using System.Collections.Immutable;

namespace Pulumi.Offline.Schemas;

/// <summary>The type of a property. Objects read their properties when first asked, since types may contain themselves.</summary>
public sealed class TypeSchema
{
    private readonly Lazy<ImmutableArray<PropertySchema>> _properties;

    internal TypeSchema(
        TypeKind kind,
        string name,
        ImmutableArray<TypeSchema> parts = default,
        ImmutableArray<string> values = default,
        Func<ImmutableArray<PropertySchema>>? properties = null)
    {
        Kind = kind;
        Name = name;
        Alternatives = parts.IsDefault ? [] : parts;
        Values = values.IsDefault ? [] : values;
        _properties = new(properties ?? (() => []));
    }

    /// <summary>The kind of value.</summary>
    public TypeKind Kind { get; }

    /// <summary>How a message calls the type, article included.</summary>
    public string Name { get; }

    /// <summary>The type of a list's or map's elements.</summary>
    public TypeSchema Element => Kind is TypeKind.List or TypeKind.Map
        ? Alternatives[0]
        : throw new InvalidOperationException($"{Name} has no elements.");

    /// <summary>The types of a union.</summary>
    public ImmutableArray<TypeSchema> Alternatives { get; }

    /// <summary>The values of an enum.</summary>
    public ImmutableArray<string> Values { get; }

    /// <summary>The properties of an object.</summary>
    public ImmutableArray<PropertySchema> Properties => _properties.Value;
}
