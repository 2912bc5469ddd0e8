using System.Collections.Immutable;

namespace GpuInfra.Planning.Fleets;

/// <summary>The zones whose loss has to be looked at: a zone all of whose choices another zone has too takes no more than that one.</summary>
internal static class LossSets
{
    /// <summary>Zones with what they take, ordered by name.</summary>
    public static ImmutableArray<LossSet> Of(ImmutableArray<PoolChoice> choices)
    {
        var zones = choices.SelectMany(choice => choice.Zones).Distinct().Order(StringComparer.Ordinal)
            .Select(zone => new LossSet(zone, [.. choices.Where(choice => choice.Zones.Contains(zone))]))
            .ToList();
        return [.. zones.Where((zone, index) => !zones.Where((other, place) => place != index && Covers(other, zone, place < index)).Any())];
    }

    private static bool Covers(LossSet other, LossSet zone, bool isEarlier) =>
        (other.Choices.Length > zone.Choices.Length || (other.Choices.Length == zone.Choices.Length && isEarlier))
        && zone.Choices.All(choice => other.Choices.Contains(choice, ReferenceEqualityComparer.Instance));
}

/// <summary>A zone and the choices that use it.</summary>
internal sealed record LossSet(string Name, ImmutableArray<PoolChoice> Choices);
