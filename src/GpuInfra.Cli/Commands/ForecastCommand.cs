using System.Collections.Immutable;
using System.CommandLine;
using GpuInfra.Cli.Csv;
using GpuInfra.Cli.Output;
using GpuInfra.Cli.Reports;
using GpuInfra.Planning;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Demands.Forecasting;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Cli.Commands;

/// <summary><c>gpuinfra forecast</c>: demand, fleet and cost of every month to come, and what to order when.</summary>
internal static class ForecastCommand
{
    private const string Examples = """
        Forecast demand, fleet and cost of every month, and the last day to order what each pool needs

        Examples:
          gpuinfra forecast --stack prod
          gpuinfra forecast --stack prod --ics orders.ics --charts .
          gpuinfra forecast --stack prod --history tokens.csv --quota-lead 20 --json
        """;

    public static Command Create(AppConsole console)
    {
        var history = new Option<string?>("--history") { Description = "CSV file with month, workload, tokens: fits each workload's growth to its past (Holt-Winters)", HelpName = "FILE" };
        var quota = Days("--quota-lead", "Days that a quota increase takes (default: the plan's leadTimes)");
        var reservation = Days("--reservation-lead", "Days that a reservation takes (default: the plan's leadTimes)");
        var calendar = OutputOptions.FileOption("--ics", "Also write the days to order as a calendar (iCalendar)");
        var command = new Command("forecast", Examples);
        var plan = new PlanOptions(command, console);
        command.Options.Add(history);
        command.Options.Add(quota);
        command.Options.Add(reservation);
        command.Options.Add(calendar);
        var charts = new ChartsOption(command);
        var output = new OutputOptions(command, console);
        command.SetAction(parsed =>
        {
            var (file, calendarFile) = (output.Out(parsed), output.File(parsed, calendar));
            var source = plan.Source(parsed);
            var read = PlanFile.Load(source.Path, Catalog.Embedded);
            var histories = parsed.GetValue(history) is { } path
                ? HistoryFile.Read(console.Resolve(path), read)
                : ImmutableSortedDictionary<string, MonthlyHistory>.Empty;
            var addCharts = charts.Writer(parsed, output);
            read = read with
            {
                LeadTimes = read.LeadTimes with
                {
                    Quota = parsed.GetValue(quota) ?? read.LeadTimes.Quota,
                    Reservation = parsed.GetValue(reservation) ?? read.LeadTimes.Reservation,
                },
            };
            var forecast = Forecaster.Of(read, source.Stack ?? JsonText.Word(read.Environment), Catalog.Embedded, histories);

            var results = new Results(console);
            results.Add(output.Render(parsed, () => ForecastJson.ToJson(forecast), () => ForecastReport.Of(forecast)), file);
            if (calendarFile is not null)
            {
                results.Add(OrderCalendar.Of(forecast), calendarFile);
            }

            addCharts(results, () => ForecastCharts.Of(forecast));
            results.Write();
            return ExitCode.Done;
        });
        return command;
    }

    private static Option<int?> Days(string name, string description)
    {
        var option = new Option<int?>(name) { Description = description, HelpName = "DAYS" };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && (!int.TryParse(token.Value, out var days) || days is < 0 or > 3650))
            {
                result.AddError($"{name}: '{token.Value}' is not a number of days from 0 to 3650.");
            }
        });
        return option;
    }
}
