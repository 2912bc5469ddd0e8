using System.Collections.Immutable;
using GpuInfra.Offline.Diff;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Offline.Policies;

/// <summary>What the policies of a diff judge by.</summary>
/// <param name="Diff">The diff, not judged yet.</param>
/// <param name="Retired">Names of servings, regions and clouds that the plan retires.</param>
/// <param name="Waivers">The plan's waivers.</param>
/// <param name="Today">The day they are judged on.</param>
/// <param name="AllowsUnknownReplace">True when whoever runs the diff takes upon himself what nobody has looked up.</param>
internal sealed record DiffEvidence(
    RecordDiff Diff,
    ImmutableArray<string> Retired,
    ImmutableArray<Waiver> Waivers,
    DateOnly Today,
    bool AllowsUnknownReplace)
{
    /// <summary>The last day of the incident that the later record was planned in; null in ordinary times.</summary>
    public DateOnly? IncidentUntil { get; init; }

    /// <summary>The freeze of either record's plan that the deployment falls into; null when it falls into none, or no day is given.</summary>
    public Freeze? Freeze { get; init; }

    /// <summary>One look at every change that the rule applies to.</summary>
    /// <param name="applies">Whether it does.</param>
    /// <param name="fault">What is wrong with a change; null when nothing is.</param>
    /// <param name="allowed">Whether the fault may be.</param>
    public IEnumerable<Look> Look(
        Func<ResourceChange, bool> applies, Func<ResourceChange, string?> fault, Func<ResourceChange, bool> allowed) =>
        from change in Diff.Resources
        where change.Action is not (ResourceAction.Create or ResourceAction.Same) && applies(change)
        let found = fault(change)
        select new Look(change.Urn, found is null ? [] : [found]) { IsAllowed = allowed(change) };

    /// <summary>Whether the plan retires what a resource belongs to: its serving, region or cloud.</summary>
    public bool IsRetired(ResourceChange change)
    {
        if (Diff.Before.Pools.FirstOrDefault(pool => pool.Id == change.Pool) is { } owner)
        {
            return Retired.Contains(owner.Serving) || Retired.Contains(owner.Region) || Retired.Contains(owner.Cloud);
        }

        return Diff.Before.Pools.Any(pool => change.Provider == $"{pool.Cloud}-{pool.Region}"
            && (Retired.Contains(pool.Region) || Retired.Contains(pool.Cloud)));
    }
}
