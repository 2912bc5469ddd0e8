using Pulumi.Offline;

namespace Pulumi.Engine;

/// <summary>What a program can ask about the deployment it runs in.</summary>
internal sealed record DeploymentSettings
{
    public required string Project { get; init; }

    public required string Stack { get; init; }

    public required string Organization { get; init; }

    public required string? RootDirectory { get; init; }

    public required bool IsDryRun { get; init; }

    public required IReadOnlyDictionary<string, ConfigurationValue> Configuration { get; init; }
}
