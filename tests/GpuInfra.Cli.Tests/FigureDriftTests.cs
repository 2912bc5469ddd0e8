using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace GpuInfra.Cli.Tests;

/// <summary>Staging against a real Prometheus that remembers a day of its assistant: two replicas at an even load, seven seconds for each request.</summary>
public sealed class FigureDriftTests : IDisposable
{
    private readonly Sandbox _sandbox = new();

    public void Dispose() => _sandbox.Dispose();

    [SkippableFact]
    public async Task Demand_that_moved_is_proposed_and_written_and_then_is_no_drift_any_more()
    {
        History.Require();
        using var history = await HistoryAsync(1.3);
        var before = File.ReadAllText(_sandbox.Stacks("staging.plan.yaml"));
        var ran = await DriftAsync(history, "--exit-code");
        Assert.Equal((1, ""), (ran.Code, ran.Error));
        Assert.Contains("workloads.chat.demand.scale: 5.2", ran.Out, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(_sandbox.Stacks("staging.plan.yaml")));

        var written = await DriftAsync(history, "--write", "--json");
        using var json = JsonDocument.Parse(written.Out);
        Assert.Equal(1.3, Seen(json, "observedRequestsPerSecond") / Seen(json, "plannedRequestsPerSecond"), 2);
        Assert.Equal(1, Seen(json, "covered"), 1);
        var after = File.ReadAllText(_sandbox.Stacks("staging.plan.yaml"));
        Assert.Equal(before.Replace("chat, demand: { scale: 4 ", "chat, demand: { scale: 5.2, peakToMean: 1 ", StringComparison.Ordinal), after);

        Assert.DoesNotContain("workloads.chat.demand.scale", (await DriftAsync(history)).Out, StringComparison.Ordinal);

        static double Seen(JsonDocument json, string member) => json.RootElement.GetProperty("demand")[0].GetProperty(member).GetDouble();
    }

    [SkippableFact]
    public async Task A_speed_that_was_measured_is_proposed_with_its_evidence_and_changes_the_fleet()
    {
        History.Require();
        using var history = await HistoryAsync(1);
        var ran = await Cli.In(_sandbox.Root, "calibrate", "--stack", "staging", "--prometheus", history.Url, "--over", "24h", "--at", History.End, "--json");
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        using var json = JsonDocument.Parse(ran.Out);
        var pool = json.RootElement.GetProperty("throughput")[0];
        Assert.InRange(pool.GetProperty("steps").GetInt32(), 280, 288);
        var change = json.RootElement.GetProperty("changes")[0];
        Assert.Equal("servings.assistant.measured", change.GetProperty("path").GetString());
        var percent = Math.Round(pool.GetProperty("median").GetDouble() * 100).ToString(CultureInfo.InvariantCulture);
        Assert.Equal($"[{{ gpu: {pool.GetProperty("gpu").GetString()}, speed: {percent}%, low: {percent}% }}]", change.GetProperty("value").GetString());

        Assert.Equal(0, (await Cli.In(_sandbox.Root, "calibrate", "--stack", "staging", "--prometheus", history.Url, "--over", "24h", "--at", History.End, "--write")).Code);
        Assert.Contains("measured: [{ gpu:", File.ReadAllText(_sandbox.Stacks("base.plan.yaml")), StringComparison.Ordinal);
        Assert.Equal(0, (await Cli.In(_sandbox.Root, "validate", "--stack", "staging")).Code);
    }

    [SkippableFact]
    public async Task The_time_of_requests_is_split_into_phases_with_their_cost()
    {
        History.Require();
        using var history = await HistoryAsync(1);
        var ran = await Cli.In(_sandbox.Root, "audit", "--stack", "staging", "--prometheus", history.Url, "--over", "24h", "--at", History.End, "--json");
        using var json = JsonDocument.Parse(ran.Out);
        var phases = json.RootElement.GetProperty("servings")[0].GetProperty("phases").EnumerateArray().ToList();
        Assert.Equal([0.05, 0.2, 6, 0.75], phases.Select(phase => Math.Round(phase.GetProperty("secondsPerRequest").GetDouble(), 6)));
        Assert.Equal(
            json.RootElement.GetProperty("servings")[0].GetProperty("costUsd").GetDouble(), phases.Sum(phase => phase.GetProperty("costUsd").GetDouble()), 6);
    }

