namespace Pulumi.Offline.Schemas;

/// <summary>The kinds of values a schema tells apart.</summary>
public enum TypeKind
{
    /// <summary>Text.</summary>
    String,

    /// <summary>A number without fraction.</summary>
    Integer,

    /// <summary>Any number.</summary>
    Number,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>Anything at all.</summary>
    Any,

    /// <summary>An asset or an archive.</summary>
    Asset,

    /// <summary>An archive.</summary>
    Archive,

    /// <summary>A list of <see cref="TypeSchema.Element"/>.</summary>
    List,

    /// <summary>A map from names to <see cref="TypeSchema.Element"/>.</summary>
    Map,

    /// <summary>An object with known <see cref="TypeSchema.Properties"/>.</summary>
    Object,

    /// <summary>One of <see cref="TypeSchema.Values"/>.</summary>
    Enum,

    /// <summary>A value of one of <see cref="TypeSchema.Alternatives"/>.</summary>
    Union,
}
