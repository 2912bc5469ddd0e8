using System.Diagnostics;
using System.Reflection;

namespace GpuInfra.Benchmarks;

/// <summary>Measures in a process of its own, so that peak memory and the runtime's start are its own, and says how figures grow.</summary>
internal static class OwnProcess
{
    /// <summary>Runs this program with other arguments and returns the last line it prints, which is shown as well.</summary>
    /// <exception cref="InvalidOperationException">The process failed.</exception>
    public static async Task<string> RunAsync(params string[] arguments)
    {
        // Started as `dotnet GpuInfra.Benchmarks.dll`, the process is dotnet and wants the assembly's path first.
        var program = Environment.ProcessPath!;
        var isHost = Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase);
        var start = new ProcessStartInfo(program, isHost ? [Assembly.GetExecutingAssembly().Location, .. arguments] : arguments) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = (await process.StandardOutput.ReadToEndAsync()).TrimEnd();
        await process.WaitForExitAsync();
        Console.WriteLine(output);
        return process.ExitCode == 0 ? output.Split('\n')[^1] : throw new InvalidOperationException($"{string.Join(' ', arguments)} ended with {process.ExitCode}.");
    }

    /// <summary>Slope of the least-squares line through the logarithms.</summary>
    public static double Exponent(IEnumerable<(double Size, double Time)> points)
    {
        var logs = points.Select(point => (X: Math.Log(point.Size), Y: Math.Log(point.Time))).ToList();
        var (meanX, meanY) = (logs.Average(point => point.X), logs.Average(point => point.Y));
        return logs.Sum(point => (point.X - meanX) * (point.Y - meanY)) / logs.Sum(point => (point.X - meanX) * (point.X - meanX));
    }
}
