using System.Collections.Immutable;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using Pulumi.Offline;

namespace GpuInfra.Offline.Policies;

/// <summary>What policies judge by: a record, and how its resources belong together.</summary>
internal sealed class Evidence
{
    private readonly Dictionary<string, Pool> _pools;
    private readonly ILookup<string, ResourceRecord> _dependents;
    private readonly Dictionary<string, ResourceRecord> _byUrn;

    public Evidence(PreviewRecord record)
    {
        Record = record;
        _pools = record.Fleet.Pools.DistinctBy(pool => pool.Id).ToDictionary(pool => pool.Id, StringComparer.Ordinal);
        _byUrn = Resources.DistinctBy(resource => resource.Urn).ToDictionary(resource => resource.Urn, StringComparer.Ordinal);
        _dependents = Resources.SelectMany(resource => resource.Dependencies.Select(urn => (urn, resource)))
            .ToLookup(pair => pair.urn, pair => pair.resource, StringComparer.Ordinal);
    }

    public PreviewRecord Record { get; }

    public FleetPlan Fleet => Record.Fleet;

    /// <summary>The pools whose machines are deployed: a cloud that is out of scope is left as it is, and a cluster that is there already has its own nodes.</summary>
    public IEnumerable<Pool> PoolsInScope => Fleet.Provisioned.Where(pool => Fleet.Plan.IsInScope(pool.Cloud) && Fleet.Plan.ClusterIn(pool.Cloud, pool.Region) is null);

    /// <summary>All registrations of the resolved run.</summary>
    public ImmutableArray<ResourceRecord> Resources => Record.Resolved.Resources;

    public bool IsProduction => Fleet.Plan.Environment == DeploymentEnvironment.Prod;

    /// <summary>
    /// The pool that a resource belongs to: its own name or its parent component's is the pool's id. Names in Google Cloud may be cut
    /// to fit, components' never are. Null when it belongs to none.
    /// </summary>
    public Pool? PoolOf(ResourceRecord resource) =>
        _pools.GetValueOrDefault(resource.Name)
            ?? (resource.Parent is { } parent ? _pools.GetValueOrDefault(NameOf(parent)) : null);

    /// <summary>The region whose component holds a resource, as <c>aws-us-east-1</c>: objects of two clusters may have one name.</summary>
    public string? RegionOf(ResourceRecord resource)
    {
        for (var parent = resource.Parent; parent is not null && _byUrn.TryGetValue(parent, out var owner); parent = owner.Parent)
        {
            if (owner.Type.EndsWith("Region", StringComparison.Ordinal))
            {
                return owner.Name;
            }
        }

        return null;
    }

    /// <summary>Resources of a type that depend on this one.</summary>
    public IEnumerable<ResourceRecord> Dependents(ResourceRecord resource, string type) =>
        _dependents[resource.Urn].Where(dependent => dependent.Type == type);

    /// <summary>One look at every resource that the rule applies to.</summary>
    /// <param name="faults">What is wrong with a resource; null when the rule does not apply to it.</param>
    public IEnumerable<Look> Look(Func<ResourceRecord, IEnumerable<string>?> faults) =>
        from resource in Resources
        where resource.ReadId is null
        let found = faults(resource)
        where found is not null
        select new Look(resource.Urn, [.. found]);

    /// <summary>The name in a URN; the text itself when it is none.</summary>
    public static string NameOf(string urn) => urn[(urn.LastIndexOf("::", StringComparison.Ordinal) is >= 0 and var i ? i + 2 : 0)..];
}
