using System.Text.RegularExpressions;

namespace GpuInfra.Cli.Tests;

/// <summary>Every guide's gpuinfra commands do what the guide says, run in order on production; its YAML is put into production's plan where it stands.</summary>
public sealed partial class RecoveryGuideTests : IDisposable
{
    private static readonly string Folder = Path.Combine(Repository.Root, "docs", "recovery");

    private readonly Sandbox _sandbox = new();

    private static IEnumerable<string> Names => Directory.EnumerateFiles(Folder, "*.md").Select(file => Path.GetFileName(file)!)
        .Where(name => name != "README.md").Order(StringComparer.Ordinal);

    public static TheoryData<string> Guides => [.. Names];

    public void Dispose() => _sandbox.Dispose();

    [Theory]
    [MemberData(nameof(Guides))]
    public async Task The_commands_of_a_guide_end_as_it_says(string guide)
    {
        // The images of a region that stands by, which a guide asks for.
        _sandbox.Change("Pulumi.prod.yaml", "      us-east-1: ami-0123456789abcdef0\n", "      us-east-1: ami-0123456789abcdef0\n      us-west-2: ami-0123456789abcdef1\n");
        _sandbox.Change("Pulumi.prod.yaml", "      us-east-1: ami-0fedcba9876543210\n", "      us-east-1: ami-0fedcba9876543210\n      us-west-2: ami-0fedcba9876543211\n");

        // What `pulumi stack output --json` writes for production: its own outputs.
        Assert.Equal(0, (await Cli.In(_sandbox.Root, "preview", "--stack", "prod", "--json", "--out", "preview.json")).Code);
        using (var preview = System.Text.Json.JsonDocument.Parse(File.ReadAllText(_sandbox.In("preview.json"))))
        {
            File.WriteAllText(_sandbox.In("running.json"), preview.RootElement.GetProperty("outputs").GetRawText());
        }

        var commands = 0;
        foreach (Match block in Blocks().Matches(File.ReadAllText(Path.Combine(Folder, guide)).ReplaceLineEndings("\n")))
        {
            if (block.Groups[1].Value == "yaml")
            {
                // Each is a case of its own: what another one wrote does not run.
                File.Delete(_sandbox.Stacks(Sandbox.ProdLock));
                var plan = File.ReadAllText(Path.Combine(Repository.Root, "stacks", "prod.plan.yaml")).Replace("lock: required", "lock: none", StringComparison.Ordinal);
                File.WriteAllText(_sandbox.Stacks("prod.plan.yaml"), plan + block.Groups[2].Value);
                continue;
            }

            foreach (var line in block.Groups[2].Value.Split('\n').Where(line => line.StartsWith("gpuinfra ", StringComparison.Ordinal)))
            {
                var parts = line.Split("# exit ");
                Assert.True(parts.Length == 2, $"{guide}: {line} does not say how it ends");
                var ran = await Cli.In(_sandbox.Root, [.. parts[0].Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1)]);
                Assert.True(ran.Code == int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture), $"{guide}: {line}\n{ran.Code}: {ran.Error}");
                commands++;
            }
        }

        Assert.True(commands >= 2, $"{guide} has {commands} commands");
    }

    [Fact]
    public void The_index_names_every_guide() => Assert.All(
        Names, guide => Assert.Contains($"]({guide})", File.ReadAllText(Path.Combine(Folder, "README.md")), StringComparison.Ordinal));

    [GeneratedRegex("```(sh|yaml)\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Blocks();
}
