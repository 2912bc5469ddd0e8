using System.Collections.Immutable;
using GpuInfra.Planning.Fleets;

namespace GpuInfra.Cli.Reports;

/// <summary>A pool whose number of instances differs between two fleets.</summary>
internal sealed record PoolChange(string Pool, int Before, int After)
{
    /// <summary>Every change from one fleet to another, ordered by pool.</summary>
    public static ImmutableArray<PoolChange> Between(ImmutableArray<Pool> before, ImmutableArray<Pool> after)
    {
        var old = Sizes(before);
        var current = Sizes(after);
        return [.. old.Keys.Union(current.Keys).Order(StringComparer.Ordinal)
            .Select(pool => new PoolChange(pool, old.GetValueOrDefault(pool), current.GetValueOrDefault(pool)))
            .Where(change => change.Before != change.After)];
    }

    private static Dictionary<string, int> Sizes(ImmutableArray<Pool> pools) =>
        pools.ToDictionary(pool => pool.Id, pool => pool.Instances.Desired);
}