    [Fact]
    public async Task A_Prometheus_that_is_down_is_told_and_nothing_is_written()
    {
        var ran = await Cli.In(_sandbox.Root, "drift", "--stack", "staging", "--prometheus", $"http://user:secret@127.0.0.1:{FreePort.Next()}", "--write");
        Assert.Equal((1, ""), (ran.Code, ran.Out));
        Assert.Contains("does not answer", ran.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", ran.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html>", "answers with status 200 and something that is not Prometheus' JSON")]
    [InlineData("""{"status": "error", "errorType": "bad_data", "error": "query processing would load too many samples"}""", "would load too many samples")]
    [InlineData("""{"status": "success"}""", "is not Prometheus' JSON")]
    public async Task What_answers_otherwise_is_told(string answer, string message)
    {
        using var server = Serve(answer, out var url);
        var ran = await Cli.In(_sandbox.Root, "audit", "--stack", "staging", "--prometheus", url, "--at", History.End);
        Assert.Equal((1, ""), (ran.Code, ran.Out));
        Assert.Contains(message, ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parts_that_did_not_answer_are_told_once()
    {
        using var server = Serve("""{"status": "success", "warnings": ["store 2 of 3 is unavailable"], "data": {"resultType": "vector", "result": []}}""", out var url);
        var ran = await Cli.In(_sandbox.Root, "drift", "--stack", "staging", "--prometheus", url, "--at", History.End);
        Assert.Equal((0, "--prometheus: store 2 of 3 is unavailable"), (ran.Code, ran.Error.Trim()));
        Assert.Contains("not seen", ran.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("drift", "--stack", "staging")]
    [InlineData("drift", "--stack", "staging", "--prometheus", "http://localhost:1", "--over", "10m")]
    [InlineData("calibrate", "--stack", "staging")]
    [InlineData("audit", "--stack", "staging", "--prometheus", "http://localhost:1", "--at", "yesterday")]
    public async Task What_is_asked_for_must_make_sense(params string[] arguments) => Assert.Equal(2, (await Cli.In(_sandbox.Root, arguments)).Code);

    private Task<Ran> DriftAsync(History history, params string[] further) =>
        Cli.In(_sandbox.Root, ["drift", "--stack", "staging", "--prometheus", history.Url, "--over", "24h", "--at", History.End, .. further]);

    private async Task<History> HistoryAsync(double demand)
    {
        using var plan = JsonDocument.Parse((await Cli.In(_sandbox.Root, "plan", "--stack", "staging", "--json")).Out);
        var serving = plan.RootElement.GetProperty("servings")[0];
        var pool = plan.RootElement.GetProperty("pools").EnumerateArray().First(pool => pool.GetProperty("serving").GetString() == "assistant");
        var (mean, input, output) = (serving.GetProperty("demand").GetProperty("mean").GetProperty("requestsPerSecond").GetDouble(), Tokens("inputTokens"), Tokens("outputTokens"));
        var rate = mean * demand / 2;
        const double seconds = 7;
        return await new History()
            .Add("vllm:request_success", true, Each(rate))
            .Add("vllm:prompt_tokens", true, Each(rate * input))
            .Add("vllm:generation_tokens", true, Each(rate * output))
            .Add("vllm:num_requests_running", false, Each(rate * seconds))
            .Add("vllm:request_queue_time_seconds_sum", true, Each(rate * 0.05))
            .Add("vllm:request_prefill_time_seconds_sum", true, Each(rate * 0.2))
            .Add("vllm:request_decode_time_seconds_sum", true, Each(rate * 6))
            .Add("vllm:e2e_request_latency_seconds_sum", true, Each(rate * seconds))
            .StartAsync();

        double Tokens(string name) => serving.GetProperty("demand").GetProperty(name).GetDouble();

        (string, double)[] Each(double value) =>
            [.. new[] { "a", "b" }.Select(instance => ($"serving=\"assistant\",pool=\"{pool.GetProperty("id").GetString()}\",instance=\"{instance}\"", value))];
    }

    private static HttpListener Serve(string answer, out string url)
    {
        var listener = new HttpListener();
        url = $"http://127.0.0.1:{FreePort.Next()}/";
        listener.Prefixes.Add(url);
        listener.Start();
        _ = Task.Run(async () =>
        {
            while (listener.IsListening)
            {
                var context = await listener.GetContextAsync();
                context.Response.Close(Encoding.UTF8.GetBytes(answer), willBlock: false);
            }
        });
        return listener;
    }
}
