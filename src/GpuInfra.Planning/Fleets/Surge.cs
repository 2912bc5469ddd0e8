using System.Collections.Immutable;

namespace GpuInfra.Planning.Fleets;

/// <summary>What a rolling update starts beside the instances of a pool before it stops any.</summary>
/// <param name="Every">Instances of the pool for which some are started at once, at least 1; a part of so many counts like all of them.</param>
/// <param name="Instances">Instances that are started for them.</param>
/// <param name="Spared">Instances of the pool that are updated in place.</param>
internal sealed record Surge(int Every, int Instances, int Spared = 0)
{
    /// <summary>What each of them takes of the limits.</summary>
    public ImmutableArray<LimitUse> Uses { get; init; } = [];

    /// <summary>What each of them costs: above zero only where a search has put prices on the limits.</summary>
    public decimal Monthly { get; init; }

    /// <summary>True when it matters how many are started.</summary>
    public bool Counts => !Uses.IsEmpty || Monthly > 0;

    /// <summary>Instances beside so many of a pool.</summary>
    public int Beside(int instances) => instances <= Spared ? 0 : checked((int)(((long)instances - Spared + Every - 1) / Every) * Instances);
}
