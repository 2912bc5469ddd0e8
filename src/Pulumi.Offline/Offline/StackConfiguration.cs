using System.Collections.Immutable;
using YamlDotNet.RepresentationModel;

namespace Pulumi.Offline;

/// <summary>A project's or stack's configuration cannot be used; the message names the file and, where there is one, the line.</summary>
public sealed class StackConfigurationException : Exception
{
    internal StackConfigurationException(string file, long? line, string problem)
        : base(line is null ? $"{file}: {problem}" : $"{file}:{line}: {problem}")
    {
        File = file;
        Line = line;
    }

    /// <summary>The file.</summary>
    public string File { get; }

    /// <summary>The line, from 1; null where the whole file is concerned.</summary>
    public long? Line { get; }
}

/// <summary>A stack's configuration as the engine reads it from <c>Pulumi.yaml</c> and <c>Pulumi.STACK.yaml</c>.</summary>
/// <param name="Project">The project's name.</param>
/// <param name="File">The stack's file.</param>
/// <param name="Values">The values by full key, <c>namespace:key</c>.</param>
public sealed record StackConfiguration(string Project, string File, ImmutableSortedDictionary<string, ConfigurationValue> Values)
{
    /// <summary>Reads the configuration of a stack of the project whose <c>Pulumi.yaml</c> is in a directory.</summary>
    /// <exception cref="StackConfigurationException">A file is missing or cannot be used.</exception>
    public static StackConfiguration Read(string rootDirectory, string stack)
    {
        var projectFile = Path.Combine(rootDirectory, "Pulumi.yaml");
        if (!System.IO.File.Exists(projectFile))
            throw new StackConfigurationException(projectFile, null, "there is no such file: is this the root of a Pulumi project?");
        var projectYaml = new YamlFile(projectFile);
        var project = projectYaml.Text("name") ?? throw new StackConfigurationException(projectFile, null, "'name' is missing");

        var directory = Path.Combine(rootDirectory, projectYaml.Text("stackConfigDir") ?? "");
        var stackFile = Path.Combine(directory, $"Pulumi.{stack}.yaml");
        if (!System.IO.File.Exists(stackFile))
            throw new StackConfigurationException(stackFile, null, $"there is no such file{Alternatives(directory)}");

        var values = ImmutableSortedDictionary.CreateBuilder<string, ConfigurationValue>(StringComparer.Ordinal);
        foreach (var (key, node) in projectYaml.Members("config"))
        {
            if (ProjectDefault(projectYaml, node) is { } value)
                values[key.Contains(':', StringComparison.Ordinal) ? key : $"{project}:{key}"] = value;
        }

        var stackYaml = new YamlFile(stackFile);
        foreach (var (key, node) in stackYaml.Members("config"))
        {
            if (key.Split(':') is not [{ Length: > 0 }, .., { Length: > 0 }])
                throw stackYaml.Error(node, $"'{key}' is no configuration key: write namespace:key, as in {project}:{key}");
            values[key] = stackYaml.Value(node);
        }

        return new StackConfiguration(project, stackFile, values.ToImmutable());
    }

    /// <summary>What a project file sets for all stacks: a plain value, or the value or default of a declaration.</summary>
    private static ConfigurationValue? ProjectDefault(YamlFile file, YamlNode node)
    {
        if (node is not YamlMappingNode declaration)
            return file.Value(node);
        var chosen = declaration.Children.FirstOrDefault(member => member.Key is YamlScalarNode { Value: "value" or "default" }).Value;
        return chosen is null ? null : file.Value(chosen);
    }

    private static string Alternatives(string directory)
    {
        if (!Directory.Exists(directory))
            return "";
        var stacks = Directory.GetFiles(directory, "Pulumi.*.yaml")
            .Select(file => Path.GetFileNameWithoutExtension(file)["Pulumi.".Length..])
            .Order(StringComparer.Ordinal)
            .ToArray();
        return stacks.Length == 0 ? "" : $"; the stacks there are {string.Join(", ", stacks)}";
    }
}
