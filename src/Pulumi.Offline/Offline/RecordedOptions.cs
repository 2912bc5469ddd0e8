using System.Collections.Immutable;

namespace Pulumi.Offline;

/// <summary>A resource's options, with references as URNs.</summary>
public sealed record RecordedOptions
{
    /// <summary>Whether the resource may not be deleted; inherited from the parent.</summary>
    public bool Protect { get; init; }

    /// <summary>Whether deleting the resource leaves it in the cloud.</summary>
    public bool RetainOnDelete { get; init; }

    /// <summary>Whether a replacement deletes first; null leaves it to the provider.</summary>
    public bool? DeleteBeforeReplace { get; init; }

    /// <summary>The property paths whose changes are ignored.</summary>
    public ImmutableArray<string> IgnoreChanges { get; init; } = [];

    /// <summary>The property paths whose changes replace the resource.</summary>
    public ImmutableArray<string> ReplaceOnChanges { get; init; } = [];

    /// <summary>The property paths whose changes are not shown.</summary>
    public ImmutableArray<string> HideDiffs { get; init; } = [];

    /// <summary>The outputs that are secrets beyond those the provider marks.</summary>
    public ImmutableArray<string> AdditionalSecretOutputs { get; init; } = [];

    /// <summary>The URNs of the explicit dependencies, components expanded, ordered.</summary>
    public ImmutableArray<string> DependsOn { get; init; } = [];

    /// <summary>The URNs the resource had before, those inherited from the parent's aliases included.</summary>
    public ImmutableArray<string> Aliases { get; init; } = [];

    /// <summary>The URN of the resource whose deletion takes this one along.</summary>
    public string? DeletedWith { get; init; }

    /// <summary>The id of an existing resource to adopt.</summary>
    public string? ImportId { get; init; }

    /// <summary>The provider plugin's version.</summary>
    public string? Version { get; init; }

    /// <summary>How long creating may take.</summary>
    public TimeSpan? CreateTimeout { get; init; }

    /// <summary>How long updating may take.</summary>
    public TimeSpan? UpdateTimeout { get; init; }

    /// <summary>How long deleting may take.</summary>
    public TimeSpan? DeleteTimeout { get; init; }

    /// <summary>Whether a provider makes a component's children.</summary>
    public bool IsRemote { get; init; }

    internal static async Task<RecordedOptions> OfAsync(
        Resource resource, ResourceOptions options, ImmutableArray<string> dependsOn, bool remote)
    {
        var aliases = ImmutableArray.CreateBuilder<string>();
        foreach (var alias in resource.AliasUrns)
        {
            if (await alias.GetValueAsync(whenUnknown: "") is { Length: > 0 } urn)
                aliases.Add(urn);
        }

        var custom = options as CustomResourceOptions;
        var deletedWith = options.DeletedWith is null ? null : await options.DeletedWith.Urn.GetValueAsync(whenUnknown: "");
        return new RecordedOptions
        {
            Protect = options.Protect == true,
            RetainOnDelete = options.RetainOnDelete == true,
            DeleteBeforeReplace = custom?.DeleteBeforeReplace,
            IgnoreChanges = [.. options.IgnoreChanges],
            ReplaceOnChanges = [.. options.ReplaceOnChanges],
            HideDiffs = [.. options.HideDiffs],
            AdditionalSecretOutputs = [.. custom?.AdditionalSecretOutputs ?? []],
            DependsOn = dependsOn,
            Aliases = aliases.ToImmutable(),
            DeletedWith = deletedWith,
            ImportId = custom?.ImportId,
            Version = options.Version,
            CreateTimeout = options.CustomTimeouts?.Create,
            UpdateTimeout = options.CustomTimeouts?.Update,
            DeleteTimeout = options.CustomTimeouts?.Delete,
            IsRemote = remote,
        };
    }
}
