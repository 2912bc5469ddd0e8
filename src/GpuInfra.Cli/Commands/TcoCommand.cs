using System.CommandLine;
using GpuInfra.Cli.Output;
using GpuInfra.Cli.Reports;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Finance;
using GpuInfra.Planning.Finance.Penalties;

namespace GpuInfra.Cli.Commands;

/// <summary><c>gpuinfra tco</c>: three years of a fleet, rented and bought, and what each assumption does to that.</summary>
internal static class TcoCommand
{
    private const string Examples = """
        Total cost of ownership over three years: rented as planned against bought, with the swing of every assumption

        Examples:
          gpuinfra tco --stack prod
          gpuinfra tco --stack prod --set usdPerKwh=0.12 --set purchaseRentMonths=8 --charts DIR
        """;

    public static Command Create(AppConsole console)
    {
        var set = new Option<string[]>("--set") { Description = "A value of your own, as usdPerKwh=0.12; may be repeated", HelpName = "ASSUMPTION=NUMBER" };
        var command = new Command("tco", Examples);
        var plan = new PlanOptions(command, console);
        command.Options.Add(set);
        var charts = new ChartsOption(command);
        var output = new OutputOptions(command, console);
        command.SetAction(parsed =>
        {
            var (file, addCharts) = (output.Out(parsed), charts.Writer(parsed, output));
            var assumptions = With(Assumptions.Default, parsed.GetValue(set) ?? []);
            var fleet = plan.Source(parsed).Deployed();
            var (cost, tornado) = (TotalCost.Of(fleet, Catalog.Embedded, assumptions), TotalCost.Tornado(fleet, Catalog.Embedded, assumptions));
            var terms = RentTerm.Of(fleet, Catalog.Embedded, cost);
            var penalties = ExpectedPenalty.Of(fleet, Catalog.Embedded);
            var results = new Results(console);
            results.Add(output.Render(parsed, () => TotalCostJson.ToJson(fleet, cost, terms, tornado, penalties), () => TotalCostReport.Of(fleet, cost, terms, tornado, penalties)), file);
            addCharts(results, () => TotalCostReport.Tornadoes(cost, tornado));
            results.Write();
            return ExitCode.Done;
        });
        return command;
    }

    private static Assumptions With(Assumptions assumptions, string[] values) => NamedNumbers
        .Read(
            "--set", values, [.. assumptions.All.Select(known => known.Id)], "assumption", Assumption.Most,
            (name, number) => assumptions.All.Single(known => known.Id == name).Limit(number))
        .Aggregate(assumptions, (changed, value) => changed.With(value.Name, value.Number));
}
