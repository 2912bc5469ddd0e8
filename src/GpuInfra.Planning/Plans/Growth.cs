using System.Collections.Immutable;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans;

/// <summary>How demand grows over the horizon, as a factor on the first month's figures.</summary>
public abstract record Growth
{
    private Growth()
    {
    }

    /// <summary>No growth.</summary>
    public static Growth None { get; } = new ToFactor("none", 1);

    /// <summary>Plan for today's demand and half as much again, by the horizon's end.</summary>
    public static Growth Conservative { get; } = new ToFactor("conservative", 1.5);

    /// <summary>Plan for twice today's demand by the horizon's end.</summary>
    public static Growth Middle { get; } = new ToFactor("middle", 2);

    /// <summary>Plan for three times today's demand by the horizon's end.</summary>
    public static Growth Aggressive { get; } = new ToFactor("aggressive", 3);

    /// <summary>Launches, campaigns, holidays: days on which demand is another than the growth says, ordered. Default: none.</summary>
    public ImmutableArray<GrowthEvent> Events { get; init; } = [];

    /// <summary>A policy that reaches <paramref name="Factor"/> in a straight line at the horizon's end.</summary>
    public sealed record ToFactor(string Name, double Factor) : Growth;

    /// <summary>The same share more each month, compounding.</summary>
    public sealed record Monthly(Share Rate) : Growth;

    /// <summary>Factors at given months, flat outside them.</summary>
    /// <param name="Factors">Factors by month.</param>
    /// <param name="IsStep">True when each holds until the next month given; otherwise there are straight lines between them.</param>
    public sealed record Points(ImmutableSortedDictionary<Month, double> Factors, bool IsStep = false) : Growth;
}

/// <summary>Days on which demand is a multiple of what the growth says. Events that overlap multiply.</summary>
/// <param name="From">The first day.</param>
/// <param name="To">The last day, not before the first.</param>
/// <param name="Factor">The multiple, above zero; below 1 for holidays.</param>
public sealed record GrowthEvent(DateOnly From, DateOnly To, double Factor)
{
    /// <summary>True on every day from the first to the last.</summary>
    public bool Holds(DateOnly day) => day >= From && day <= To;
}
