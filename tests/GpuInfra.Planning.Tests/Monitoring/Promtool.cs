using System.Diagnostics;

namespace GpuInfra.Planning.Tests.Monitoring;

/// <summary>Programs of Prometheus (Debian packages prometheus, prometheus-alertmanager), which say what Prometheus makes of a rule.</summary>
internal static class Promtool
{
    /// <summary>Leaves a test out where they are not installed; in CI they must be.</summary>
    public static void Require() => Skip.If(
        Environment.GetEnvironmentVariable("CI") is null && !File.Exists("/usr/bin/promtool"), "needs Prometheus: apt-get install prometheus prometheus-alertmanager");

    /// <summary>Runs it and answers what it says; what it refuses fails the test.</summary>
    public static string Run(params string[] arguments) => RunProgram("promtool", arguments);

    /// <summary>Runs another program of theirs, and does as <see cref="Run"/>.</summary>
    public static string RunProgram(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        var said = output + error.Result;
        Assert.True(process.ExitCode == 0, said);
        return said;
    }
}
