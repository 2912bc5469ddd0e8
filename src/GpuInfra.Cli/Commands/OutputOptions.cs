using System.CommandLine;
using System.CommandLine.Parsing;
using GpuInfra.Cli.Output;
using GpuInfra.Cli.Reports;

namespace GpuInfra.Cli.Commands;

/// <summary>Options that decide the form and place of a command's result.</summary>
internal sealed class OutputOptions
{
    private readonly Option<bool> _json = new("--json") { Description = "Write JSON, and nothing else, to standard output" };
    private readonly Option<string?> _out;

    private readonly AppConsole _console;

    public OutputOptions(Command command, AppConsole console)
    {
        _console = console;
        _out = FileOption("--out", "Write the result to a file instead of standard output");
        command.Options.Add(_json);
        command.Options.Add(_out);
    }

    /// <summary>An option that names a file to write.</summary>
    public static Option<string?> FileOption(string name, string description) =>
        new(name) { Description = description, HelpName = "FILE" };

    /// <summary>An option that names a directory to write files to.</summary>
    public static Option<string?> DirectoryOption(string name, string description) =>
        new(name) { Description = description, HelpName = "DIR" };

    /// <summary>True for JSON.</summary>
    public bool Json(ParseResult parsed) => parsed.GetValue(_json);

    /// <summary>True when a file is named.</summary>
    public bool HasOut(CommandResult result) => result.GetResult(_out) is not null;

    /// <summary>The result in the form asked for.</summary>
    public string Render(ParseResult parsed, Func<string> json, Func<IEnumerable<Block>> report) =>
        Json(parsed) ? json() : TextRenderer.Render(report(), _console, Out(parsed));

    /// <summary>The file to write instead of standard output; null for standard output.</summary>
    public FileInfo? Out(ParseResult parsed) => File(parsed, _out);

    /// <summary>The file that an option names, in a directory that exists; null when the option is absent.</summary>
    public FileInfo? File(ParseResult parsed, Option<string?> option)
    {
        var file = parsed.GetValue(option) is { } path ? new FileInfo(_console.Resolve(path)) : null;
        Results.RequireDirectory(file);
        return file;
    }

    /// <summary>What makes a name a file of the directory that an option names, which exists; null when the option is absent.</summary>
    public Func<string, FileInfo>? Directory(ParseResult parsed, Option<string?> option)
    {
        if (parsed.GetValue(option) is not { } path)
        {
            return null;
        }

        var directory = _console.Resolve(path);
        Results.RequireDirectory(new FileInfo(Path.Combine(directory, "file")));
        return name => new FileInfo(Path.Combine(directory, name));
    }
}
