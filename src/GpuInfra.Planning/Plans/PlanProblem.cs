using System.Collections.Immutable;

namespace GpuInfra.Planning.Plans;

/// <summary>Something wrong with a plan, told so that its author can mend it.</summary>
/// <param name="File">The file, as the user named it.</param>
/// <param name="Line">Line, from 1; 0 when the problem is the file's as a whole.</param>
/// <param name="Column">Column, from 1; 0 when the problem is the file's as a whole.</param>
/// <param name="Path">Where in the plan, as <c>workloads.chat.demand.scale</c>; empty when the problem is the file's as a whole.</param>
/// <param name="Message">What is wrong and what is allowed.</param>
public sealed record PlanProblem(string File, int Line, int Column, string Path, string Message)
{
    /// <summary><c>file:line:col path: message</c>, parts that do not apply left out.</summary>
    public override string ToString()
    {
        var place = Line == 0 ? File : FormattableString.Invariant($"{File}:{Line}:{Column}");
        return Path.Length == 0 ? $"{place}: {Message}" : $"{place} {Path}: {Message}";
    }
}

/// <summary>
/// The user's mistake, whole: every problem found at once. It ends a command with exit code 1 and no stack; any other exception is a bug.
/// </summary>
public sealed class PlanException(IEnumerable<PlanProblem> problems) : Exception
{
    /// <summary>The problems, in file order; at least one.</summary>
    public ImmutableArray<PlanProblem> Problems { get; } = [.. problems];

    /// <summary>One problem a line.</summary>
    public override string Message => string.Join('\n', Problems);
}
