using System.CommandLine;
using GpuInfra.Planning.Demands.Traces;
using GpuInfra.Planning.Units;

namespace GpuInfra.Cli.Commands;

/// <summary>Options that say how a trace is written, and what its profile says of itself.</summary>
internal sealed class TraceReadingOptions
{
    private readonly Option<string?> _name = new("--name") { Description = "The profile's name (default: the file's)", HelpName = "NAME" };
    private readonly Option<string?> _source = new("--source") { Description = "Where the trace comes from, and how to cite it (default: the file's name)", HelpName = "TEXT" };
    private readonly Option<string?> _format = new("--format") { Description = "How the trace is written (default: told by its first line)", HelpName = "csv|json|access-log" };
    private readonly Option<string?> _time = new("--time") { Description = "Field of when a request came; a dot leads into a JSON object", HelpName = "FIELD" };
    private readonly Option<string?> _input = new("--input") { Description = "Field of its input tokens", HelpName = "FIELD" };
    private readonly Option<string?> _output = new("--output") { Description = "Field of its output tokens", HelpName = "FIELD" };
    private readonly Option<long> _maxSkipped = new("--max-skipped") { Description = "Rows that may be left out because they cannot be read (default: 0)", HelpName = "N" };
    private readonly Option<TimeSpan?> _firstToken = QuantityOption.Of(
        "--ttft", "Time to first token that requests in flight are estimated with (default: 500ms)", "TIME", HumanUnits.Duration);
    private readonly Option<TimeSpan?> _perToken = QuantityOption.Of(
        "--tpot", "Time per output token that they are estimated with (default: 30ms)", "TIME", HumanUnits.Duration);

    public TraceReadingOptions(Command command)
    {
        _format.AcceptOnlyFromAmong("csv", "json", "access-log");
        foreach (var option in new Option[] { _name, _source, _format, _time, _input, _output, _maxSkipped, _firstToken, _perToken })
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (new Option[] { _time, _input, _output }.Count(option => result.GetResult(option) is not null) is 1 or 2)
            {
                result.AddError("Give --time, --input and --output together.");
            }

            if (result.GetValue(_maxSkipped) < 0)
            {
                result.AddError("--max-skipped must not be negative.");
            }
        });
    }

    /// <summary>The options as given for a file.</summary>
    public TraceOptions Of(ParseResult parsed, string file)
    {
        var options = new TraceOptions
        {
            Name = parsed.GetValue(_name) ?? NameOf(file),
            Source = parsed.GetValue(_source) ?? Path.GetFileName(file),
            Kind = parsed.GetValue(_format) switch
            {
                "csv" => TraceKind.Csv,
                "json" => TraceKind.Json,
                "access-log" => TraceKind.AccessLog,
                _ => TraceKind.Auto,
            },
            Fields = parsed.GetValue(_time) is { } time ? new TraceFields(time, parsed.GetValue(_input)!, parsed.GetValue(_output)!) : null,
            MaxSkipped = parsed.GetValue(_maxSkipped),
        };
        return options with
        {
            TimeToFirstToken = parsed.GetValue(_firstToken) ?? options.TimeToFirstToken,
            TimePerOutputToken = parsed.GetValue(_perToken) ?? options.TimePerOutputToken,
        };
    }

    private static string NameOf(string file)
    {
        var name = Path.GetFileName(file).Split('.')[0].ToLowerInvariant();
        return string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-')).Trim('-') is { Length: > 0 } known ? known : "trace";
    }
}
