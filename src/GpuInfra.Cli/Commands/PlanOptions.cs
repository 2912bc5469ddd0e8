using System.CommandLine;
using GpuInfra.Offline;

namespace GpuInfra.Cli.Commands;

/// <summary>Options that say which plan: a stack of the project, or a file.</summary>
internal sealed class PlanOptions
{
    private readonly Option<string?> _stack = new("--stack", "-s")
    {
        Description = "The stack whose plan to use",
        HelpName = "NAME",
    };

    private readonly Option<string?> _plan = new("--plan")
    {
        Description = "A plan file to use instead of a stack's",
        HelpName = "FILE",
    };

    private readonly Option<string?> _root = RootOption();

    private readonly AppConsole _console;

    public PlanOptions(Command command, AppConsole console)
    {
        _console = console;
        _stack.CompletionSources.Add(_ => ProjectDirectory.Above(console.Directory)?.Stacks ?? []);
        command.Options.Add(_stack);
        command.Options.Add(_plan);
        command.Options.Add(_root);
        command.Validators.Add(result =>
        {
            var given = (result.GetResult(_stack), result.GetResult(_plan));
            if (given is (not null, not null))
            {
                result.AddError("Give --stack or --plan, not both.");
            }
            else if (given is (null, null))
            {
                result.AddError("Give --stack NAME or --plan FILE.");
            }
        });
    }

    /// <summary>The plan that the options name.</summary>
    /// <exception cref="Planning.Plans.PlanException">There is no such stack, plan or project.</exception>
    public PlanSource Source(ParseResult parsed)
    {
        if (parsed.GetValue(_plan) is { } file)
        {
            var path = _console.Resolve(file);
            return PlanSource.OfFile(Project(parsed, Path.GetDirectoryName(path)!), path);
        }

        var project = Project(parsed, null) ?? throw UserError.Because(
            "--stack", $"no Pulumi.yaml in {_console.Directory} or above it; start in the project or name it with --root DIR.");
        return PlanSource.OfStack(project, parsed.GetValue(_stack)!);
    }

    /// <summary>The option that names the project's directory.</summary>
    public static Option<string?> RootOption() => new("--root")
    {
        Description = "The project's directory (default: the nearest one above that holds Pulumi.yaml)",
        HelpName = "DIR",
    };

    /// <summary>The project in the directory that is named, else in the nearest one above; null when there is none.</summary>
    /// <exception cref="Planning.Plans.PlanException">There is none in the directory that is named.</exception>
    public static ProjectDirectory? Project(AppConsole console, string? root) => root is null
        ? ProjectDirectory.Above(console.Directory)
        : ProjectDirectory.At(console.Resolve(root)) ?? throw UserError.Because("--root", $"there is no Pulumi.yaml in {root}.");

    private ProjectDirectory? Project(ParseResult parsed, string? besides) =>
        Project(_console, parsed.GetValue(_root)) ?? (besides is null ? null : ProjectDirectory.Above(besides));
}
