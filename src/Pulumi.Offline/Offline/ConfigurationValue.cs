namespace Pulumi.Offline;

/// <summary>A configuration value; <paramref name="Text"/> is null for a secret, which offline runs cannot decrypt.</summary>
public sealed record ConfigurationValue(string? Text)
{
    /// <summary>A value that is there but cannot be read.</summary>
    public static ConfigurationValue Secret { get; } = new((string?)null);
}
