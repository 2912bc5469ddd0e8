using System.Collections.Immutable;
using Pulumi.Offline;

namespace GpuInfra.Offline.Drift;

/// <summary>What Pulumi's state says is deployed, as <c>pulumi stack export</c> writes it.</summary>
public sealed record DeployedStack
{
    /// <summary>The stack, as its URNs name it.</summary>
    public required string Stack { get; init; }

    /// <summary>The project, as its URNs name it.</summary>
    public required string Project { get; init; }

    /// <summary>When it was last deployed or refreshed; null where the state does not say.</summary>
    public string? Time { get; init; }

    /// <summary>Every resource that is deployed, in the state's order.</summary>
    public required ImmutableArray<DeployedResource> Resources { get; init; }

    /// <summary>What an interrupted deployment had begun, as <c>creating urn</c>: nobody knows whether it happened.</summary>
    public ImmutableArray<string> Pending { get; init; } = [];

    /// <summary>Resources that wait to be deleted, by URN: their replacement is deployed.</summary>
    public ImmutableArray<string> ToBeDeleted { get; init; } = [];

    /// <summary>The stack's outputs.</summary>
    public required PropertyValue.Map Outputs { get; init; }
}

/// <summary>A resource that is deployed.</summary>
/// <param name="Resource">What it was last deployed or refreshed with.</param>
/// <param name="Id">What the cloud calls it; empty for components.</param>
/// <param name="Outputs">What its provider last read of it.</param>
public sealed record DeployedResource(ResourceRecord Resource, string Id, PropertyValue.Map Outputs);
