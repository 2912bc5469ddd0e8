using System.CommandLine;
using System.Globalization;
using GpuInfra.Planning;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Demands.Traces;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Replays;
using GpuInfra.Planning.Units;

namespace GpuInfra.Cli.Commands;

/// <summary>Options that say how a fleet is replayed.</summary>
internal sealed class ReplayOptionSet
{
    private const double MostHours = 24 * 366;

    private readonly Option<double?> _hours = new("--hours") { Description = "Hours to play (default: the trace's length, otherwise 1)", HelpName = "H" };
    private readonly Option<string?> _from = new("--from") { Description = "Time of day to start at, on a Monday (default: when the first run window opens, otherwise 00:00)", HelpName = "HH:MM" };
    private readonly Option<string[]> _lose = new("--lose") { Description = $"What is lost: {Loss.Forms}", HelpName = "LOSS" };
    private readonly Option<int> _seed = new("--seed") { Description = "What the random numbers depend on (default: 1)", HelpName = "N", DefaultValueFactory = _ => 1 };
    private readonly Option<bool> _overflow = new("--overflow") { Description = "Send what is refused to the APIs of the plan's routes, each up to its rate; where there are none, to any, where the serving's data may" };
    private readonly Option<string?> _api = new("--api") { Description = "With --overflow: whose price an API has that the plan names none of, as openai/gpt-4o-mini", HelpName = "PROVIDER/MODEL" };
    private readonly Option<TimeSpan?> _block = QuantityOption.Of(
        "--launch-block", "After a loss nothing unreserved of the family starts in the region for this long (default: 60m)", "TIME", HumanUnits.Duration);
    private readonly Option<Share?> _confidence = QuantityOption.Of(
        "--confidence", "With what probability replicas are at least as fast as played (default: the rates that were planned with; 50% is what is predicted)", "SHARE", HumanUnits.Share);

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _hours, _from, _lose, _seed, _overflow, _api, _block, _confidence })
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (result.GetResult(_hours) is not null && !(result.GetValue(_hours) is > 0 and <= MostHours))
            {
                result.AddError(FormattableString.Invariant($"--hours must be above zero and at most {MostHours}."));
            }

            if (result.GetValue(_from) is { } clock && !TimeOnly.TryParseExact(clock, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
            {
                result.AddError($"--from: '{clock}' is not a time of day; write it as 01:00.");
            }

            if (result.GetValue(_confidence) is { } share && share.Fraction is < 0.5 or >= 1)
            {
                result.AddError("--confidence is from 50% to below 100%.");
            }

            if (result.GetValue(_api) is { } api)
            {
                if (ApiPrice.Find(api) is null)
                {
                    result.AddError($"--api: there is no price of \"{api}\"{Suggestion.DidYouMean(api, ApiPrice.All.Select(known => known.Id))}; gpuinfra breakeven lists all.");
                }

                if (!result.GetValue(_overflow))
                {
                    result.AddError("--api says what --overflow costs.");
                }
            }

            foreach (var text in (result.GetValue(_lose) ?? []).Where(text => Loss.Read(text) is null))
            {
                result.AddError($"--lose: '{text}' is not a loss; write {Loss.Forms}.");
            }
        });
    }

    /// <summary>The options as given for a fleet.</summary>
    public ReplayOptions Of(ParseResult parsed, FleetPlan fleet, RequestTrace? trace)
    {
        var usual = new ReplayOptions();
        return usual with
        {
            Length = parsed.GetValue(_hours) is { } hours ? TimeSpan.FromHours(hours) : Max(trace?.Length + TimeSpan.FromMinutes(1)) ?? usual.Length,
            From = parsed.GetValue(_from) is { } clock ? TimeOnly.ParseExact(clock, "HH:mm", CultureInfo.InvariantCulture) : FirstWindow(fleet),
            Seed = parsed.GetValue(_seed),
            Losses = [.. (parsed.GetValue(_lose) ?? []).Select(text => Loss.Read(text)!)],
            LaunchBlock = parsed.GetValue(_block) ?? usual.LaunchBlock,
            Overflow = parsed.GetValue(_overflow),
            Api = parsed.GetValue(_api) is { } api ? ApiPrice.Find(api) : null,
            Confidence = parsed.GetValue(_confidence),
        };
    }

    /// <summary>A trace of years is not played whole by mistake.</summary>
    private static TimeSpan? Max(TimeSpan? length) => length is { } known && known.TotalHours > MostHours
        ? throw UserError.Because("--hours", "the trace is longer than a year: say how many hours of it to play")
        : length;

    private static TimeOnly FirstWindow(FleetPlan fleet) => fleet.Pools.Select(pool => pool.Window).OfType<RunWindow>().Select(window => window.From).DefaultIfEmpty().Min();
}
