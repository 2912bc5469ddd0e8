using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Planning.Plans.Ledgers;

/// <summary>Something that an account has and deals out to stacks.</summary>
/// <param name="Cloud">The cloud.</param>
/// <param name="Account">The AWS account id or Google Cloud project id; the provider's name where it is outside the clouds.</param>
/// <param name="Region">The region.</param>
/// <param name="Count">How much there is of it, at least 0.</param>
/// <param name="Assigned">How much of it each stack was given; together never more than there is.</param>
public sealed record Grant(CloudProvider Cloud, string Account, string Region, int Count, ImmutableSortedDictionary<string, int> Assigned)
{
    /// <summary>Where the ledger says so.</summary>
    public PlanLocation Location { get; init; } = PlanLocation.Unknown;

    /// <summary>True when a stack was given some of it.</summary>
    public bool IsTo(string stack) => Assigned.ContainsKey(stack);

    /// <summary>All that the stacks here were given.</summary>
    public int Given => Assigned.Values.Sum();

    /// <summary>The same of a stack that was given no more than some of it.</summary>
    /// <param name="most">How much, at most <see cref="Given"/>.</param>
    internal Grant Of(int most) => this with { Assigned = ImmutableSortedDictionary<string, int>.Empty.Add(Assigned.Keys.First(), most) };

    /// <summary>What the account has beside what the stack was given; null before it is one stack's.</summary>
    public Elsewhere? Elsewhere { get; init; }

    /// <summary>The same without what other stacks were given; how much the account has in all is not the stack's business either.</summary>
    public Grant Only(string stack) => this with
    {
        Count = Assigned[stack],
        Assigned = ImmutableSortedDictionary<string, int>.Empty.Add(stack, Assigned[stack]),
        Elsewhere = Elsewhere ?? new(Count, Given - Assigned[stack]),
    };
}
