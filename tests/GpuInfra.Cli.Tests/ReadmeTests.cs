namespace GpuInfra.Cli.Tests;

/// <summary>What the README shows is what the commands say.</summary>
public class ReadmeTests
{
    private static string Readme => File.ReadAllText(Path.Combine(Repository.Root, "README.md"));

    [Fact]
    public async Task The_README_shows_the_preview_as_it_is_down_to_the_prices_age()
    {
        var lines = (await Cli.Piped("preview", "--stack", "prod")).Out.Split('\n').Select(line => line.TrimEnd()).ToList();
        var last = lines.FindIndex(line => line.StartsWith("List prices", StringComparison.Ordinal));
        Golden.AssertFile("README.md", WithBlock(0, string.Join('\n', lines.Take(last + 1))));
    }

    [Fact]
    public async Task The_README_shows_mistakes_as_they_are_told()
    {
        using var sandbox = new Sandbox();
        sandbox.Change("base.plan.yaml", "model: mixtral-8x7b", "model: mixtrl-8x7b");
        sandbox.Change("prod.plan.yaml", "chat, demand: { scale: 40 }", "chat, demand: { scale: -40 }");
        sandbox.Change("prod.plan.yaml", "share: 70%", "share: 75%");
        sandbox.Change("prod.plan.yaml", "\nheadroom: 20%", "\nheadrom: 20%");

        var ran = await Cli.In(sandbox.Root, "validate", "--stack", "prod");

        Assert.Equal(1, ran.Code);
        Assert.Equal(Block(1), ran.Error.Replace(sandbox.Root + Path.DirectorySeparatorChar, "", StringComparison.Ordinal).TrimEnd());
    }

    [Fact]
    public async Task The_README_shows_a_sizing_as_it_is()
    {
        var ran = await Cli.Piped(
            "size", "--model", "llama-3.3-70b", "--gpu", "h100", "--precision", "fp8", "--tp", "2", "--isl", "2048", "--osl", "256", "--tpot", "40ms");
        Golden.AssertFile("README.md", WithBlock(2, ran.Out.TrimEnd()));
    }

    [Theory]
    [InlineData("docs/sizing.md")]
    [InlineData("docs/decisions/001-two-pulumi-sdks.md")]
    [InlineData("docs/performance.md")]
    [InlineData("CONTRIBUTING.md")]
    [InlineData("LICENSE")]
    public void What_the_README_points_to_exists(string path)
    {
        Assert.Contains(path, Readme, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(Repository.Root, path)), path);
    }

    private static string Block(int index) => Readme.Split("```text\n")[index + 1].Split("\n```")[0];

    private static string WithBlock(int index, string text) => Readme.Replace(Block(index), text, StringComparison.Ordinal);
}
