namespace GpuInfra.Planning.Plans;

/// <summary>
/// Where in a plan file something was written, for problems that only planning finds. It is no part of what a plan means: all
/// locations are equal, and a plan's hash leaves them out.
/// </summary>
/// <param name="File">The file, as the user named it.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1.</param>
public sealed record PlanLocation(string File, int Line, int Column)
{
    /// <summary>Of what was never written in a file.</summary>
    public static PlanLocation Unknown { get; } = new("plan", 0, 0);

    /// <summary>A problem at this place.</summary>
    /// <param name="path">Where in the plan, as <c>servings.chat</c>.</param>
    /// <param name="message">What is wrong and what is allowed.</param>
    public PlanProblem Problem(string path, string message) => new(File, Line, Column, path, message);

    /// <summary>True for any other location.</summary>
    public bool Equals(PlanLocation? other) => other is not null;

    /// <inheritdoc/>
    public override int GetHashCode() => 0;
}
