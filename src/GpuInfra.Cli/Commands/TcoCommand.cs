using System.CommandLine;
using System.Globalization;
using GpuInfra.Cli.Output;
using GpuInfra.Cli.Reports;
using GpuInfra.Planning;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Finance;
using GpuInfra.Planning.Plans;

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
            var results = new Results(console);
            results.Add(output.Render(parsed, () => TotalCostJson.ToJson(fleet, cost, terms, tornado), () => TotalCostReport.Of(fleet, cost, terms, tornado)), file);
            addCharts(results, () => TotalCostReport.Tornadoes(cost, tornado));
            results.Write();
            return ExitCode.Done;
        });
        return command;
    }

    private static Assumptions With(Assumptions assumptions, string[] values)
    {
        var problems = new List<PlanProblem>();
        foreach (var value in values)
        {
            var (id, text) = value.Split('=', 2) is [var left, var right] ? (left, right) : (value, "");
            if (assumptions.All.FirstOrDefault(known => known.Id == id) is not { } assumption)
            {
                var ids = assumptions.All.Select(known => known.Id);
                Say($"there is no assumption \"{id}\"{Suggestion.DidYouMean(id, ids)}; there are {string.Join(", ", ids)}.");
            }
            else if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number > Assumption.Most)
            {
                Say($"{id}: \"{text}\" is not a number from 0 to 1 billion.");
            }
            else if (assumption.Limit(number) is { } problem)
            {
                Say($"{id}: {problem}.");
            }
            else
            {
                assumptions = assumptions.With(id, number);
            }
        }

        return problems.Count == 0 ? assumptions : throw new PlanException(problems);

        void Say(string message) => problems.Add(new PlanProblem("--set", 0, 0, "", message));
    }
}
