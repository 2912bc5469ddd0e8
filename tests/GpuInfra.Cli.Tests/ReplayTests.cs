using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace GpuInfra.Cli.Tests;

public sealed class ReplayTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("gpuinfra-replay-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task A_forecast_is_replayed_for_people_and_for_machines()
    {
        string[] args = ["replay", "--stack", "dev", "--hours", "0.2", "--lose", "zone:use1-az2@3m+5m"];
        var shown = await Cli.Piped(args);
        Assert.Equal((0, ""), (shown.Code, shown.Error));
        Assert.All(new[] { "Requests", "Times", "Tokens and cost", "assistant, over time", "zone use1-az2 is lost", "██" }, part => Assert.Contains(part, shown.Out, StringComparison.Ordinal));

        using var json = JsonDocument.Parse((await Cli.Piped([.. args, "--json"])).Out);
        var serving = json.RootElement.GetProperty("servings").EnumerateArray().First();
        var requests = serving.GetProperty("requests").EnumerateObject().ToDictionary(member => member.Name, member => member.Value.GetInt64());
        Assert.Equal(requests["arrived"], requests["served"] + requests["rejected"] + requests["overflowed"] + requests["lost"] + requests["queued"]);
        Assert.Equal(12, serving.GetProperty("minutes").GetArrayLength());
        Assert.Equal((await Cli.Piped([.. args, "--json"])).Out, (await Cli.Piped([.. args, "--json", "--seed", "1"])).Out);
        Assert.NotEqual((await Cli.Piped([.. args, "--json"])).Out, (await Cli.Piped([.. args, "--json", "--seed", "2"])).Out);
    }

    [Fact]
    public async Task A_trace_tells_what_was_put_in_order_left_out_and_beyond_the_horizon()
    {
        var ran = await Trace("0,100,10\n60,100,10\n30,100,10\nx,1,1\n7200,100,10\n", "--workload", "chat", "--max-skipped", "1", "--hours", "0.5");
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.All(
            new[] { "4 requests in 2 hours", "1 request come after the 30 minutes", "1 row came before", "1 row could not be read", "trace.csv:5:1" },
            part => Assert.Contains(part, ran.Out, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("5,1,1\nx,1,1\n", "trace.csv:3:1")]
    [InlineData("5,1,1\n6,-1,1\n", "trace.csv:3:1")]
    [InlineData("5,1,1\n6,1", "the last line is cut off")]
    [InlineData("", "is empty")]
    public async Task A_bad_trace_is_refused(string rows, string said)
    {
        var ran = await Trace(rows, "--workload", "chat");
        Assert.Equal((1, ""), (ran.Code, ran.Out));
        Assert.Contains(said, ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gzip_is_read_and_another_encoding_and_a_missing_file_are_refused()
    {
        var file = Path.Combine(_root, "trace.csv.gz");
        using (var packed = new GZipStream(File.Create(file), CompressionLevel.Fastest))
        {
            packed.Write(Encoding.UTF8.GetBytes("Timestamp,Request tokens,Response tokens\n0,100,10\n1,100,10\n"));
        }

        Assert.Equal(0, (await Cli.Piped("replay", "--stack", "dev", "--trace", file, "--workload", "chat")).Code);
        File.WriteAllText(file, "Timestamp,Request tokens,Response tokens\n0,100,10\n", Encoding.Unicode);
        Assert.Contains("is not UTF-8", (await Cli.Piped("replay", "--stack", "dev", "--trace", file, "--workload", "chat")).Error, StringComparison.Ordinal);
        Assert.Contains("cannot be read", (await Cli.Piped("replay", "--stack", "dev", "--trace", "nothing.csv", "--workload", "chat")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_profile_is_replayed_and_a_wrong_name_is_guessed()
    {
        Assert.Equal(0, (await Cli.Piped("replay", "--stack", "dev", "--profile", "azure-code-2023", "--workload", "chat", "--hours", "0.1")).Code);
        var ran = await Cli.Piped("replay", "--stack", "dev", "--profile", "azure-cod-2023", "--workload", "chat");
        Assert.Equal(1, ran.Code);
        Assert.Contains("did you mean \"azure-code-2023\"?", ran.Error, StringComparison.Ordinal);
        Assert.Contains("say which workload", (await Cli.Piped("replay", "--stack", "dev", "--profile", "azure-code-2023")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_overflows_is_counted_and_priced_apart()
    {
        string[] args = ["replay", "--stack", "dev", "--profile", "azure-code-2023", "--workload", "chat", "--scale", "60", "--hours", "0.2", "--overflow", "--api", "openai/gpt-4o-mini"];
        var shown = await Cli.Piped(args);
        Assert.Equal((0, ""), (shown.Code, shown.Error));
        Assert.All(new[] { "What APIs took", "openai/gpt-4o-mini, 20", "$ of APIs" }, part => Assert.Contains(part, shown.Out, StringComparison.Ordinal));

        using var json = JsonDocument.Parse((await Cli.Piped([.. args, "--json"])).Out);
        var serving = json.RootElement.GetProperty("servings").EnumerateArray().First(serving => serving.GetProperty("requests").GetProperty("overflowed").GetInt64() > 0);
        var use = serving.GetProperty("apis").EnumerateArray().Single();
        var (input, output) = (use.GetProperty("inputTokens").GetInt64(), use.GetProperty("outputTokens").GetInt64());
        var cost = ((input * use.GetProperty("usdPerMillionInput").GetDecimal()) + (output * use.GetProperty("usdPerMillionOutput").GetDecimal())) / 1_000_000;
        Assert.Equal(decimal.Round(cost, 6), use.GetProperty("costUsd").GetDecimal());
        Assert.Equal(serving.GetProperty("requests").GetProperty("overflowed").GetInt64(), serving.GetProperty("minutes").EnumerateArray().Sum(minute => minute.GetProperty("overflowed").GetInt64()));
        Assert.Equal((double)cost, (double)serving.GetProperty("minutes").EnumerateArray().Sum(minute => minute.GetProperty("apiUsd").GetDecimal()), 0.0001);
    }

    [Fact]
    public async Task A_plan_with_an_incident_is_replayed_without_what_is_lost()
    {
        File.Copy(Path.Combine(Repository.Root, "stacks", "base.plan.yaml"), Path.Combine(_root, "base.plan.yaml"));
        var file = Path.Combine(_root, "dark.plan.yaml");
        File.WriteAllText(file, $"{File.ReadAllText(Path.Combine(Repository.Root, "stacks", "dev.plan.yaml"))}\nincident: {{ lost: [zone:use1-az2], until: 2026-12-10, reason: az2 is dark }}\n");
        var shown = await Cli.Piped("replay", "--plan", file, "--hours", "0.1");
        Assert.Equal((0, ""), (shown.Code, shown.Error));
        Assert.Contains("Incident until 2026-12-10 (az2 is dark): zone:use1-az2 lost from the start", shown.Out, StringComparison.Ordinal);

        using var json = JsonDocument.Parse((await Cli.Piped("replay", "--plan", file, "--hours", "0.1", "--json")).Out);
        Assert.Equal("zone:use1-az2", json.RootElement.GetProperty("incident").GetProperty("lost")[0].GetString());
    }

    [Theory]
    [InlineData("--api", "openai/gpt-4o-mini")]
    [InlineData("--api", "openai/gpt-4o-mni", "--overflow")]
    [InlineData("--lose", "zone")]
    [InlineData("--hours", "0")]
    [InlineData("--from", "25:00")]
    [InlineData("--confidence", "10%")]
    [InlineData("--scale", "2")]
    [InlineData("--trace", "a", "--profile", "b")]
    public async Task Wrong_usage_is_told(params string[] args)
    {
        var ran = await Cli.Piped(["replay", "--stack", "dev", .. args]);
        Assert.Equal((2, ""), (ran.Code, ran.Out));
        Assert.Contains(args[0], ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_guide_shows_a_replay_as_it_is_and_its_chart()
    {
        var ran = await Cli.Piped("replay", "--stack", "prod", "--lose", "zone:use1-az1@10m+30m", "--charts", _root);
        Assert.Equal(0, ran.Code);
        Golden.AssertFile("docs/charts/coder-requests-s.svg", File.ReadAllText(Path.Combine(_root, "coder-requests-s.svg")));

        var lines = ran.Out.Split('\n').Select(line => line.TrimEnd()).ToList();
        var (start, end) = (lines.FindIndex(line => line.StartsWith("Extra:", StringComparison.Ordinal)), lines.IndexOf("coder, over time"));
        var shown = lines.Take(start + 1).Concat(["", "[…]", ""]).Concat(lines.Skip(end).TakeWhile(line => !line.StartsWith("embedder, over time", StringComparison.Ordinal)));
        var guide = File.ReadAllText(Path.Combine(Repository.Root, "docs", "replay.md"));
        var block = guide.Split("```text\n")[1].Split("\n```")[0];
        Golden.AssertFile("docs/replay.md", guide.Replace(block, string.Join('\n', shown).TrimEnd(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Help_has_examples() =>
        Assert.Contains("--lose zone:use1-az1@10m+30m", (await Cli.Piped("replay", "--help")).Out, StringComparison.Ordinal);

    private Task<Ran> Trace(string rows, params string[] args)
    {
        var file = Path.Combine(_root, "trace.csv");
        File.WriteAllText(file, "Timestamp,Request tokens,Response tokens\n" + rows);
        return Cli.Piped(["replay", "--stack", "dev", "--trace", file, .. args]);
    }
}
