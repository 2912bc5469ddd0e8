using System.Collections.Immutable;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans;

/// <summary>What a month costs whose availability is below what was promised. It moves no fleet.</summary>
/// <param name="Steps">At least one, the mildest first: each is lower than the one before it and costs more.</param>
public sealed record ServicePenalty(ImmutableArray<PenaltyStep> Steps);

/// <summary>A step of a service-level agreement.</summary>
/// <param name="Below">The availability below which it holds: the share of a month's requests that are served.</param>
/// <param name="Costs">What such a month costs in all, not beyond the step before.</param>
public sealed record PenaltyStep(Share Below, Usd Costs);
