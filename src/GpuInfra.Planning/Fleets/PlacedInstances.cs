using System.Collections.Immutable;

namespace GpuInfra.Planning.Fleets;

/// <summary>Instances of a choice, paid for in one way.</summary>
internal sealed record PlacedInstances(PoolChoice Choice, Purchase Purchase, int Count)
{
    /// <summary>The machines that they are: more where a replica spans several.</summary>
    public int Machines => Count * Choice.Nodes;

    /// <summary>What they cost in a month.</summary>
    public decimal Monthly => Purchase.Monthly * Count;

    /// <summary>What a fleet takes of each limit, by its name, with what its rolling updates start beside it. What nothing is taken of is left out.</summary>
    public static Dictionary<string, double> Uses(IEnumerable<PlacedInstances> fleet)
    {
        var sums = new Dictionary<string, double>(StringComparer.Ordinal);
        var counts = new Dictionary<PoolChoice, int>(ReferenceEqualityComparer.Instance);
        foreach (var placed in fleet)
        {
            Add(placed.Choice.Uses, placed.Count);
            Add(placed.Purchase.Uses, placed.Count);
            if (placed.Choice.Surge is { Uses.IsEmpty: false })
            {
                counts[placed.Choice] = counts.GetValueOrDefault(placed.Choice) + placed.Count;
            }
        }

        foreach (var (choice, count) in counts)
        {
            Add(choice.Surge!.Uses, choice.Surge.Beside(count));
        }

        return sums;

        void Add(ImmutableArray<LimitUse> uses, int times)
        {
            foreach (var use in uses)
            {
                sums[use.Limit] = sums.GetValueOrDefault(use.Limit) + use.Amount * times;
            }
        }
    }

    /// <summary>What a fleet takes of one limit.</summary>
    public static double Use(IEnumerable<PlacedInstances> fleet, string limit) => Uses(fleet).GetValueOrDefault(limit);
}
