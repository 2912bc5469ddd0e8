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

    /// <summary>A policy that reaches <paramref name="Factor"/> in a straight line at the horizon's end.</summary>
    public sealed record ToFactor(string Name, double Factor) : Growth;

    /// <summary>The same share more each month, compounding.</summary>
    public sealed record Monthly(Share Rate) : Growth;

    /// <summary>Factors at given months; straight lines between them, flat outside them.</summary>
    public sealed record Points(ImmutableSortedDictionary<Month, double> Factors) : Growth;
}
