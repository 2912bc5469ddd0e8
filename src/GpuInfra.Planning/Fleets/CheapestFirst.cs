using System.Collections.Immutable;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// All ways to take one option of each list, cheapest sum first, made one by one: whoever stops early pays for what was looked at.
/// Lists are sorted by cost; from each combination taken, the next option of each list is put into a priority queue. Each combination
/// is reached once, because only lists from the last advanced one on are advanced. Ties come in the order of the lists.
/// </summary>
internal static class CheapestFirst
{
    /// <summary>The combinations with their sums.</summary>
    /// <param name="options">The lists; none empty.</param>
    /// <param name="cost">Cost of an option.</param>
    public static IEnumerable<(ImmutableArray<T> Combination, decimal Sum)> Combine<T>(ImmutableArray<ImmutableArray<T>> options, Func<T, decimal> cost)
    {
        var sorted = options.Select(list => list.Select(option => (Option: option, Cost: cost(option))).OrderBy(item => item.Cost).ToArray()).ToArray();
        var queue = new PriorityQueue<(int[] Indices, int Advanced), (decimal Sum, int[] Indices)>(Comparer<(decimal Sum, int[] Indices)>.Create(Compare));
        Enqueue(new int[sorted.Length], 0);
        while (queue.TryDequeue(out var next, out var priority))
        {
            yield return ([.. sorted.Select((list, index) => list[next.Indices[index]].Option)], priority.Sum);
            for (var list = next.Advanced; list < sorted.Length; list++)
            {
                if (next.Indices[list] + 1 < sorted[list].Length)
                {
                    var indices = (int[])next.Indices.Clone();
                    indices[list]++;
                    Enqueue(indices, list);
                }
            }
        }

        void Enqueue(int[] indices, int advanced) =>
            queue.Enqueue((indices, advanced), (indices.Select((position, list) => sorted[list][position].Cost).Sum(), indices));
    }

    private static int Compare((decimal Sum, int[] Indices) left, (decimal Sum, int[] Indices) right)
    {
        var order = left.Sum.CompareTo(right.Sum);
        for (var list = 0; order == 0 && list < left.Indices.Length; list++)
        {
            order = left.Indices[list].CompareTo(right.Indices[list]);
        }

        return order;
    }
}
