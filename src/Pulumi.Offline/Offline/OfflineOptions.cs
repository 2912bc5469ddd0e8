using System.Collections.Immutable;

namespace Pulumi.Offline;

/// <summary>Answers a call of a provider function in place of the cloud.</summary>
public delegate PropertyValue.Map InvokeAnswer(PropertyValue.Map args);

/// <summary>What an offline run takes the place of: a stack of a project and its configuration.</summary>
public sealed record OfflineOptions
{
    /// <summary>The project's name.</summary>
    public required string Project { get; init; }

    /// <summary>The stack's name.</summary>
    public required string Stack { get; init; }

    /// <summary>The organization's name.</summary>
    public string Organization { get; init; } = "organization";

    /// <summary>The directory of <c>Pulumi.yaml</c>; null if the program does not ask for it.</summary>
    public string? RootDirectory { get; init; }

    /// <summary>Configuration values by full key, <c>namespace:key</c>.</summary>
    public IReadOnlyDictionary<string, ConfigurationValue> Configuration { get; init; } =
        ImmutableDictionary<string, ConfigurationValue>.Empty;

    /// <summary>Answers to provider functions by token, before those that every run knows.</summary>
    public IReadOnlyDictionary<string, InvokeAnswer> InvokeAnswers { get; init; } =
        ImmutableDictionary<string, InvokeAnswer>.Empty;

    /// <summary>Whether resources and calls are held to their packages' schemas.</summary>
    public bool CheckSchemas { get; init; } = true;

    /// <summary>The options of a stack of the project in a directory, configured as the engine would configure it.</summary>
    /// <exception cref="StackConfigurationException">A file is missing or cannot be used.</exception>
    public static OfflineOptions Read(string rootDirectory, string stack)
    {
        var configuration = StackConfiguration.Read(rootDirectory, stack);
        return new OfflineOptions
        {
            Project = configuration.Project,
            Stack = stack,
            RootDirectory = Path.GetFullPath(rootDirectory),
            Configuration = configuration.Values,
        };
    }
}
