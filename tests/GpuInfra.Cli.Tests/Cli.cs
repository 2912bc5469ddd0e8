namespace GpuInfra.Cli.Tests;

/// <summary>What a command line did.</summary>
internal sealed record Ran(int Code, string Out, string Error);

/// <summary>Runs command lines in this process.</summary>
internal static class Cli
{
    /// <summary>Runs a command line as it would run in a directory, its output piped.</summary>
    public static Task<Ran> In(string directory, params string[] args) => RunAsync(directory, console => console, args);

    /// <summary>Runs a command line in the repository, its output piped.</summary>
    public static Task<Ran> Piped(params string[] args) => In(Repository.Root, args);

    /// <summary>Runs a command line as it would run in a directory, with lines to answer questions.</summary>
    public static Task<Ran> Answering(string directory, string[] lines, params string[] args) =>
        RunAsync(directory, console => console with { In = new StringReader(string.Concat(lines.Select(line => line + "\n"))) }, args);

    /// <summary>Runs a command line in the repository, with a person looking.</summary>
    public static Task<Ran> Seen(bool color, params string[] args) =>
        RunAsync(Repository.Root, console => console with { OutIsTerminal = true, Color = color, Width = 200 }, args);

    private static async Task<Ran> RunAsync(string directory, Func<AppConsole, AppConsole> change, string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var console = change(new AppConsole { Out = output, Error = error, Directory = directory });
        var code = await CommandLineApp.RunAsync(args, console);
        return new Ran(code, output.ToString(), error.ToString());
    }
}
