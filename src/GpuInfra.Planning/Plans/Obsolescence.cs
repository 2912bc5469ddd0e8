using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans;

/// <summary>A GPU that is on its way out: it is not chosen for months from then on, and what runs on it moves by then.</summary>
/// <param name="Gpu">Its id in the catalog.</param>
/// <param name="From">The first month without it.</param>
public sealed record Obsolescence(string Gpu, Month From);
