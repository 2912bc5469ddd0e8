using System.Collections.Immutable;

namespace Pulumi.Offline;

/// <summary>All that one run of a program did.</summary>
public sealed record RunRecord
{
    /// <summary>Whether computed values were unknown, as they are in <c>pulumi preview</c>.</summary>
    public required bool IsPreview { get; init; }

    /// <summary>What the program's entry point returned; 0 for success.</summary>
    public required int ExitCode { get; init; }

    /// <summary>The resources, ordered by URN.</summary>
    public required ImmutableArray<ResourceRecord> Resources { get; init; }

    /// <summary>The calls of provider functions, ordered by token and arguments.</summary>
    public required ImmutableArray<InvokeRecord> Invokes { get; init; }

    /// <summary>The stack's outputs.</summary>
    public required PropertyValue.Map Outputs { get; init; }

    /// <summary>The messages, in the order they were given.</summary>
    public required ImmutableArray<LogRecord> Logs { get; init; }

    /// <summary>What is wrong with the registrations and calls, ordered by subject, path and message.</summary>
    public required ImmutableArray<RunProblem> Problems { get; init; }

    /// <summary>Whether the program ended well and nothing is wrong with what it registered.</summary>
    public bool Succeeded => ExitCode == 0 && Problems.IsEmpty && Errors.IsEmpty;

    /// <summary>The messages of severity <see cref="LogSeverity.Error"/>.</summary>
    public ImmutableArray<string> Errors
        => [.. Logs.Where(log => log.Severity == LogSeverity.Error).Select(log => log.Message)];
}
