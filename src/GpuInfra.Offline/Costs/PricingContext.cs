using System.Collections.Immutable;
using GpuInfra.Offline.Policies;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using Pulumi.Offline;

namespace GpuInfra.Offline.Costs;

/// <summary>What pricing rules may look at: the run's registrations, the prices, and of the plan only what is stored in buckets.</summary>
internal sealed class PricingContext
{
    private readonly RegionPrices _prices;
    private readonly Dictionary<string, Pool> _pools;
    private readonly ILookup<string?, MachineGroup> _groupsByPool;

    public PricingContext(FleetPlan fleet, RunRecord run, Catalog catalog)
    {
        _prices = new RegionPrices(catalog, fleet.Plan);
        Fleet = fleet;
        _pools = fleet.Pools.ToDictionary(pool => pool.Id, StringComparer.Ordinal);
        Run = new Registrations(run);
        Groups = Run.Managed.Select(Group).OfType<MachineGroup>()
            .ToImmutableSortedDictionary(group => group.Resource.Urn, group => group, StringComparer.Ordinal);
        _groupsByPool = Groups.Values.ToLookup(group => Run.PoolOf(group.Resource), StringComparer.Ordinal);
    }

    /// <summary>The fleet.</summary>
    public FleetPlan Fleet { get; }

    /// <summary>The run's resources.</summary>
    public Registrations Run { get; }

    /// <summary>Instance groups by URN.</summary>
    public ImmutableSortedDictionary<string, MachineGroup> Groups { get; }

    /// <summary>A pool's instance groups, ordered by URN.</summary>
    public IEnumerable<MachineGroup> GroupsOf(Pool pool) => _groupsByPool[pool.Id];

    /// <summary>
    /// What falls on a group of things that a pool's machines have, one after the other: machines are numbered through the pool's groups.
    /// </summary>
    public IEnumerable<(T Thing, decimal Machines)> PartOf<T>(MachineGroup group, Pool pool, IEnumerable<(T Thing, int Machines)> things)
    {
        var first = GroupsOf(pool).TakeWhile(other => other.Resource.Urn != group.Resource.Urn).Sum(other => other.Instances);
        var passed = 0;
        foreach (var (thing, count) in things)
        {
            var machines = Math.Min(first + group.Instances, passed + count) - Math.Max(first, passed);
            passed += count;
            if (machines > 0)
            {
                yield return (thing, machines);
            }
        }
    }

    /// <summary>The pool that a resource belongs to; null when it is shared.</summary>
    public Pool? PoolOf(ResourceRecord resource) => Run.PoolOf(resource) is { } id ? _pools.GetValueOrDefault(id) : null;

    /// <summary>An empty bill in a resource's region.</summary>
    public Bill Bill(ResourceRecord resource) => new(_prices, Registrations.CloudOf(resource), Run.RegionOf(resource));

    /// <inheritdoc cref="RegionPrices.Offer"/>
    public Offer? Offer(ResourceRecord resource, string machineType, string? accelerator = null, int accelerators = 0) =>
        _prices.Offer(Registrations.CloudOf(resource), Run.RegionOf(resource), machineType, accelerator, accelerators);

    private MachineGroup? Group(ResourceRecord resource) => resource.Type switch
    {
        AmazonGroups.Group => AmazonGroups.Read(resource, Run, _prices),
        ResourceTypes.EksNodeGroup => NodeGroups.OfAmazon(resource, Run, _prices),
        ResourceTypes.GkeNodePool => NodeGroups.OfGoogle(resource, Run, _prices, PoolOf(resource)),
        ResourceTypes.KarpenterPool => NodeGroups.OfKarpenter(resource, Run, _prices, PoolOf(resource)),
        GoogleGroups.ZonalGroup or GoogleGroups.RegionalGroup => InItsHours(GoogleGroups.Read(resource, Run, _prices)),
        _ => null,
    };

    /// <summary>The keeper keeps jobs on Google Cloud to the hours of their window, which no registration says: so many are counted.</summary>
    private MachineGroup InItsHours(MachineGroup group) =>
        PoolOf(group.Resource) is { Window: { } window } pool && Fleet.Servings.Any(serving => serving.Serving.Name == pool.Serving && serving.Serving.Queue is not null)
            ? group with { Hours = window.HoursPerMonth }
            : group;
}
