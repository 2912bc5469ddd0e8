using System.Diagnostics;
using System.Globalization;
using GpuInfra.Planning.Optimization;

namespace GpuInfra.Planning.Tests.Optimization;

/// <summary>The solver CBC (COIN-OR, Debian package coinor-cbc) as a second opinion: it reads the LP file and answers the least cost.</summary>
internal static class Cbc
{
    private static readonly string[] Commands = ["ratioGap", "0", "allowableGap", "0", "solve", "solution"];

    /// <summary>Leaves a test out where CBC is not installed; in CI it must be.</summary>
    public static void Require() => Skip.If(
        Environment.GetEnvironmentVariable("CI") is null
            && !(Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "cbc"))),
        "needs CBC: apt-get install coinor-cbc");

    /// <summary>The least cost, and null when nothing is feasible.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">CBC is not installed: <c>apt-get install coinor-cbc</c>.</exception>
    public static decimal? LeastCost(IntegerProgram program)
    {
        var folder = Directory.CreateTempSubdirectory("cbc").FullName;
        try
        {
            var (problem, solution) = (Path.Combine(folder, "problem.lp"), Path.Combine(folder, "solution.txt"));
            using (var file = new StreamWriter(problem))
            {
                LpFormat.Write(file, program, ["a test's problem"]);
            }

            using var process = Process.Start(new ProcessStartInfo("cbc", [problem, .. Commands, solution]) { RedirectStandardOutput = true })!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return Objective(File.ReadLines(solution).First());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static decimal? Objective(string status)
    {
        if (status.StartsWith("Infeasible", StringComparison.Ordinal) || status.StartsWith("Integer infeasible", StringComparison.Ordinal))
        {
            return null;
        }

        Assert.StartsWith("Optimal", status, StringComparison.Ordinal);
        return decimal.Parse(status.Split(' ')[^1], NumberStyles.Float, CultureInfo.InvariantCulture);
    }
}
