using System.CommandLine;
using System.Globalization;
using GpuInfra.Cli.Output;
using GpuInfra.Cli.Reports;
using GpuInfra.Planning;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Finance;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Units;

namespace GpuInfra.Cli.Commands;

/// <summary><c>gpuinfra breakeven</c>: machines of one's own against an API, at today's demand and at others.</summary>
internal static class BreakevenCommand
{
    private const string Examples = """
        Self-hosted against an API: what each costs, at which demand and in which month that turns, and what a mix would cost

        Examples:
          gpuinfra breakeven --stack prod
          gpuinfra breakeven --stack prod --api openai/gpt-4o-mini --people 15000 --price-fall 30
          gpuinfra breakeven --stack prod --serving assistant --json
        """;

    public static Command Create(AppConsole console)
    {
        var api = new Option<string?>("--api") { Description = "The API to look at closely, as openai/gpt-4o-mini (default: a list of all)", HelpName = "PROVIDER/MODEL" };
        var serving = new Option<string?>("--serving") { Description = "The one serving to look at", HelpName = "NAME" };
        var people = Number("--people", "What people who run the fleet cost in a month, in USD", 0, 1e8);
        var fall = Number("--price-fall", "How much API prices fall in a year, in percent", 0, 99);
        var command = new Command("breakeven", Examples);
        var plan = new PlanOptions(command, console);
        command.Options.Add(api);
        command.Options.Add(serving);
        command.Options.Add(people);
        command.Options.Add(fall);
        var today = TodayOption.Create();
        command.Options.Add(today);
        var output = new OutputOptions(command, console);
        command.SetAction(parsed =>
        {
            var file = output.Out(parsed);
            var named = parsed.GetValue(api);
            var price = named is null ? null : ApiPrice.Find(named) ?? throw UserError.Because(
                "--api", $"there is no price of \"{named}\"{Suggestion.DidYouMean(named, ApiPrice.All.Select(known => known.Id))}; without --api all are listed.");
            var fleet = plan.Source(parsed).Deployed();
            var one = parsed.GetValue(serving);
            var names = fleet.Servings.Where(item => item.Serving.Model.Task == ModelTask.Generation).Select(item => item.Serving.Name).ToList();
            if (one is not null && !names.Contains(one))
            {
                throw UserError.Because("--serving", $"no serving that generates text is called \"{one}\"{Suggestion.DidYouMean(one, names)}; there are {string.Join(", ", names)}.");
            }

            var compared = Breakeven.Of(fleet, Catalog.Embedded, new BreakevenOptions(price, one, new Usd((decimal)parsed.GetValue(people)), Share.FromPercent(parsed.GetValue(fall))));
            var day = parsed.GetValue(today) ?? PriceAge.DayOf(fleet.Plan);
            var results = new Results(console);
            results.Add(
                output.Render(
                    parsed,
                    () => BreakevenJson.ToJson(fleet, day, compared),
                    () => BreakevenReport.Of(fleet, compared, day)),
                file);
            results.Write();
            return ExitCode.Done;
        });
        return command;
    }

    private static Option<double> Number(string name, string description, double least, double most)
    {
        var option = new Option<double>(name) { Description = description, HelpName = "NUMBER", DefaultValueFactory = _ => 0 };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && (!double.TryParse(token.Value, CultureInfo.InvariantCulture, out var value) || !(value >= least && value <= most)))
            {
                result.AddError(FormattableString.Invariant($"{name}: '{token.Value}' is not a number from {least} to {most}."));
            }
        });
        return option;
    }
}
