using System.CommandLine;
using GpuInfra.Cli.Output;
using GpuInfra.Cli.Reports;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Finance;
using GpuInfra.Planning.Finance.Footprints;

namespace GpuInfra.Cli.Commands;

/// <summary><c>gpuinfra budget</c>: whose cost the fleet is, what a unit of work costs, and how long the budget suffices.</summary>
internal static class BudgetCommand
{
    private const string Examples = """
        Planned spend by workload, team and kind, with what a million tokens and a request cost, against the budgets

        Examples:
          gpuinfra budget --stack prod
          gpuinfra budget --stack prod --json --out budget.json
        """;

    public static Command Create(AppConsole console)
    {
        var command = new Command("budget", Examples);
        var plan = new PlanOptions(command, console);
        var output = new OutputOptions(command, console);
        command.SetAction(parsed =>
        {
            var file = output.Out(parsed);
            var fleet = plan.Source(parsed).Deployed();
            var (spend, footprint) = (SpendPlan.Of(fleet), Footprint.Of(fleet, Catalog.Embedded, Assumptions.Default, EnergyBook.Default));
            var results = new Results(console);
            results.Add(output.Render(parsed, () => SpendJson.ToJson(fleet, spend, footprint), () => BudgetReport.Of(fleet, spend, footprint)), file);
            results.Write();
            return ExitCode.Done;
        });
        return command;
    }
}
