using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using GpuInfra.Cli.Metrics;
using GpuInfra.Cli.Output;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Cli.Commands;

/// <summary>Options that say which figures to look at: whose, over what time, until when.</summary>
internal sealed class MetricsOptions
{
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);
    private static readonly TimeSpan Shortest = TimeSpan.FromHours(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(35);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Option<string?> _prometheus;

    private readonly Option<TimeSpan?> _over = QuantityOption.Of("--over", "Look at so long a time (default: 168h, a week)", "TIME", HumanUnits.Duration);

    private readonly Option<DateTimeOffset?> _at = new("--at")
    {
        Description = "The end of that time, as 2026-11-29T06:00:00Z (default: now by the clock of Prometheus)",
        HelpName = "TIME",
        CustomParser = argument =>
        {
            var text = argument.Tokens[0].Value;
            if (DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mmK"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            {
                return time;
            }

            argument.AddError($"--at: '{text}' is not a time; write it as 2026-11-29T06:00:00Z.");
            return null;
        },
    };

    private readonly Option<TimeSpan?> _patience = QuantityOption.Of("--patience", "Wait so long for each answer (default: 60s)", "TIME", HumanUnits.Duration);

    /// <param name="command">Whose options they are.</param>
    /// <param name="isRequired">Whether a Prometheus must be named.</param>
    /// <param name="hasTime">Whether the time can be named; false where it is known otherwise.</param>
    public MetricsOptions(Command command, bool isRequired, bool hasTime = true)
    {
        _prometheus = new("--prometheus") { Description = "The address of the Prometheus that scrapes the stack, as http://localhost:9090", HelpName = "URL", Required = isRequired };
        foreach (var option in hasTime ? new Option[] { _prometheus, _over, _at, _patience } : [_prometheus, _patience])
        {
            command.Options.Add(option);
        }

        if (!hasTime)
        {
            return;
        }

        command.Validators.Add(result =>
        {
            if (result.GetValue(_over) is { } over && (over < Shortest || over > Longest))
            {
                result.AddError(FormattableString.Invariant($"--over takes {Shortest.TotalHours:0}h to {Longest.TotalHours:0}h."));
            }
        });
    }

    /// <summary>Whether a Prometheus is named.</summary>
    public bool IsGiven(ParseResult parsed) => parsed.GetValue(_prometheus) is not null;

    /// <inheritdoc cref="IsGiven(ParseResult)"/>
    public bool IsGiven(CommandResult result) => result.GetResult(_prometheus) is not null;

    /// <summary>Asks the Prometheus that is named, over the time that the options say. What it warns of is written to standard error.</summary>
    /// <exception cref="PlanException">It does not answer, or refuses a question.</exception>
    public Task<T> AskAsync<T>(ParseResult parsed, AppConsole console, Func<ObservedFigures, Task<T>> ask, CancellationToken cancellation) =>
        AskAsync(parsed, console, Over(parsed), parsed.GetValue(_at), ask, cancellation);

    /// <summary>Asks it over a time that is known otherwise.</summary>
    /// <inheritdoc cref="AskAsync{T}(ParseResult, AppConsole, Func{ObservedFigures, Task{T}}, CancellationToken)"/>
    public async Task<T> AskAsync<T>(ParseResult parsed, AppConsole console, TimeSpan over, DateTimeOffset? at, Func<ObservedFigures, Task<T>> ask, CancellationToken cancellation)
    {
        using var client = new PrometheusClient(parsed.GetValue(_prometheus)!, parsed.GetValue(_patience) ?? Patience);
        var until = at is { } end ? end.ToUnixTimeSeconds() : await client.NowAsync(cancellation);
        var answer = await Progress.ShowAsync(console, "Asking Prometheus", () => ask(new ObservedFigures(client, over, until)), cancellation);
        foreach (var warning in client.Warnings)
        {
            console.Error.WriteLine($"--prometheus: {warning}");
        }

        return answer;
    }

    /// <summary>Over what time.</summary>
    public TimeSpan Over(ParseResult parsed) => parsed.GetValue(_over) ?? Week;
}
