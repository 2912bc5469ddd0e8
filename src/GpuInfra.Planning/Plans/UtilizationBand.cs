using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans;

/// <summary>
/// How busy servings of a kind are to be in the planned peak minute, without headroom: demand over the capacity that carries it. Less than the band is told,
/// more is not planned.
/// </summary>
/// <param name="Kind">The kind.</param>
/// <param name="AtLeast">Less is a warning; 0 to <paramref name="AtMost"/>.</param>
/// <param name="AtMost">More is not allowed; above 0, at most 100 %.</param>
public sealed record UtilizationBand(ServingKind Kind, Share AtLeast, Share AtMost);
