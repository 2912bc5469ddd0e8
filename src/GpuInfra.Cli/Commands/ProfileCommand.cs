using System.CommandLine;
using GpuInfra.Cli.Output;
using GpuInfra.Cli.Reports;
using GpuInfra.Planning.Demands.Traces;
using GpuInfra.Planning.Plans.Profiles;

namespace GpuInfra.Cli.Commands;

/// <summary><c>gpuinfra profile</c>: a request trace becomes a workload profile that plans can name.</summary>
internal static class ProfileCommand
{
    private const string Examples = """
        Turn a request trace into a workload profile (YAML): rates, bursts, lengths, requests in flight

        Examples:
          gpuinfra profile requests.csv.gz --name support --out support.yaml
          gpuinfra profile access.log --format access-log --max-skipped 100
        """;

    public static Command Create(AppConsole console)
    {
        var trace = new Argument<string>("trace") { Description = "The trace: CSV, JSON lines or an access log, plain or gzip", HelpName = "TRACE" };
        var command = new Command("profile", Examples) { trace };
        var options = new TraceReadingOptions(command);
        var output = new OutputOptions(command, console);
        command.SetAction(parsed =>
        {
            var file = output.Out(parsed);
            var name = parsed.GetValue(trace)!;
            var read = Read(console, name, options.Of(parsed, name));
            var results = new Results(console);
            results.Add(output.Json(parsed) ? ProfileText.ToJson(read.Profile) : ProfileText.ToYaml(read.Profile), file);
            results.Write();
            console.Error.Write(TextRenderer.Render(ProfileReport.Of(read), console with { OutIsTerminal = false, Color = false }, file: null));
            return ExitCode.Done;
        });
        return command;
    }

    private static TraceProfile Read(AppConsole console, string name, TraceOptions options)
    {
        try
        {
            using var stream = File.OpenRead(console.Resolve(name));
            return TraceReader.Read(stream, name, options);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw UserError.Because(name, $"cannot be read: {problem.Message}");
        }
    }
}
