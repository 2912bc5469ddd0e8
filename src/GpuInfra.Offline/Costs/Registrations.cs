using System.Collections.Immutable;
using GpuInfra.Offline.Policies;
using GpuInfra.Planning.Catalogs;
using Pulumi.Offline;

namespace GpuInfra.Offline.Costs;

/// <summary>A run's resources, with the ways from one to another: by what an input derives from, never by a name.</summary>
internal sealed class Registrations
{
    private readonly Dictionary<string, ResourceRecord> _byUrn;
    private readonly ILookup<string, (string Property, ResourceRecord Resource)> _users;

    private readonly Dictionary<string, string> _zones;

    public Registrations(RunRecord run)
    {
        _byUrn = run.Resources.ToDictionary(resource => resource.Urn, StringComparer.Ordinal);
        _users = run.Resources
            .SelectMany(resource => resource.PropertyDependencies.SelectMany(property => property.Value
                .Select(urn => (urn, property.Key, resource))))
            .ToLookup(use => use.urn, use => (use.Key, use.resource), StringComparer.Ordinal);
        _zones = run.Invokes.Where(invoke => invoke.Token == CloudAnswers.Subnet).Select(invoke => invoke.Args)
            .DistinctBy(args => args.TextAt("id"))
            .ToDictionary(args => args.TextAt("id") ?? "", args => args.TextAt("availabilityZoneId") ?? "", StringComparer.Ordinal);
        Managed = [.. run.Resources.Where(PreviewRecord.IsManaged)];
    }

    /// <summary>What providers make, ordered by URN.</summary>
    public ImmutableArray<ResourceRecord> Managed { get; }

    /// <summary>Resources of a type that an input derives from.</summary>
    public IEnumerable<ResourceRecord> Behind(ResourceRecord resource, string property, string type) =>
        resource.PropertyDependencies.GetValueOrDefault(property, ImmutableArray<string>.Empty)
            .Select(urn => _byUrn.GetValueOrDefault(urn)).OfType<ResourceRecord>().Where(found => found.Type == type);

    /// <summary>Resources of a type with an input that derives from a resource.</summary>
    public IEnumerable<ResourceRecord> Using(ResourceRecord resource, string property, string type) =>
        _users[resource.Urn].Where(use => use.Property == property && use.Resource.Type == type).Select(use => use.Resource);

    /// <summary>The zone of a subnet that the program did not make but looked up; null for another.</summary>
    public string? ZoneOf(string subnet) => _zones.GetValueOrDefault(subnet);

    /// <summary>The region of a resource: its provider's, and of objects in a cluster the cluster's.</summary>
    public string RegionOf(ResourceRecord resource) =>
        (resource.Provider is { } urn ? _byUrn.GetValueOrDefault(urn)?.Inputs.TextAt("region") : null)
        ?? (Above(resource, "ClusterRegion") is { } region ? region.Name[(region.Name.IndexOf('-', StringComparison.Ordinal) + 1)..] : null)
        ?? "an unknown region";

    /// <summary>The cloud of a resource: its package's.</summary>
    public static CloudProvider CloudOf(ResourceRecord resource) =>
        resource.Type.StartsWith("gcp:", StringComparison.Ordinal) ? CloudProvider.Gcp : CloudProvider.Aws;

    /// <summary>The pool whose component holds a resource; null when it is shared.</summary>
    public string? PoolOf(ResourceRecord resource) => Above(resource, "Pool")?.Name;

    /// <summary>True for what stands before the pools: routers, their balancer and their names.</summary>
    public bool IsRouter(ResourceRecord resource) => Above(resource, "Router") is not null;

    /// <summary>The component of a kind that holds a resource.</summary>
    private ResourceRecord? Above(ResourceRecord resource, string kind)
    {
        for (var parent = resource.Parent; parent is not null && _byUrn.TryGetValue(parent, out var owner); parent = owner.Parent)
        {
            if (owner.Type == $"gpuinfra:amazon:{kind}" || owner.Type == $"gpuinfra:google:{kind}")
            {
                return owner;
            }
        }

        return null;
    }
}
