namespace Pulumi.Offline.Generator.Schema;

internal enum TypeKind
{
    String,
    Integer,
    Number,
    Boolean,
    Any,
    Json,
    Asset,
    Archive,
    Array,
    Map,
    Union,
    Object,
    Enum,
}

/// <summary>A type as a package schema spells it; arrays and maps have one part, unions two or more.</summary>
internal sealed class TypeSpec(TypeKind kind, string? token = null, IReadOnlyList<TypeSpec>? parts = null)
{
    public TypeKind Kind { get; } = kind;

    /// <summary>The token of an object or enum type.</summary>
    public string Token => token ?? throw new InvalidOperationException($"A type of kind {Kind} has no token.");

    public IReadOnlyList<TypeSpec> Parts { get; } = parts ?? [];

    public TypeSpec Element => Parts[0];
}
