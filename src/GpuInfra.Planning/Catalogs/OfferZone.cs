using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Catalogs;

/// <summary>A zone where an offer is listed.</summary>
/// <param name="Zone">The zone: an id that means the same place in every account on AWS (<c>use1-az1</c>), a name on Google Cloud.</param>
/// <param name="Spot">The spot price there on the offer's date; null when the source has none.</param>
public sealed record OfferZone(string Zone, UsdPerHour? Spot);
