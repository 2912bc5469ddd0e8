using System.Collections.Immutable;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Locks;

/// <summary>What changes from one lock to another: what a pull request that moves a lock is about.</summary>
public sealed record LockDiff
{
    /// <summary>The earlier lock.</summary>
    public required FleetLock Before { get; init; }

    /// <summary>The later lock.</summary>
    public required FleetLock After { get; init; }

    /// <summary>The cost of every month that either holds, in order.</summary>
    public required ImmutableArray<MonthChange> Months { get; init; }

    /// <summary>Pools that differ in months that both hold, ordered by month and id.</summary>
    public required ImmutableArray<SizeChange> Pools { get; init; }

    /// <summary>The first month that both hold; null when there is none.</summary>
    public (FleetStep Before, FleetStep After)? FirstShared => Before.Steps.Join(After.Steps, step => step.Month, step => step.Month, (old, current) => (old, current))
        .OrderBy(pair => pair.old.Month).Select(pair => ((FleetStep, FleetStep)?)pair).FirstOrDefault();

    /// <summary>Compares two locks.</summary>
    public static LockDiff Between(FleetLock before, FleetLock after)
    {
        var (old, current) = (before.Steps.ToDictionary(step => step.Month), after.Steps.ToDictionary(step => step.Month));
        var months = old.Keys.Union(current.Keys).Order().ToImmutableArray();
        var changes = months.Where(month => old.ContainsKey(month) && current.ContainsKey(month))
            .SelectMany(month => Changes(old[month], current[month]));
        return new LockDiff
        {
            Before = before,
            After = after,
            Months = [.. months.Select(month => new MonthChange(month, old.GetValueOrDefault(month)?.Monthly, current.GetValueOrDefault(month)?.Monthly))],
            Pools = Joined(changes),
        };
    }

    private static IEnumerable<SizeChange> Changes(FleetStep before, FleetStep after)
    {
        var (old, current) = (Sizes(before), Sizes(after));
        return old.Keys.Union(current.Keys)
            .Select(pool => new SizeChange(pool, before.Month, before.Month, old.GetValueOrDefault(pool), current.GetValueOrDefault(pool)))
            .Where(change => change.Before != change.After);
    }

    /// <summary>The same change in months that follow each other is one change.</summary>
    private static ImmutableArray<SizeChange> Joined(IEnumerable<SizeChange> changes)
    {
        var joined = new List<SizeChange>();
        foreach (var change in changes)
        {
            var last = joined.FindIndex(other => other.Last.Plus(1) == change.First
                && (other.Pool, other.Before, other.After) == (change.Pool, change.Before, change.After));
            if (last < 0)
            {
                joined.Add(change);
            }
            else
            {
                joined[last] = joined[last] with { Last = change.Last };
            }
        }

        return [.. joined.OrderBy(change => change.First).ThenBy(change => change.Pool, StringComparer.Ordinal)];
    }

    private static Dictionary<string, PoolSize> Sizes(FleetStep step) =>
        step.Pools.ToDictionary(pool => pool.Id, pool => new PoolSize(pool.Instances.Desired, pool.InstanceType) { NodesPerReplica = pool.NodesPerReplica });
}

/// <summary>The cost of a month in two locks.</summary>
/// <param name="Month">The month.</param>
/// <param name="Before">Its cost in the earlier lock; null when that does not hold the month.</param>
/// <param name="After">Its cost in the later lock; null when that does not hold the month.</param>
public sealed record MonthChange(Month Month, Usd? Before, Usd? After);

/// <summary>A pool that differs between two locks.</summary>
/// <param name="Pool">Its id.</param>
/// <param name="First">The first month in which it does so.</param>
/// <param name="Last">The last month in which it does so.</param>
/// <param name="Before">Its size in the earlier lock; null when it is added.</param>
/// <param name="After">Its size in the later lock; null when it is removed.</param>
public sealed record SizeChange(string Pool, Month First, Month Last, PoolSize? Before, PoolSize? After)
{
    /// <summary>What happens to it: <c>added</c>, <c>removed</c>, <c>resized</c> or, on another instance type or with replicas over more or fewer machines, <c>moved</c>.</summary>
    public string Kind => (Before, After) switch
    {
        (null, _) => "added",
        (_, null) => "removed",
        _ => (Before.InstanceType, Before.NodesPerReplica) == (After.InstanceType, After.NodesPerReplica) ? "resized" : "moved",
    };
}

/// <summary>A pool's machines.</summary>
/// <param name="Instances">How many, at the desired size.</param>
/// <param name="InstanceType">Of which type.</param>
public sealed record PoolSize(int Instances, string InstanceType)
{
    /// <summary>Machines that a replica spans. Default: 1.</summary>
    public int NodesPerReplica { get; init; } = 1;

    /// <summary>The size as <c>26 × p5.4xlarge</c>, or <c>4 × p5.48xlarge, 2 a replica</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"{Instances} × {InstanceType}{(NodesPerReplica > 1 ? $", {NodesPerReplica} a replica" : "")}");
}
