namespace Pulumi.Offline.Schemas;

/// <summary>A property of a resource, function or object type.</summary>
/// <param name="Name">Its name on the wire.</param>
/// <param name="Type">Its type.</param>
/// <param name="Required">As an input: it must be given. As an output: it always has a value.</param>
/// <param name="Secret">Its value is a secret whatever the program says.</param>
/// <param name="Constant">The only value it may have, if it is fixed.</param>
public sealed record PropertySchema(string Name, TypeSchema Type, bool Required, bool Secret, string? Constant);
