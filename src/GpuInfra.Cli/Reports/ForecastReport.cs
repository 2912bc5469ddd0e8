using System.Collections.Immutable;
using GpuInfra.Planning;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Units;

namespace GpuInfra.Cli.Reports;

/// <summary>What <c>gpuinfra forecast</c> shows.</summary>
internal static class ForecastReport
{
    public static IEnumerable<Block> Of(Forecast forecast)
    {
        var (first, last) = (forecast.Months[0], forecast.Months[^1]);
        yield return new Block.Paragraph(
            $"{forecast.Fleet.Stack}, {first.Step.Month} to {last.Step.Month}: {Tokens(first.TokensPerDay)} tokens a day grow to {Tokens(last.TokensPerDay)}, "
            + $"{Format.Count(Gpus(first.Step), "GPU")} to {Format.Count(Gpus(last.Step))}, {Format.Dollars(first.Step.Monthly)} a month to {Format.Dollars(last.Step.Monthly)}.");
        IEnumerable<Block> sections =
        [
            .. Trends(forecast),
            new Block.Heading("Demand by serving"),
            Demand(forecast),
            new Block.Paragraph(new Cell("Req/s are of the mean minute and of minutes by percentile (load-duration curve); the planned peak is the 99.9th.", Tone.Muted)),
            new Block.Heading("Fleet by month"),
            Months(forecast),
            new Block.Heading("Pools by month: replicas (GPUs)"),
            Pools(forecast),
            .. OrderTable.Of(forecast.Fleet),
            .. ReserveTables.Of(forecast.Months),
            .. LadderTables.Of(forecast.Fleet.Ladders),
            new Block.Heading(forecast.Trends.IsEmpty ? "If growth were another" : "If demand were lower or higher"),
            Scenarios(forecast),
            new Block.Heading("Charts"),
            .. ForecastCharts.Of(forecast).Select(chart => new Block.Figure(chart)),
        ];
        foreach (var block in sections)
        {
            yield return block;
        }
    }

    private static IEnumerable<Block> Trends(Forecast forecast)
    {
        if (forecast.Trends.IsEmpty)
        {
            yield break;
        }

        yield return new Block.Heading("Trends");
        yield return new Block.Grid(
            [new("Workload"), new("Trend/month", true), new("Season"), new("P10", true), new("P50", true), new("P90", true), new("Backtest error", true), new("Unchanged", true)],
            [.. forecast.Trends.Select(pair =>
            {
                var (start, end) = (pair.Value.Of(forecast.Fleet.Plan.Start).P50, pair.Value.Of(forecast.Months[^1].Step.Month));
                return ImmutableArray.Create<Cell>(
                    pair.Key,
                    FormattableString.Invariant($"{(pair.Value.MonthlyFactor - 1) * 100:+0.0;-0.0} %"),
                    pair.Value.IsSeasonal ? "12 months" : "none",
                    FormattableString.Invariant($"{end.P10 / start:0.00}×"),
                    FormattableString.Invariant($"{end.P50 / start:0.00}×"),
                    FormattableString.Invariant($"{end.P90 / start:0.00}×"),
                    pair.Value.Backtest is { } test ? $"{test.Error} in {Format.Count(test.Months, "month")}" : Format.None,
                    pair.Value.Backtest is { } naive ? naive.NaiveError.ToString() : Format.None);
            })]);
        yield return new Block.Paragraph(new Cell(
            "Holt-Winters on logarithms. P10 to P90: the horizon's last month over the P50 of its first. Backtest: mean absolute error of months held back, "
            + "beside that of expecting no change.", Tone.Muted));
    }

    private static Block.Grid Demand(Forecast forecast) => new(
        [
            new("Month"), new("Serving"), new("Tokens/day", true), new("Mean req/s", true), new("P10", true), new("P50", true), new("P90", true), new("Peak", true),
            new("Replicas", true), new("Headroom", true),
        ],
        [.. forecast.Months.SelectMany(month => month.Servings.Select(serving => ImmutableArray.Create<Cell>(
            month.Step.Month.ToString(),
            serving.Serving,
            Tokens((serving.Demand.Prefill.PerSecond + serving.Demand.Decode.PerSecond) * 86_400),
            Format.Number(serving.Demand.RequestsPerSecond),
            Format.Number(serving.Demand.RequestsPerSecondAt(10)),
            Format.Number(serving.Demand.RequestsPerSecondAt(50)),
            Format.Number(serving.Demand.RequestsPerSecondAt(90)),
            Format.Number(serving.Demand.PeakRequestsPerSecond),
            Format.Count(serving.Replicas),
            serving.Headroom.ToString())))]);

    private static Block.Grid Months(Forecast forecast) => new(
        [new("Month"), new("Tokens/day", true), new("Instances", true), new("GPUs", true), new("$/month", true), new("Least headroom", true)],
        [.. forecast.Months.Select(month => ImmutableArray.Create<Cell>(
            month.Step.Month.ToString(),
            Tokens(month.TokensPerDay),
            Format.Count(FleetTables.Machines(month.Step.Pools).Instances),
            Format.Count(Gpus(month.Step)),
            FormattableString.Invariant($"{month.Step.Monthly.Amount:N2}"),
            month.Headroom.ToString()))]);

    private static Block.Grid Pools(Forecast forecast)
    {
        var ids = forecast.Months.SelectMany(month => month.Step.Pools.Select(pool => pool.Id)).Distinct().Order(StringComparer.Ordinal);
        return new Block.Grid(
            [new("Pool"), .. forecast.Months.Select(month => new Column(month.Step.Month.ToString(), true))],
            [.. ids.Select(id => ImmutableArray.CreateRange(forecast.Months
                .Select(month => month.Step.Pools.FirstOrDefault(pool => pool.Id == id))
                .Select(pool => (Cell)(pool is null ? Format.None : $"{pool.Replicas} ({pool.Instances.Desired * pool.GpusPerInstance})"))
                .Prepend(id)))]);
    }

    private static Block.Grid Scenarios(Forecast forecast) => new(
        [new("Growth"), new("GPUs at the end", true), new("$/month at the end", true), new("$ over the horizon", true), new("Remark", Wrap: true)],
        [.. forecast.Scenarios.Select(scenario => ImmutableArray.Create<Cell>(
            scenario.Name,
            scenario.Steps.IsEmpty ? Format.None : Format.Count(Gpus(scenario.Steps[^1])),
            scenario.Steps.IsEmpty ? Format.None : FormattableString.Invariant($"{scenario.Steps[^1].Monthly.Amount:N2}"),
            scenario.Steps.IsEmpty ? Format.None : FormattableString.Invariant($"{scenario.Steps.Sum(step => step.Monthly.Amount):N2}"),
            scenario.Problem ?? ""))]);

    private static int Gpus(FleetStep step) => FleetTables.Machines(step.Pools).Gpus;

    /// <summary>Tokens in millions or billions.</summary>
    private static string Tokens(double tokens) => tokens >= 1e9 ? $"{Format.Number(tokens / 1e9)}B" : $"{Format.Number(tokens / 1e6)}M";
}
