using System.CommandLine;

namespace GpuInfra.Cli.Commands;

/// <summary>Options that are asked for where they are not given: the question is the option's description, the answer a line.</summary>
/// <param name="console">Who is asked, on standard error, so that results stay alone on standard output.</param>
/// <param name="parsed">What was given.</param>
/// <param name="asks">Whether to ask at all.</param>
internal sealed class Questions(AppConsole console, ParseResult parsed, bool asks)
{
    /// <summary>A value that must be there.</summary>
    /// <exception cref="GpuInfra.Planning.Plans.PlanException">There is no answer.</exception>
    public string Required(Option<string> option) => Given(option) ?? Answer(option, $"{option.Description}: ") ?? throw UserError.Because(option.Name, "is required.");

    /// <summary>A value that may be left out; null where it is.</summary>
    public string? Optional(Option<string?> option) => Given(option) ?? Answer(option, $"{option.Description} (may be empty): ");

    private string? Given<T>(Option<T> option) => parsed.GetResult(option) is { Implicit: false } ? parsed.GetValue(option)?.ToString() : null;

    private string? Answer(Option option, string question)
    {
        if (!asks)
        {
            return null;
        }

        console.Error.Write(question);
        console.Error.Flush();
        if (console.In.ReadLine() is not { } line)
        {
            throw UserError.Because(option.Name, "is asked for, and there is no answer: the input has ended.");
        }

        return line.Trim() is { Length: > 0 } answer ? answer : null;
    }
}
