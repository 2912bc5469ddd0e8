using System.Collections.Immutable;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Offline.Costs;

/// <summary>
/// What one registered resource costs: priced lines, parts without a price, or nothing at all. At least one of the three is there,
/// and a free resource has neither of the others.
/// </summary>
public sealed record ResourceCost
{
    /// <summary>What <see cref="Pool"/> says for a resource that pools share.</summary>
    public const string Shared = Team.Shared;

    /// <summary>The resource.</summary>
    public required string Urn { get; init; }

    /// <summary>Its type token.</summary>
    public required string Type { get; init; }

    /// <summary>The pool it belongs to, or <see cref="Shared"/>.</summary>
    public required string Pool { get; init; }

    /// <summary>What is priced.</summary>
    public required ImmutableArray<CostLine> Lines { get; init; }

    /// <summary>What is billed and not priced.</summary>
    public required ImmutableArray<UnpricedPart> Unpriced { get; init; }

    /// <summary>Why it costs nothing by itself; null when it is billed for something.</summary>
    public required string? FreeBecause { get; init; }

    /// <summary>The sum of the lines.</summary>
    public Usd Monthly => new(Lines.Sum(line => line.Monthly.Amount));
}
