using System.Text.Json;
using System.Text.Json.Nodes;
using GpuInfra.Offline;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Cli.Tests;

public sealed class DriftTests : IDisposable
{
    private const string Group = "aws:autoscaling/group:Group";

    private readonly Sandbox _sandbox = new();

    public void Dispose() => _sandbox.Dispose();

    [Fact]
    public async Task A_stack_that_is_deployed_as_planned_has_no_drift()
    {
        await DeployAsync(_ => { });
        var ran = await DriftAsync("--exit-code");
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.StartsWith("staging: no drift.", ran.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Drift_is_told_by_kind_with_what_puts_it_right()
    {
        await DeployAsync(state =>
        {
            state.First(Group)["outputs"]!["maxSize"] = 99;
            state.First(Group)["inputs"]!["minSize"] = 5;
            state.Resources().Remove(state.First("aws:cloudwatch/metricAlarm:MetricAlarm"));
        });
        var ran = await DriftAsync();
        Assert.Equal(0, ran.Code);
        foreach (var expected in new[] { "Changed in the cloud", "Planned and not deployed", "Deployed otherwise than planned", "maxSize", "minSize", "pulumi import", "2026-11-28T06:00:00Z" })
        {
            Assert.Contains(expected, ran.Out, StringComparison.Ordinal);
        }

        Assert.Equal(1, (await DriftAsync("--exit-code")).Code);
        using var json = JsonDocument.Parse((await DriftAsync("--json")).Out);
        Assert.True(json.RootElement.GetProperty("drifted").GetBoolean());
        Assert.Equal("99", json.RootElement.GetProperty("inCloud")[0].GetProperty("cloud").GetString());
        Assert.Equal(1, json.RootElement.GetProperty("deployment").GetProperty("counts").GetProperty("create").GetInt32());
    }

    [Fact]
    public async Task A_record_stands_for_the_program()
    {
        await DeployAsync(_ => { });
        Assert.Equal(0, (await Cli.In(_sandbox.Root, "preview", "--stack", "staging", "--record", "main.json")).Code);
        Assert.StartsWith("staging: no drift.", (await DriftAsync("--record", "main.json")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_state_is_told_with_what_it_should_be()
    {
        File.WriteAllText(_sandbox.In("state.json"), "{\"version\": 3, \"depl");
        var ran = await DriftAsync();
        Assert.Equal((1, ""), (ran.Code, ran.Out));
        Assert.Contains("state.json: is not JSON (line 1), or is cut off; it should be what `pulumi stack export --file FILE` wrote.", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_state_of_another_stack_is_refused()
    {
        await DeployAsync(_ => { });
        var ran = await Cli.In(_sandbox.Root, "drift", "--stack", "dev", "--state", "state.json");
        Assert.Equal(1, ran.Code);
        Assert.Contains("gpuinfra/staging", ran.Error, StringComparison.Ordinal);
    }

    private async Task DeployAsync(Action<JsonObject> change)
    {
        var preview = await FleetPreview.RunAsync(PlanSource.OfStack(ProjectDirectory.At(_sandbox.Root)!, "staging"));
        var state = States.Of(preview.Resolved);
        change(state);
        File.WriteAllText(_sandbox.In("state.json"), state.ToJsonString());
    }

    private Task<Ran> DriftAsync(params string[] more) => Cli.In(_sandbox.Root, ["drift", "--stack", "staging", "--state", "state.json", .. more]);
}
