using System.Collections.Immutable;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Finance.Actuals;

/// <summary>Why a bill is not what was planned.</summary>
public enum GapPart
{
    /// <summary>Another demand than planned, at the planned use of machines and the planned price.</summary>
    Demand,

    /// <summary>More or fewer machine hours than the demand that was seen asks for, at the planned price.</summary>
    Utilization,

    /// <summary>Both together, where nothing says what the demand was.</summary>
    DemandOrUtilization,

    /// <summary>Another price of an hour than planned.</summary>
    Price,

    /// <summary>Hours of spot pools at the standard price, over what they would have cost as planned.</summary>
    Fallback,

    /// <summary>Commitments and reservations that were paid and not used, beyond what was planned to be.</summary>
    Idle,

    /// <summary>What no machine of the plan's month stands for: disks and traffic, other pools, charges without tags.</summary>
    Unplanned,

    /// <summary>The gap of pools of which the exports name no hours.</summary>
    Unsplit,
}

/// <summary>A gap's parts, which add up to it.</summary>
public static class GapParts
{
    /// <summary>All parts, in the order in which they are told.</summary>
    public static ImmutableArray<GapPart> All { get; } = [.. Enum.GetValues<GapPart>()];

    /// <summary>No part.</summary>
    internal static decimal[] None() => new decimal[All.Length];

    /// <summary>The parts in whole cents.</summary>
    internal static ImmutableArray<Usd> InCents(decimal[] parts, Usd gap) => Cents.Round(parts, gap);
}
