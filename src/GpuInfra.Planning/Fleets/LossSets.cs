using System.Collections.Immutable;

namespace GpuInfra.Planning.Fleets;

/// <summary>The zones whose loss has to be looked at: a zone all of whose choices another zone has too takes no more than that one.</summary>
internal static class LossSets
{
    /// <summary>Zones with what they take, ordered by name.</summary>
    public static ImmutableArray<LossSet> Of(ImmutableArray<PoolChoice> choices)
    {
        // A choice is told by its place, so that zones compare by sorted numbers.
        var numbers = new SortedDictionary<string, List<int>>(StringComparer.Ordinal);
        for (var number = 0; number < choices.Length; number++)
        {
            foreach (var zone in choices[number].Zones)
            {
                if (!numbers.TryGetValue(zone, out var own))
                {
                    numbers.Add(zone, own = []);
                }

                own.Add(number);
            }
        }

        var zones = numbers.ToArray();
        var sets = ImmutableArray.CreateBuilder<LossSet>();
        for (var zone = 0; zone < zones.Length; zone++)
        {
            var covered = false;
            for (var other = 0; other < zones.Length && !covered; other++)
            {
                covered = other != zone && Covers(zones[other].Value, zones[zone].Value, other < zone);
            }

            if (!covered)
            {
                sets.Add(new LossSet(zones[zone].Key, [.. zones[zone].Value.Select(number => choices[number])]));
            }
        }

        return sets.ToImmutable();
    }

    private static bool Covers(List<int> other, List<int> zone, bool isEarlier)
    {
        if (other.Count < zone.Count || (other.Count == zone.Count && !isEarlier))
        {
            return false;
        }

        var at = 0;
        foreach (var number in zone)
        {
            while (at < other.Count && other[at] < number)
            {
                at++;
            }

            if (at == other.Count || other[at] != number)
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>A zone and the choices that use it.</summary>
internal sealed record LossSet(string Name, ImmutableArray<PoolChoice> Choices);
