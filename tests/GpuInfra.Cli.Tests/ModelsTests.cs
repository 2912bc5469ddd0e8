using System.Text.Json;

namespace GpuInfra.Cli.Tests;

public sealed class ModelsTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("gpuinfra-models-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task What_must_be_where_is_shown_and_nothing_is_copied()
    {
        var shown = await Cli.Piped("models", "sync", "--stack", "prod");
        Assert.Equal((0, ""), (shown.Code, shown.Error));
        Assert.All(new[] { "aws-us-east-1", "gcp-us-central1", "mixtral-8x7b/bf16", "example-revision-1", "a folder of yours", "sha256:0123456789ab" }, part => Assert.Contains(part, shown.Out, StringComparison.Ordinal));
        Assert.Contains("Nothing was looked for or copied", shown.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_script_has_a_line_for_each_copy_in_JSON()
    {
        var file = Path.Combine(_root, "sync.sh");
        var ran = await Cli.Piped("models", "sync", "--stack", "prod", "--json", "--script", file);
        using var document = JsonDocument.Parse(ran.Out);
        var script = await File.ReadAllTextAsync(file);
        foreach (var copy in document.RootElement.GetProperty("weights").EnumerateArray())
        {
            Assert.Contains($"weights '{copy.GetProperty("region")}' '{copy.GetProperty("key")}' '{copy.GetProperty("revision")}' '' ''\n", script, StringComparison.Ordinal);
        }

        Assert.EndsWith("\nfinish\n", script, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_names_what_a_manifest_does_not_list()
    {
        var manifest = Path.Combine(_root, "there.txt");
        var ran = await Cli.Piped("models", "sync", "--stack", "dev", "--json");
        using var document = JsonDocument.Parse(ran.Out);
        List<string> lines =
        [
            .. document.RootElement.GetProperty("weights").EnumerateArray().Select(copy => $"{copy.GetProperty("region")} models/{copy.GetProperty("key")}/{copy.GetProperty("revision")}"),
            .. document.RootElement.GetProperty("images").EnumerateArray().Select(copy => $"{copy.GetProperty("region")} {copy.GetProperty("image")}"),
        ];
        await File.WriteAllLinesAsync(manifest, lines);
        Assert.Equal(0, (await Cli.Piped("validate", "--stack", "dev", "--manifest", manifest)).Code);

        await File.WriteAllLinesAsync(manifest, lines.Skip(1));
        var refused = await Cli.Piped("validate", "--stack", "dev", "--manifest", manifest);
        Assert.Equal(1, refused.Code);
        Assert.Contains($"{lines[0].Split(' ')[1]} is absent in aws-us-east-1: copy it (gpuinfra models sync --stack dev --script sync.sh), and look again", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_replicas_of_several_GPUs_read_in_parts_is_shown_with_a_line_for_each_in_the_script()
    {
        var file = Path.Combine(_root, "shard.sh");
        var shown = await Cli.Piped("models", "shard", "--stack", "prod", "--script", file);
        Assert.Equal(0, shown.Code);
        Assert.Contains("models/mixtral-8x7b/bf16/example-revision-1/tp4", shown.Out, StringComparison.Ordinal);
        Assert.Contains("Nothing was looked for or cut", shown.Out, StringComparison.Ordinal);
        using var document = JsonDocument.Parse((await Cli.Piped("models", "shard", "--stack", "prod", "--json")).Out);
        var cuts = document.RootElement.GetProperty("cuts").EnumerateArray().ToList();
        Assert.NotEmpty(cuts);
        var script = await File.ReadAllTextAsync(file);
        Assert.All(cuts, cut => Assert.Contains($"shard '{cut.GetProperty("region")}' '{cut.GetProperty("key")}' '{cut.GetProperty("revision")}' '{cut.GetProperty("gpus")}' ", script, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Validate_tells_of_parts_that_are_absent_and_refuses_nothing_for_them()
    {
        var manifest = Path.Combine(_root, "there.txt");
        using var sync = JsonDocument.Parse((await Cli.Piped("models", "sync", "--stack", "prod", "--json")).Out);
        List<string> lines =
        [
            .. sync.RootElement.GetProperty("weights").EnumerateArray().Select(copy => $"{copy.GetProperty("region")} models/{copy.GetProperty("key")}/{copy.GetProperty("revision")}"),
            .. sync.RootElement.GetProperty("images").EnumerateArray().Select(copy => $"{copy.GetProperty("region")} {copy.GetProperty("image")}"),
        ];
        await File.WriteAllLinesAsync(manifest, lines);
        var valid = await Cli.Piped("validate", "--stack", "prod", "--manifest", manifest);
        Assert.Equal(0, valid.Code);
        Assert.Contains("Note: models/mixtral-8x7b/bf16/example-revision-1/tp4 is absent in aws-us-east-1: each of 4 GPUs reads all files", valid.Out, StringComparison.Ordinal);

        await File.WriteAllLinesAsync(manifest, [.. lines, "aws-us-east-1 models/mixtral-8x7b/bf16/example-revision-1/tp4"]);
        Assert.DoesNotContain("tp4 is absent in aws-us-east-1", (await Cli.Piped("validate", "--stack", "prod", "--manifest", manifest)).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_manifest_that_is_not_there_is_said_so()
    {
        var refused = await Cli.Piped("validate", "--stack", "dev", "--manifest", Path.Combine(_root, "none.txt"));
        Assert.Equal(1, refused.Code);
        Assert.Contains("--manifest: there is no file", refused.Error, StringComparison.Ordinal);
    }
}
