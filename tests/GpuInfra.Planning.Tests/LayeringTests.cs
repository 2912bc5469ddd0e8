using System.Text.RegularExpressions;

namespace GpuInfra.Planning.Tests;

/// <summary>Folders are the pipeline, in order: a later one may use an earlier one, never the other way round.</summary>
public partial class LayeringTests
{
    private static readonly string[] Pipeline = ["Units", "Optimization", "Catalogs", "Plans", "Demands", "Sizing", "Fleets", "Routes", "Locks", "Replays", "Monitoring", "Drift", "Finance", "Bridges"];

    private static readonly string Source = Path.Combine(Repository.Root, "src", "GpuInfra.Planning");

    [Fact]
    public void No_folder_uses_a_later_one() => Assert.All(
        Pipeline.SelectMany((folder, rank) => Directory
            .EnumerateFiles(Path.Combine(Source, folder), "*.cs", SearchOption.AllDirectories)
            .Select(file => (file, rank))),
        item => Assert.All(
            Usings().Matches(File.ReadAllText(item.file)).Select(match => match.Groups[1].Value),
            used => Assert.True(Array.IndexOf(Pipeline, used) <= item.rank, $"{item.file} uses {used}")));

    [Fact]
    public void The_only_package_is_the_YAML_parser_and_only_Plans_uses_it()
    {
        var project = File.ReadAllText(Path.Combine(Source, "GpuInfra.Planning.csproj"));
        Assert.Equal(["YamlDotNet"], Regex.Matches(project, "PackageReference Include=\"([^\"]+)\"").Select(match => match.Groups[1].Value));
        Assert.All(
            SourceFiles("src/GpuInfra.Planning").Where(file => File.ReadAllText(file).Contains("YamlDotNet", StringComparison.Ordinal)),
            file => Assert.Contains(Path.Combine("GpuInfra.Planning", "Plans"), file, StringComparison.Ordinal));
    }

    [Fact]
    public void The_model_knows_no_clock_and_no_console() => Assert.All(
        SourceFiles("src/GpuInfra.Planning").Concat(SourceFiles("infra")),
        file => Assert.DoesNotMatch(@"DateTime(Offset)?\.(Utc)?Now|\bConsole\.|Stopwatch|Environment\.TickCount", File.ReadAllText(file)));

    [Fact]
    public void A_file_is_read_in_one_sitting() => Assert.All(
        SourceFiles("src").Concat(SourceFiles("infra")),
        file => Assert.True(File.ReadLines(file).Count() <= 300, file));

    private static IEnumerable<string> SourceFiles(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

    [GeneratedRegex(@"using GpuInfra\.Planning\.(\w+)")]
    private static partial Regex Usings();
}
