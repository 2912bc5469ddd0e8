using System.Collections.Immutable;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Sizing;

namespace GpuInfra.Planning.Fleets;

/// <summary>A serving in a month before it is solved: what it needs, what can run it, and why the rest cannot.</summary>
internal sealed record ServingTask
{
    /// <summary>The serving.</summary>
    public required Serving Serving { get; init; }

    /// <summary>Its workloads, in the plan's order.</summary>
    public required ImmutableArray<Workload> Workloads { get; init; }

    /// <summary>Their demand together.</summary>
    public required Demand Demand { get; init; }

    /// <summary>True when it runs on spot and nowhere else.</summary>
    public required bool IsSpot { get; init; }

    /// <summary>Requests per second that reservations carry, to be split off what the optimiser decides; zero when it decides that itself.</summary>
    public required double ReserveLater { get; init; }

    /// <summary>Offers that can run and start it, ordered by id.</summary>
    public required ImmutableArray<Candidate> Candidates { get; init; }

    /// <summary>Offers that can run it, whether or not they can be started or are obsolete: what drains may be on any of them.</summary>
    public required ImmutableArray<Candidate> Runnable { get; init; }

    /// <summary>Why other offers cannot.</summary>
    public required Func<IEnumerable<Rejection>> Rejections { get; init; }

    /// <summary>GPU seconds per second of each of its workloads on a replica: cost shares need ratios only.</summary>
    public required Func<ReplicaSizing, ImmutableArray<double>> GpuTime { get; init; }

    /// <summary>What its draining pools take of quotas beside what is chosen.</summary>
    public ImmutableArray<LimitUse> Draining { get; init; } = [];

    /// <summary>Makes its pools.</summary>
    public required PoolFactory Factory { get; init; }

    /// <summary>What is held already in the month.</summary>
    public required HeldCapacity Held { get; init; }

    /// <summary>What may stand on offers that are hard to have.</summary>
    public ImmutableArray<SharedLimit> Limits { get; init; } = [];

    /// <summary>What the optimiser is told.</summary>
    public required ServingNeed Need { get; init; }
}
