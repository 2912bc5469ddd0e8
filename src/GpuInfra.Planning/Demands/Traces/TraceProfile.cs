using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Demands.Traces;

/// <summary>What reading a trace gave.</summary>
/// <param name="Profile">Its statistics.</param>
/// <param name="Format">How it was written, for people.</param>
/// <param name="OutOfOrder">Requests that came before the one in the row above them.</param>
/// <param name="Skipped">The first of the rows that were left out.</param>
public sealed record TraceProfile(DemandProfile Profile, string Format, long OutOfOrder, ImmutableArray<PlanProblem> Skipped);
