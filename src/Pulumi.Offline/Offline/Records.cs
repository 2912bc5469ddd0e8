using System.Collections.Immutable;

namespace Pulumi.Offline;

/// <summary>How serious a message is.</summary>
public enum LogSeverity
{
    /// <summary>For whoever looks for a fault.</summary>
    Debug,

    /// <summary>For everybody.</summary>
    Info,

    /// <summary>Something is odd.</summary>
    Warning,

    /// <summary>The run fails.</summary>
    Error,
}

/// <summary>A message of a run, about one resource or none.</summary>
public sealed record LogRecord(LogSeverity Severity, string Message, string? Urn);

/// <summary>Something wrong with what a run registered or called: a schema is not kept, a name is taken twice.</summary>
/// <param name="Subject">The URN of the resource, or the token of the function.</param>
/// <param name="Path">The property, or the empty string for the whole.</param>
/// <param name="Message">What is wrong.</param>
public sealed record RunProblem(string Subject, string Path, string Message);

/// <summary>A resource as a run registered it.</summary>
public sealed record ResourceRecord
{
    /// <summary>The resource's name in the deployment.</summary>
    public required string Urn { get; init; }

    /// <summary>The type token.</summary>
    public required string Type { get; init; }

    /// <summary>The last part of the URN.</summary>
    public required string Name { get; init; }

    /// <summary>Whether a provider makes it; a component otherwise.</summary>
    public required bool IsCustom { get; init; }

    /// <summary>The URN of the parent; only the stack has none.</summary>
    public required string? Parent { get; init; }

    /// <summary>The URN of the explicit provider; null where the package's default provider is used.</summary>
    public required string? Provider { get; init; }

    /// <summary>The id of an existing resource that is only read; null for one that is managed.</summary>
    public required string? ReadId { get; init; }

    /// <summary>The options, with those inherited from the parent.</summary>
    public required RecordedOptions Options { get; init; }

    /// <summary>The inputs.</summary>
    public required PropertyValue.Map Inputs { get; init; }

    /// <summary>The URNs of all resources it depends on, ordered.</summary>
    public required ImmutableArray<string> Dependencies { get; init; }

    /// <summary>The URNs that each input derives from.</summary>
    public required ImmutableSortedDictionary<string, ImmutableArray<string>> PropertyDependencies { get; init; }

    /// <summary>What a component registered as its outputs; null if it registered none.</summary>
    public PropertyValue.Map? Outputs { get; init; }
}

/// <summary>A provider function as a run called it.</summary>
/// <param name="Token">The function.</param>
/// <param name="Provider">The URN of the explicit provider; null where the package's default provider is used.</param>
/// <param name="Args">The arguments.</param>
/// <param name="Result">The answer; null if there was none.</param>
public sealed record InvokeRecord(string Token, string? Provider, PropertyValue.Map Args, PropertyValue? Result);
