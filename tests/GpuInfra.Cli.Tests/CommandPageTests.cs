using System.CommandLine;
using System.Text;

namespace GpuInfra.Cli.Tests;

/// <summary>
/// A page for each command, made from what the program itself knows of it, so that no page can say what is no longer true: <c>UPDATE_GOLDEN=1 dotnet test</c> writes them.
/// </summary>
public class CommandPageTests
{
    private static readonly RootCommand Root = CommandLineApp.Root(new AppConsole { Out = TextWriter.Null, Error = TextWriter.Null, Directory = Repository.Root });

    public static TheoryData<string> Names => new(Commands(Root, "").Select(command => command.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_command_has_a_page_that_says_what_it_takes(string name)
    {
        var command = Commands(Root, "").Single(command => command.Name == name).Command;
        Golden.AssertFile(PathOf(name), Page(name, command));
    }

    [Fact]
    public void There_is_no_page_of_a_command_that_is_gone_and_the_list_has_them_all()
    {
        Golden.AssertFile("docs/commands/README.md", Index());
        Assert.Equal(
            Commands(Root, "").Select(command => Path.GetFileName(PathOf(command.Name))).Append("README.md").Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs", "commands")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_command_has_examples_and_each_is_a_line_that_is_taken(string name)
    {
        var command = Commands(Root, "").Single(command => command.Name == name).Command;
        var examples = Examples(command).ToList();
        Assert.True(examples.Count > 0 || command.Action is null, $"{name} has no example");
        Assert.All(examples, example => Assert.Empty(Root.Parse(example).Errors.Select(error => $"{example}: {error.Message}")));
        Assert.True(examples.Count == 0 || examples.Any(example => example.StartsWith(name, StringComparison.Ordinal)), $"no example of {name} is of {name}");
    }

    /// <summary>What examples run of this program, without its name, comments and what a shell does with the rest.</summary>
    private static IEnumerable<string> Examples(Command command) =>
        from line in command.Description!.ReplaceLineEndings("\n").Split('\n')
        where line.StartsWith("  ", StringComparison.Ordinal)
        from part in line.Split("&&")
        let text = part.Split(" #")[0].Split(" >")[0].Split(" |")[0].Replace('\'', '"').Trim()
        where text.StartsWith("gpuinfra ", StringComparison.Ordinal)
        select text["gpuinfra ".Length..];

    private static string PathOf(string name) => $"docs/commands/{name.Replace(' ', '-')}.md";

    private static IEnumerable<(string Name, Command Command)> Commands(Command parent, string prefix) =>
        parent.Subcommands.SelectMany(command => Commands(command, $"{prefix}{command.Name} ").Prepend(($"{prefix}{command.Name}", command)));

    private static string Index()
    {
        var text = new StringBuilder("# Commands\n\nMade from the program's own help (`CommandPageTests`).\n\n| command | what it does |\n|---|---|\n");
        foreach (var (name, command) in Commands(Root, ""))
        {
            text.Append($"| [`{name}`]({Path.GetFileName(PathOf(name))}) | {Cell(Paragraphs(command)[0])} |\n");
        }

        return text.ToString();
    }

    private static string Page(string name, Command command)
    {
        var paragraphs = Paragraphs(command);
        var text = new StringBuilder($"# `gpuinfra {name}`\n\n{paragraphs[0].TrimEnd('.')}.\n");
        foreach (var examples in paragraphs.Skip(1))
        {
            var lines = examples.Split('\n');
            text.Append(lines[0] == "Examples:" ? $"\n```sh\n{string.Join('\n', lines.Skip(1).Select(line => line.Trim()))}\n```\n" : $"\n{examples}\n");
        }

        if (command.Arguments.Count > 0)
        {
            text.Append("\n| argument | meaning |\n|---|---|\n");
            foreach (var argument in command.Arguments)
            {
                text.Append($"| `{argument.Name}` | {Cell(argument.Description ?? "")} |\n");
            }
        }

        if (command.Options.Count > 0)
        {
            text.Append("\n| option | meaning |\n|---|---|\n");
            foreach (var option in command.Options)
            {
                var names = string.Join(", ", option.Aliases.Prepend(option.Name).Select(alias => $"`{alias}{(option.HelpName is { } help && alias == option.Name ? $" {help}" : "")}`"));
                text.Append($"| {Cell(names)} | {Cell(option.Description ?? "")}{(option.Required ? " (must be given)" : "")} |\n");
            }
        }

        if (command.Subcommands.Count > 0)
        {
            text.Append($"\nFurther: {string.Join(", ", command.Subcommands.Select(sub => $"[`{name} {sub.Name}`]({Path.GetFileName(PathOf($"{name} {sub.Name}"))})"))}.\n");
        }

        return text.ToString();
    }

    private static string[] Paragraphs(Command command) => command.Description!.ReplaceLineEndings("\n").Trim().Split("\n\n");

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace("\n", " ", StringComparison.Ordinal);
}
