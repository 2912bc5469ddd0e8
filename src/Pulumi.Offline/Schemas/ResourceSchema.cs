using System.Collections.Immutable;

namespace Pulumi.Offline.Schemas;

/// <summary>What a resource takes and gives.</summary>
/// <param name="Type">Its type token.</param>
/// <param name="Inputs">The inputs it knows.</param>
/// <param name="Outputs">The outputs it has besides its id.</param>
/// <param name="AcceptsOthers">Inputs not listed are allowed, and come back as outputs.</param>
public sealed record ResourceSchema(
    string Type,
    ImmutableArray<PropertySchema> Inputs,
    ImmutableArray<PropertySchema> Outputs,
    bool AcceptsOthers)
{
    /// <summary>Whether it is a provider, whose inputs other than strings are sent as JSON text.</summary>
    public bool IsProvider => Type.StartsWith("pulumi:providers:", StringComparison.Ordinal);
}
