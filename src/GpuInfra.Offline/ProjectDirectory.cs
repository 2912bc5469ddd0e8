using GpuInfra.Planning;
using GpuInfra.Planning.Plans;
using Pulumi.Offline;

namespace GpuInfra.Offline;

/// <summary>The directory of a project: the one that holds <c>Pulumi.yaml</c>, with its stacks in <c>stacks/</c>.</summary>
public sealed class ProjectDirectory
{
    private const string ProjectFile = "Pulumi.yaml";
    private const string PlanSuffix = ".plan.yaml";

    private ProjectDirectory(string path) => Root = path;

    /// <summary>Its absolute path.</summary>
    public string Root { get; }

    /// <summary>Where stacks keep their configuration and plan.</summary>
    public string StacksDirectory => Path.Combine(Root, "stacks");

    /// <summary>Names of the stacks that have a configuration, ordered.</summary>
    public IReadOnlyList<string> Stacks => Directory.Exists(StacksDirectory)
        ? [.. Directory.EnumerateFiles(StacksDirectory, "Pulumi.*.yaml")
            .Select(file => Path.GetFileName(file)["Pulumi.".Length..^".yaml".Length])
            .Order(StringComparer.Ordinal)]
        : [];

    /// <summary>The project in this directory; null when there is none.</summary>
    public static ProjectDirectory? At(string directory) =>
        File.Exists(Path.Combine(directory, ProjectFile)) ? new ProjectDirectory(Path.GetFullPath(directory)) : null;

    /// <summary>The project in this directory or the nearest one above it; null when there is none.</summary>
    public static ProjectDirectory? Above(string directory)
    {
        for (var place = new DirectoryInfo(directory); place is not null; place = place.Parent)
        {
            if (At(place.FullName) is { } project)
            {
                return project;
            }
        }

        return null;
    }

    /// <summary>The configuration of a stack as the engine would read it.</summary>
    /// <exception cref="PlanException">It is missing or cannot be used.</exception>
    public OfflineOptions Configuration(string stack)
    {
        try
        {
            return OfflineOptions.Read(Root, stack);
        }
        catch (StackConfigurationException problem)
        {
            throw new PlanException([new PlanProblem($"stack {stack}", 0, 0, "", problem.Message)]);
        }
    }

    /// <summary>The plan file of a stack: what its configuration names, or <c>(stack).plan.yaml</c>.</summary>
    /// <exception cref="PlanException">There is no such stack, or its configuration cannot be used.</exception>
    public string PlanFile(string stack)
    {
        if (!Stacks.Contains(stack))
        {
            var known = Stacks.Count == 0 ? "there are none" : $"known: {string.Join(", ", Stacks)}";
            throw new PlanException([new PlanProblem(
                "--stack", 0, 0, "",
                $"no stack is called \"{stack}\"{Suggestion.DidYouMean(stack, Stacks)}; {known}. "
                + $"A stack is a file Pulumi.{stack}.yaml in {StacksDirectory}.")]);
        }

        var named = Configuration(stack).Configuration.GetValueOrDefault($"{Infra.Settings.StackSettings.Namespace}:plan")?.Text;
        return Path.Combine(StacksDirectory, named ?? $"{stack}{PlanSuffix}");
    }

    /// <summary>The stack in a plan file's name, as <c>prod</c> in <c>prod.plan.yaml</c>; null when there is none.</summary>
    public static string? StackOf(string planFile) =>
        planFile.EndsWith(PlanSuffix, StringComparison.Ordinal) && planFile.Length > PlanSuffix.Length
            ? planFile[..^PlanSuffix.Length]
            : null;
}
