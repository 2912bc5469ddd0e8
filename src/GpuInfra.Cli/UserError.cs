using GpuInfra.Planning.Plans;

namespace GpuInfra.Cli;

/// <summary>Mistakes on the command line or on the disk that end a command with exit code 1.</summary>
internal static class UserError
{
    /// <summary>The mistake, as <c>subject: message</c>.</summary>
    public static PlanException Because(string subject, string message) => new([new PlanProblem(subject, 0, 0, "", message)]);
}
