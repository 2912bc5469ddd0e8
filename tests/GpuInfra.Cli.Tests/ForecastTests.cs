using System.Text.Json;

namespace GpuInfra.Cli.Tests;

public sealed class ForecastTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("gpuinfra-forecast-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Months_pools_orders_and_scenarios_are_told_for_people_and_for_machines()
    {
        var shown = await Cli.Piped("forecast", "--stack", "dev");
        Assert.Equal((0, ""), (shown.Code, shown.Error));
        Assert.All(new[] { "Fleet by month", "Pools by month", "What to ask for", "If growth were another", "██" }, part => Assert.Contains(part, shown.Out, StringComparison.Ordinal));

        using var json = JsonDocument.Parse((await Cli.Piped("forecast", "--stack", "dev", "--json")).Out);
        using var plan = JsonDocument.Parse((await Cli.Piped("plan", "--stack", "dev", "--json")).Out);
        Assert.Equal(
            plan.RootElement.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("month").GetString()),
            json.RootElement.GetProperty("months").EnumerateArray().Select(month => month.GetProperty("month").GetString()));
        Assert.Equal(3, json.RootElement.GetProperty("scenarios").GetArrayLength());
    }

    [Fact]
    public async Task Each_month_says_what_to_commit_to_and_what_to_leave_on_demand()
    {
        var shown = (await Cli.Piped("forecast", "--stack", "prod")).Out;
        using var json = JsonDocument.Parse((await Cli.Piped("forecast", "--stack", "prod", "--json")).Out);
        Assert.Contains("Reserve and peak (machines)", shown, StringComparison.Ordinal);
        var rows = shown.Split('\n').SkipWhile(line => !line.StartsWith("Reserve and peak by month", StringComparison.Ordinal)).Skip(4).ToList();
        foreach (var (row, month) in rows.Zip(json.RootElement.GetProperty("months").EnumerateArray()))
        {
            var ladders = month.GetProperty("commitmentLadder").EnumerateArray().ToList();
            int Sum(string name) => ladders.Sum(ladder => ladder.GetProperty(name).GetInt32());
            Assert.Equal(Sum("instances"), Sum("commit") + Sum("peak"));
            Assert.Matches(
                $@"^ {month.GetProperty("month").GetString()} +{Sum("instances") + month.GetProperty("machinesWithoutTerm").GetInt32()} +{Sum("forLosses")} +{Sum("commit")} +{Sum("peak")} ", row);
        }

        Assert.Contains(json.RootElement.GetProperty("months").EnumerateArray(), month => month.GetProperty("commitmentLadder").GetArrayLength() > 0);
    }

    [Fact]
    public async Task A_history_brings_a_trend_with_its_backtest()
    {
        var rows = Enumerable.Range(0, 24).Select(month => FormattableString.Invariant($"{2024 + month / 12}-{month % 12 + 1:00},chat,{1e9 * Math.Pow(1.03, month):F0}"));
        var ran = await Forecast(rows);
        Assert.Equal(0, ran.Code);
        Assert.Matches(@"chat +\+3\.0 % +12 months +.* % in 6 months", ran.Out);
        Assert.Contains("If demand were lower or higher", ran.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_slip_of_a_history_is_told_with_its_line()
    {
        var ran = await Forecast(["2026-01,chat,1e9", "2026-13,chat,1", "2026-02,chta,1", "2026-03,chat,-1", "2026-01,chat,2", "2026-05,chat,3"]);
        Assert.Equal(1, ran.Code);
        Assert.All(
            new[]
            {
                "history.csv:3:0 month: \"2026-13\" is not a month as 2026-07",
                "history.csv:4:0 workload: \"chta\" is not a workload of the plan (did you mean \"chat\"?)",
                "history.csv:5:0 tokens: \"-1\" is not a number",
                "history.csv:6:0 month: \"2026-01\" is not given once: line 2 has it too",
                "chat has 2 months; a trend needs 6",
                "chat has no figure of 2026-02, after this row's month",
            },
            message => Assert.Contains(message, ran.Error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_calendar_has_an_event_for_each_order()
    {
        var ran = await Cli.In(Repository.Root, "forecast", "--stack", "prod", "--json", "--ics", Path.Combine(_root, "orders.ics"));
        using var json = JsonDocument.Parse(ran.Out);
        var text = File.ReadAllText(Path.Combine(_root, "orders.ics"));
        Assert.Equal(json.RootElement.GetProperty("orders").GetArrayLength(), text.Split("BEGIN:VEVENT").Length - 1);
        Assert.All(text.Split("\r\n"), line => Assert.InRange(line.Length, 0, 75));
        Assert.DoesNotContain('\n', text.Replace("\r\n", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_lead_time_is_a_number_of_days() =>
        Assert.Equal(2, (await Cli.Piped("forecast", "--stack", "dev", "--quota-lead", "-3")).Code);

    private Task<Ran> Forecast(IEnumerable<string> rows)
    {
        var file = Path.Combine(_root, "history.csv");
        File.WriteAllText(file, "month,workload,tokens\n" + string.Join('\n', rows) + "\n");
        return Cli.Piped("forecast", "--stack", "dev", "--history", file);
    }
}
