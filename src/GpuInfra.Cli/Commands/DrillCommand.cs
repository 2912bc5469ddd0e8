using System.CommandLine;
using GpuInfra.Cli.Output;
using GpuInfra.Cli.Reports;
using GpuInfra.Planning;
using GpuInfra.Planning.Fleets;

namespace GpuInfra.Cli.Commands;

/// <summary><c>gpuinfra drill</c>: what is planned when a region is lost, and how long it takes to be up again.</summary>
internal static class DrillCommand
{
    private const string Examples = """
        Lose each region that the plan has another one for (dr): the fleet then, how long it takes to be up, what quotas it needs, what it costs

        Examples:
          gpuinfra drill --stack prod
          gpuinfra drill --plan stacks/prod.plan.yaml --json --out drill.json
        """;

    public static Command Create(AppConsole console)
    {
        var command = new Command("drill", Examples);
        var plan = new PlanOptions(command, console);
        var output = new OutputOptions(command, console);
        command.SetAction(parsed =>
        {
            var file = output.Out(parsed);
            var source = plan.Source(parsed);
            var fleet = source.Deployed();
            var capacity = source.Read();
            if (capacity.Clouds.All(cloud => cloud.Recovery is null))
            {
                throw UserError.Because(source.Path, "the plan names no region that stands by: write dr: { region: REGION, rto: 4h, rpo: 1h }.");
            }

            if (capacity.Incident is not null)
            {
                throw UserError.Because(source.Path, "the plan has an incident already: take it out, a drill makes its own.");
            }

            var times = RecoveryDrill.Of(fleet, capacity, source.Catalog);
            var results = new Results(console);
            results.Add(output.Render(parsed, () => RecoveryJson.ToJson(fleet, times), () => DrillReport.Of(fleet, times)), file);
            results.Write();
            return times.All(time => time.Holds) ? ExitCode.Done : ExitCode.Refused;
        });
        return command;
    }
}
