using System.Collections.Immutable;

namespace Pulumi.Offline;

/// <summary>
/// A property value as it crosses from a program to the engine: what <see cref="Input{T}"/> values become once every output
/// in them has settled. Secrets and unknowns are part of the tree, at the level where the program put them.
/// </summary>
public abstract record PropertyValue
{
    private PropertyValue()
    {
    }

    /// <summary>An absent or null value.</summary>
    public static PropertyValue NullValue { get; } = new Null();

    /// <summary>A value that is not known until the resource it comes from exists.</summary>
    public static PropertyValue UnknownValue { get; } = new Unknown();

    /// <summary>An absent or null value.</summary>
    public sealed record Null : PropertyValue;

    /// <summary>A boolean.</summary>
    public sealed record Bool(bool Value) : PropertyValue;

    /// <summary>A number; the wire has only doubles.</summary>
    public sealed record Number(double Value) : PropertyValue;

    /// <summary>A string.</summary>
    public sealed record Text(string Value) : PropertyValue;

    /// <summary>A list, in the program's order.</summary>
    public sealed record List(ImmutableArray<PropertyValue> Items) : PropertyValue;

    /// <summary>A map; keys are ordered by ordinal comparison so that records repeat byte for byte.</summary>
    public sealed record Map(ImmutableSortedDictionary<string, PropertyValue> Members) : PropertyValue;

    /// <summary>An asset or archive. <paramref name="Kind"/> is <c>string</c>, <c>file</c>, <c>remote</c> or <c>assets</c>.</summary>
    public sealed record AssetValue(string Kind, string Content) : PropertyValue;

    /// <summary>A reference to another resource.</summary>
    public sealed record ResourceReference(string Urn) : PropertyValue;

    /// <summary>A value that must not be shown; <paramref name="Element"/> is never written to a record.</summary>
    public sealed record Secret(PropertyValue Element) : PropertyValue;

    /// <summary>A value that is not known until the resource it comes from exists.</summary>
    public sealed record Unknown : PropertyValue;
}
