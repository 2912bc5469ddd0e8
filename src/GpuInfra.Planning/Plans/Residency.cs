using System.Collections.Immutable;

namespace GpuInfra.Planning.Plans;

/// <summary>Where data may be processed and kept. Machines, weights and logs of a serving stay in the regions of its pools.</summary>
/// <param name="Allow">Regions allowed, ordered: names, or beginnings of names that end with <c>*</c>, as <c>eu-*</c>.</param>
public sealed record Residency(ImmutableArray<string> Allow)
{
    /// <summary>Any region that the plan's clouds name.</summary>
    public static Residency Anywhere { get; } = new(ImmutableArray.Create("*"));

    /// <summary>True when a region is allowed.</summary>
    public bool Allows(string region) => Allow.Any(pattern => Matches(pattern, region));

    /// <summary>True when a pattern names a region.</summary>
    internal static bool Matches(string pattern, string region) => pattern.EndsWith('*')
        ? region.StartsWith(pattern[..^1], StringComparison.Ordinal)
        : region == pattern;
}
