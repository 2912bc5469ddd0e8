using System.Collections.Immutable;

namespace GpuInfra.Offline.Diff;

/// <summary>
/// A change of one input, as people are shown it: secrets and values that only the cloud knows are named, never shown.
/// </summary>
public sealed record PropertyChange
{
    /// <summary>The property.</summary>
    public required PropertyPath Path { get; init; }

    /// <summary>What it does to the resource.</summary>
    public required ChangeEffect Effect { get; init; }

    /// <summary>True where a dependency changes and the value may stay the same.</summary>
    public bool MayChange { get; init; }

    /// <summary>Why it is there or does what it does, where that is no matter of course.</summary>
    public string? Reason { get; init; }

    /// <summary>The old value, shortened.</summary>
    public required string Before { get; init; }

    /// <summary>The new value, shortened.</summary>
    public required string After { get; init; }

    /// <summary>For a script, the lines that go (<c>- </c>) and come (<c>+ </c>).</summary>
    public ImmutableArray<string> Lines { get; init; } = [];
}

/// <summary>What happens to one resource.</summary>
public sealed record ResourceChange
{
    /// <summary>The URN: the new one, or the old one of a resource that is deleted.</summary>
    public required string Urn { get; init; }

    /// <summary>The type token.</summary>
    public required string Type { get; init; }

    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>What happens to it.</summary>
    public required ResourceAction Action { get; init; }

    /// <summary>The URN it had before, where an alias says so; the resource in the cloud stays.</summary>
    public string? MovedFrom { get; init; }

    /// <summary>The name of its provider, which says cloud and region; null for the default provider.</summary>
    public string? Provider { get; init; }

    /// <summary>The pool it belongs to; null for what pools share.</summary>
    public string? Pool { get; init; }

    /// <summary>True when the deployment has it protected: the engine refuses to delete or replace it.</summary>
    public bool IsProtected { get; init; }

    /// <summary>What makes its loss irrevocable, as <c>bucket</c>; null for what can be made again.</summary>
    public string? Irrevocable { get; init; }

    /// <summary>What else to know.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>The changes of its inputs, ordered by path.</summary>
    public ImmutableArray<PropertyChange> Changes { get; init; } = [];
}
