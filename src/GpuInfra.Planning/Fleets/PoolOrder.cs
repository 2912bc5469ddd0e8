using System.Collections.Immutable;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>Machines that a pool needs more of from a month on, and the last day to ask for them.</summary>
public sealed record PoolOrder
{
    /// <summary>The pool as it is in that month.</summary>
    public required Pool Pool { get; init; }

    /// <summary>The month; its first day needs them.</summary>
    public required Month Month { get; init; }

    /// <summary>Instances in the month before.</summary>
    public required int Before { get; init; }

    /// <summary>What to ask the cloud for.</summary>
    public required OrderKind Kind { get; init; }

    /// <summary>The last day to ask: the month's first day less the lead time.</summary>
    public required DateOnly OrderBy { get; init; }

    /// <summary>Zones that get more of them, with how many more, ordered by zone.</summary>
    public required ImmutableArray<PoolZone> Zones { get; init; }

    /// <summary>The quota they count against; null where the catalog does not know it.</summary>
    public required string? Quota { get; init; }

    /// <summary>What they take of it: vCPUs on AWS, GPUs on Google Cloud.</summary>
    public required int QuotaUnits { get; init; }

    /// <summary>Who asks: the owner of the pool's team, or what stands for several teams.</summary>
    public required string Owner { get; init; }

    /// <summary>What to do if the cloud refuses.</summary>
    public required string Fallback { get; init; }

    /// <summary>Instances to ask for.</summary>
    public int Instances => Pool.Instances.Desired - Before;
}

/// <summary>What capacity is asked for by.</summary>
public enum OrderKind
{
    /// <summary>A reservation that machines are started on.</summary>
    Reservation,

    /// <summary>A larger quota, so that machines can be started when they are needed.</summary>
    Quota,
}
