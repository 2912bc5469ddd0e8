using System.Collections.Immutable;

namespace GpuInfra.Offline.Diff;

/// <summary>A pool whose size, cost or place differs; null on the side where it is not.</summary>
/// <param name="Id">The pool.</param>
/// <param name="Before">The pool as it was.</param>
/// <param name="After">The pool as it is to be.</param>
public sealed record PoolDifference(string Id, PoolFacts? Before, PoolFacts? After);

/// <summary>What a deployment of one record would change in what another one deployed, and whether that is let through.</summary>
public sealed record RecordDiff
{
    /// <summary>The stack.</summary>
    public required string Stack { get; init; }

    /// <summary>The fleet as it was.</summary>
    public required FleetFacts Before { get; init; }

    /// <summary>The fleet as it is to be.</summary>
    public required FleetFacts After { get; init; }

    /// <summary>Every resource that changes or moves, ordered by URN.</summary>
    public required ImmutableArray<ResourceChange> Resources { get; init; }

    /// <summary>How many resources stay as they are, moved ones included.</summary>
    public required int Same { get; init; }

    /// <summary>Changes of the stack's outputs.</summary>
    public required ImmutableArray<PropertyChange> Outputs { get; init; }

    /// <summary>What else to know.</summary>
    public required ImmutableArray<string> Notes { get; init; }

    /// <summary>What the diff's policies say, as the checks of a preview do.</summary>
    public required ImmutableArray<CheckResult> Gate { get; init; }

    /// <summary>Pools that differ, ordered by id.</summary>
    public ImmutableArray<PoolDifference> Pools
    {
        get
        {
            var (old, current) = (Before.Pools.ToDictionary(pool => pool.Id, StringComparer.Ordinal), After.Pools.ToDictionary(pool => pool.Id, StringComparer.Ordinal));
            return
            [
                .. old.Keys.Union(current.Keys).Order(StringComparer.Ordinal)
                    .Select(id => new PoolDifference(id, old.GetValueOrDefault(id), current.GetValueOrDefault(id)))
                    .Where(pool => pool.Before?.Shown != pool.After?.Shown),
            ];
        }
    }

    /// <summary>True when nothing differs.</summary>
    public bool IsEmpty => Resources.IsEmpty && Outputs.IsEmpty && Pools.IsEmpty;

    /// <summary>True when the gate lets it through.</summary>
    public bool Passed => Gate.All(check => check.Status != CheckStatus.Fail);

    /// <summary>How many resources this happens to.</summary>
    public int Count(ResourceAction action) => Resources.Count(resource => resource.Action == action);
}
