using System.CommandLine;
using GpuInfra.Cli.Output;
using GpuInfra.Cli.Reports;
using GpuInfra.Planning.Finance;

namespace GpuInfra.Cli.Commands;

/// <summary><c>gpuinfra budget</c>: whose cost the fleet is, what a unit of work costs, and how long the budget suffices.</summary>
internal static class BudgetCommand
{
    public static Command Create(AppConsole console)
    {
        var command = new Command("budget", "Planned spend by workload, team and kind, with what a million tokens and a request cost, against the budgets");
        var plan = new PlanOptions(command, console);
        var output = new OutputOptions(command, console);
        command.SetAction(parsed =>
        {
            var file = output.Out(parsed);
            var fleet = plan.Source(parsed).Deployed();
            var spend = SpendPlan.Of(fleet);
            var results = new Results(console);
            results.Add(output.Render(parsed, () => SpendJson.ToJson(fleet.PlanHash, fleet.Plan.AsOf.ToString(), spend), () => BudgetReport.Of(fleet, spend)), file);
            results.Write();
            return ExitCode.Done;
        });
        return command;
    }
}
