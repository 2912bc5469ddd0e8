using System.CommandLine;
using GpuInfra.Cli.Commands;
using GpuInfra.Planning;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Cli;

/// <summary>
/// The <c>gpuinfra</c> command line: parses, runs the command, and turns what happened into one of the documented exit codes.
/// </summary>
internal static class CommandLineApp
{
    /// <summary>Runs one command line and returns the process's exit code.</summary>
    public static async Task<int> RunAsync(string[] args, AppConsole console, CancellationToken cancellation = default)
    {
        var root = Root(console);
        var parsed = root.Parse(args);
        if (parsed.Action is not System.CommandLine.Help.HelpAction && parsed.Errors.Count > 0)
        {
            return Misused(parsed, console);
        }

        try
        {
            var configuration = new InvocationConfiguration
            {
                Output = console.Out,
                Error = console.Error,
                EnableDefaultExceptionHandler = false,
            };
            return await parsed.InvokeAsync(configuration, cancellation);
        }
        catch (PlanException mistake)
        {
            console.Error.WriteLine(mistake.Message);
            return ExitCode.Refused;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Cancelled;
        }
        catch (Exception bug)
        {
            console.Error.WriteLine($"gpuinfra: this is a bug; please report it with the lines below.\n{bug}");
            return ExitCode.Bug;
        }
    }

    /// <summary>All commands.</summary>
    internal static RootCommand Root(AppConsole console) => new("From a demand forecast to a priced, checked GPU fleet on AWS and Google Cloud.")
    {
        InitCommand.Create(console),
        PreviewCommand.Create(console),
        PlanCommand.Create(console),
        DiffCommand.Create(console),
        DriftCommand.Create(console),
        CalibrateCommand.Create(console),
        AuditCommand.Create(console),
        ValidateCommand.Create(console),
        SizeCommand.Create(console),
        ProfileCommand.Create(console),
        ForecastCommand.Create(console),
        ReplayCommand.Create(console),
        DrillCommand.Create(console),
        MonitoringCommand.Create(console),
        ReportCommand.Create(console),
        ModelsCommand.Create(console),
        BudgetCommand.Create(console),
        ActualsCommand.Create(console),
        BreakevenCommand.Create(console),
        TcoCommand.Create(console),
        ScorecardCommand.Create(console),
        CaseCommand.Create(console),
        CaseCommand.CreateMemo(console),
        CatalogCommand.Create(console),
        CompletionCommand.Create(console),
    };

    private static int Misused(ParseResult parsed, AppConsole console)
    {
        var command = parsed.CommandResult.Command;
        var name = command is RootCommand ? "gpuinfra" : $"gpuinfra {command.Name}";
        var known = command.Subcommands.Select(sub => sub.Name).Concat(command.Options.Select(option => option.Name)).ToList();
        if (parsed.UnmatchedTokens.Count > 0)
        {
            // What follows an unknown option is most likely its value.
            var options = parsed.UnmatchedTokens.Where(token => token.StartsWith('-')).ToList();
            foreach (var token in options.Count > 0 ? options : parsed.UnmatchedTokens)
            {
                var guess = Suggestion.DidYouMean(token, known);
                console.Error.WriteLine($"{name}: there is no \"{token}\"{guess}; known: {string.Join(", ", known)}.");
            }
        }
        else
        {
            foreach (var error in parsed.Errors)
            {
                console.Error.WriteLine($"{name}: {error.Message}");
            }
        }

        console.Error.WriteLine($"Usage: {name} --help");
        return ExitCode.Usage;
    }
}
