using System.Text.Json;

namespace GpuInfra.Cli.Tests;

public sealed class MonitoringTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("gpuinfra-monitoring-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Alerts_and_the_plans_figures_are_shown_with_their_runbooks()
    {
        var shown = await Cli.Piped("monitoring", "--stack", "dev");
        Assert.Equal((0, ""), (shown.Code, shown.Error));
        Assert.All(new[] { "Alerts: servings", "TtftAboveTarget", "docs/runbooks/gpu-xid.md", "plan:ttft_seconds" }, part => Assert.Contains(part, shown.Out, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rules_counters_and_dashboards_are_written_to_a_directory()
    {
        var ran = await Cli.Piped("monitoring", "--stack", "dev", "--json", "--files", _root, "--runbooks", "https://git.example.com/gpuinfra/blob/main/");
        Assert.Equal(0, ran.Code);
        Assert.Equal(
            ["dcgm-counters.csv", "gpuinfra-cost.json", "gpuinfra-fleet.json", "gpuinfra-gpus.json", "gpuinfra-serving.json", "prometheus.json", "rules.json"],
            Directory.EnumerateFiles(_root).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(ran.Out, File.ReadAllText(Path.Combine(_root, "rules.json")));
        Assert.Contains("\"runbook_url\": \"https://git.example.com/gpuinfra/blob/main/docs/runbooks/gpu-xid.md\"", ran.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Panels_of_a_dashboard_lie_side_by_side_and_ask_the_source_that_the_reader_chooses()
    {
        await Cli.Piped("monitoring", "--stack", "dev", "--files", _root);
        Assert.All(Directory.EnumerateFiles(_root, "gpuinfra-*.json"), file =>
        {
            using var board = JsonDocument.Parse(File.ReadAllText(file));
            var panels = board.RootElement.GetProperty("panels").EnumerateArray().ToList();
            var places = panels.Select(panel => panel.GetProperty("gridPos")).Select(at => (X: at.GetProperty("x").GetInt32(), Y: at.GetProperty("y").GetInt32(), W: at.GetProperty("w").GetInt32())).ToList();
            Assert.All(places, place => Assert.InRange(place.X + place.W, 1, 24));
            Assert.Equal(places.Count, places.Distinct().Count());
            Assert.Equal(panels.Count, panels.Select(panel => panel.GetProperty("id").GetInt32()).Distinct().Count());
            Assert.All(panels.SelectMany(panel => panel.GetProperty("targets").EnumerateArray()), target =>
                Assert.Equal("${datasource}", target.GetProperty("datasource").GetProperty("uid").GetString()));
        });
    }

    [Fact]
    public async Task A_directory_that_is_missing_and_an_address_that_is_none_are_refused()
    {
        var missing = await Cli.Piped("monitoring", "--stack", "dev", "--files", Path.Combine(_root, "nothing"));
        Assert.Equal(1, missing.Code);
        Assert.Contains("does not exist", missing.Error, StringComparison.Ordinal);

        var address = await Cli.Piped("monitoring", "--stack", "dev", "--runbooks", "runbooks");
        Assert.Equal(2, address.Code);
        Assert.Contains("--runbooks: 'runbooks' is not an address", address.Error, StringComparison.Ordinal);
    }
}
