using System.Text;

namespace GpuInfra.Cli;

/// <summary>What a command knows of the world it runs in: where text goes, who looks at it, and where it was started.</summary>
internal sealed record AppConsole
{
    /// <summary>Takes results and nothing else.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Takes messages and progress.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Answers to questions that a command was asked to ask (default: none).</summary>
    public TextReader In { get; init; } = TextReader.Null;

    /// <summary>The directory that relative paths start from.</summary>
    public required string Directory { get; init; }

    /// <summary>True when a person looks at <see cref="Out"/>.</summary>
    public bool OutIsTerminal { get; init; }

    /// <summary>True when a person looks at <see cref="Error"/>.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>True when escape sequences may be written to <see cref="Out"/>.</summary>
    public bool Color { get; init; }

    /// <summary>Columns of the terminal; read only when <see cref="OutIsTerminal"/>.</summary>
    public int Width { get; init; } = 120;

    /// <summary>The console of this process. <c>NO_COLOR</c> (no-color.org) and <c>TERM=dumb</c> switch colour off.</summary>
    public static AppConsole OfProcess()
    {
        var outIsTerminal = !Console.IsOutputRedirected;
        if (outIsTerminal)
        {
            Console.OutputEncoding = Encoding.UTF8;
        }

        return new AppConsole
        {
            Out = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)),
            Error = Console.Error,
            In = Console.In,
            Directory = Environment.CurrentDirectory,
            OutIsTerminal = outIsTerminal,
            ErrorIsTerminal = !Console.IsErrorRedirected,
            Color = outIsTerminal
                && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
                && Environment.GetEnvironmentVariable("TERM") != "dumb",
            Width = outIsTerminal && Console.WindowWidth > 0 ? Console.WindowWidth : 120,
        };
    }

    /// <summary>A path as the user wrote it, made absolute.</summary>
    public string Resolve(string path) => Path.GetFullPath(path, Directory);
}
