using System.Collections.Immutable;

namespace Pulumi.Offline.Schemas;

/// <summary>What a function takes and gives.</summary>
/// <param name="Token">Its token.</param>
/// <param name="Inputs">The arguments it knows.</param>
/// <param name="Outputs">The members of its result.</param>
public sealed record FunctionSchema(string Token, ImmutableArray<PropertySchema> Inputs, ImmutableArray<PropertySchema> Outputs);
