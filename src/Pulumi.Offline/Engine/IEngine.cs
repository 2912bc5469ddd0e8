using System.Collections.Immutable;
using Pulumi.Offline;

namespace Pulumi.Engine;

/// <summary>What stands at the other end of a deployment: mocks, or an offline run.</summary>
internal interface IEngine
{
    /// <summary>Registers a resource, or reads it when the request has an id to read.</summary>
    Task<ResourceAnswer> RegisterAsync(Resource resource, ResourceRequest request);

    Task RegisterOutputsAsync(string urn, PropertyValue.Map outputs);

    Task<PropertyValue> InvokeAsync(string token, PropertyValue.Map args, ProviderReference? provider);

    void Log(LogSeverity severity, string message, string? urn);
}

/// <summary>A resource as a program asks for it, every output in it settled.</summary>
internal sealed record ResourceRequest
{
    public required string Type { get; init; }

    public required string Name { get; init; }

    public required bool IsCustom { get; init; }

    /// <summary>The URN of the parent; only the stack has none.</summary>
    public required string? ParentUrn { get; init; }

    public required ProviderReference? Provider { get; init; }

    public required PropertyValue.Map Inputs { get; init; }

    public required ImmutableArray<string> Dependencies { get; init; }

    public required ImmutableSortedDictionary<string, ImmutableArray<string>> PropertyDependencies { get; init; }

    public required RecordedOptions Options { get; init; }

    /// <summary>The id of an existing resource that is read rather than managed.</summary>
    public required string? ReadId { get; init; }
}

/// <summary>The engine's answer: an id (null while it is not known) and the properties it has values for.</summary>
internal sealed record ResourceAnswer(string Urn, string? Id, PropertyValue.Map State);

/// <summary>A provider instance; its id is null while it is not known.</summary>
internal sealed record ProviderReference(string Urn, string? Id)
{
    private const string UnknownId = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

    public override string ToString() => $"{Urn}::{Id ?? UnknownId}";
}
