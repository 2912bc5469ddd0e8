using System.ComponentModel;
using System.Diagnostics;

namespace GpuInfra.Cli.Git;

/// <summary>Runs git, which is the only other program that a command starts, and only where a revision is named.</summary>
internal static class GitCommand
{
    /// <summary>What git writes for some arguments; null when it fails.</summary>
    /// <exception cref="Planning.Plans.PlanException">There is no git.</exception>
    public static byte[]? Run(string directory, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("git", ["-C", directory, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        try
        {
            using var process = Process.Start(start)!;

            // What it says on standard error is read, so that it never waits for a reader, and told by nobody.
            var error = process.StandardError.ReadToEndAsync();
            using var output = new MemoryStream();
            process.StandardOutput.BaseStream.CopyTo(output);
            process.WaitForExit();
            error.GetAwaiter().GetResult();
            return process.ExitCode == 0 ? output.ToArray() : null;
        }
        catch (Win32Exception)
        {
            throw UserError.Because("git", "is not installed, and a revision can be read by it alone.");
        }
    }

    /// <summary>The first line that git writes; null when it fails or writes nothing.</summary>
    public static string? Line(string directory, params IEnumerable<string> arguments) =>
        Run(directory, arguments) is { } output && System.Text.Encoding.UTF8.GetString(output).Split('\n')[0].Trim() is { Length: > 0 } line ? line : null;
}
