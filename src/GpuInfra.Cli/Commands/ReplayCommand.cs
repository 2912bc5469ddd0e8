using System.Collections.Immutable;
using System.CommandLine;
using GpuInfra.Cli.Output;
using GpuInfra.Cli.Reports;
using GpuInfra.Planning;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Demands.Traces;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Replays;

namespace GpuInfra.Cli.Commands;

/// <summary><c>gpuinfra replay</c>: a forecast, profile or trace played through the fleet that would be deployed.</summary>
internal static class ReplayCommand
{
    private const string Examples = """
        Play the plan's forecast, a trace or a profile through the fleet that would be deployed

        Examples:
          gpuinfra replay --stack prod                                        # the hour that the plan forecasts
          gpuinfra replay --stack prod --lose zone:use1-az1@10m+30m           # a zone goes, and comes back
          gpuinfra replay --stack prod --lose cloud:aws@10m --hours 3 --json  # a cloud goes; minute by minute for machines
          gpuinfra replay --stack prod --trace requests.csv.gz --workload chat --scale 40
        """;

    public static Command Create(AppConsole console)
    {
        var trace = new Option<string?>("--trace") { Description = "A request trace for one workload (CSV, JSON lines or an access log, plain or gzip)", HelpName = "FILE" };
        var profile = new Option<string?>("--profile") { Description = "A profile of the catalog for one workload", HelpName = "NAME" };
        var workload = new Option<string?>("--workload") { Description = "The workload that the trace or profile stands in for (default: the plan's only one)", HelpName = "NAME" };
        var scale = new Option<double?>("--scale") { Description = "How many times the trace (default: 1) or the profile (default: at the workload's planned rate)", HelpName = "N" };
        var maxSkipped = new Option<long>("--max-skipped") { Description = "Rows of the trace that may be left out because they cannot be read (default: 0)", HelpName = "N" };
        var options = new ReplayOptionSet();
        var command = new Command("replay", Examples);
        var plan = new PlanOptions(command, console);
        foreach (var option in new Option[] { trace, profile, workload, scale, maxSkipped })
        {
            command.Options.Add(option);
        }

        options.AddTo(command);
        command.Validators.Add(result =>
        {
            var (traced, profiled) = (result.GetResult(trace) is not null, result.GetResult(profile) is not null);
            if (traced && profiled)
            {
                result.AddError("Give --trace or --profile, not both.");
            }
            else if (!traced && !profiled && (result.GetResult(workload) ?? result.GetResult(scale)) is not null)
            {
                result.AddError("--workload and --scale say what --trace FILE or --profile NAME stand for.");
            }

            if (result.GetResult(scale) is not null && !(result.GetValue(scale) is > 0 and <= 1e6))
            {
                result.AddError("--scale must be above zero.");
            }

            if (result.GetValue(maxSkipped) < 0)
            {
                result.AddError("--max-skipped must not be negative.");
            }
        });
        var charts = new ChartsOption(command);
        var output = new OutputOptions(command, console);
        command.SetAction(parsed =>
        {
            var (file, addCharts) = (output.Out(parsed), charts.Writer(parsed, output));
            var fleet = plan.Source(parsed).Deployed();
            var (load, read) = Load(parsed, fleet);
            var asked = options.Of(parsed, fleet, read);
            var replay = Replayer.Replay(fleet, Catalog.Embedded, load, asked);
            var results = new Results(console);
            results.Add(output.Render(parsed, () => ReplayJson.ToJson(replay), () => ReplayReport.Of(replay, read)), file);
            addCharts(results, () => ReplayReport.Charts(replay));
            results.Write();
            return ExitCode.Done;
        });
        return command;

        (ReplayLoad Load, RequestTrace? Trace) Load(ParseResult parsed, FleetPlan fleet)
        {
            if (parsed.GetValue(trace) is { } path)
            {
                var read = Read(console, path, parsed.GetValue(maxSkipped));
                return (new ReplayLoad.Traced(Workload(parsed.GetValue(workload), fleet), read, parsed.GetValue(scale) ?? 1), read);
            }

            if (parsed.GetValue(profile) is { } name)
            {
                var known = Catalog.Embedded.FindProfile(name) ?? throw UserError.Because(
                    "--profile", $"the catalog has no profile \"{name}\"{Suggestion.DidYouMean(name, Catalog.Embedded.Profiles.Select(item => item.Id))}; gpuinfra catalog profiles lists them");
                return (new ReplayLoad.Profiled(Workload(parsed.GetValue(workload), fleet), known, parsed.GetValue(scale)), null);
            }

            return (new ReplayLoad.Forecast(), null);
        }
    }

    private static string Workload(string? named, FleetPlan fleet) => named ?? (fleet.Plan.Workloads is [var only]
        ? only.Name
        : throw UserError.Because("--workload", $"say which workload it stands in for: {string.Join(", ", fleet.Plan.Workloads.Select(workload => workload.Name))}"));

    private static RequestTrace Read(AppConsole console, string name, long maxSkipped)
    {
        try
        {
            using var stream = File.OpenRead(console.Resolve(name));
            return TraceReader.ReadRequests(stream, name, new TraceOptions { Name = "trace", Source = name, MaxSkipped = maxSkipped });
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw UserError.Because(name, $"cannot be read: {problem.Message}");
        }
    }
}
