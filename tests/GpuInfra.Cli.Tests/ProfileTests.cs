using System.Text.Json;

namespace GpuInfra.Cli.Tests;

public sealed class ProfileTests : IDisposable
{
    private const string Trace = "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46,374,44\n2023-11-16 18:15:50,396,109\n";

    private readonly string _root = Directory.CreateTempSubdirectory("gpuinfra-profile-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task A_trace_becomes_YAML_on_standard_output_and_a_summary_beside_it()
    {
        var ran = await Profile(Trace, "--name", "chat", "--source", "our gateway");
        Assert.Equal(0, ran.Code);
        Assert.StartsWith("id: \"chat\"\nsource: \"our gateway\"\nasOf: \"2023-11-16\"\nrequests: 2\n", ran.Out, StringComparison.Ordinal);
        Assert.Contains("chat: 2 requests in 4 s, read as CSV with TIMESTAMP, ContextTokens, GeneratedTokens.", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_trace_gives_the_same_bytes() => Assert.Equal((await Profile(Trace)).Out, (await Profile(Trace)).Out);

    [Fact]
    public async Task As_JSON_it_is_a_row_of_the_catalog()
    {
        using var json = JsonDocument.Parse((await Profile(Trace, "--json")).Out);
        Assert.Equal(("trace", 385), (json.RootElement.GetProperty("id").GetString(), json.RootElement.GetProperty("inputTokens").GetProperty("mean").GetDouble()));
    }

    [Fact]
    public async Task A_bad_row_ends_it_and_nothing_is_written()
    {
        var ran = await Profile(Trace + "now,1,2\n", "--out", "chat.yaml");
        Assert.Equal((1, ""), (ran.Code, ran.Out));
        Assert.Contains("trace.csv:4:1: TIMESTAMP: \"now\" is not a time", ran.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_root, "chat.yaml")));

        var allowed = await Profile(Trace + "now,1,2\n", "--max-skipped", "1");
        Assert.Equal(0, allowed.Code);
        Assert.Contains("1 row left out:", allowed.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--time", "at")]
    [InlineData("--max-skipped", "-1")]
    [InlineData("--format", "xml")]
    public async Task Options_that_make_no_sense_are_wrong_usage(string option, string value) =>
        Assert.Equal(2, (await Profile(Trace, option, value)).Code);

    [Fact]
    public async Task A_missing_trace_is_told() =>
        Assert.Contains("lost.csv: cannot be read", (await Cli.In(_root, "profile", "lost.csv")).Error, StringComparison.Ordinal);

    private Task<Ran> Profile(string text, params string[] options)
    {
        File.WriteAllText(Path.Combine(_root, "trace.csv"), text);
        return Cli.In(_root, ["profile", "trace.csv", .. options]);
    }
}
