using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Catalogs;

/// <summary>A machine without accelerators in a region at a price: for routers, monitors and small embedding models.</summary>
/// <param name="Cloud">The cloud.</param>
/// <param name="Region">The region. A region without a row has no known price.</param>
/// <param name="InstanceType">The instance type or machine type.</param>
/// <param name="VCpus">Virtual CPUs; shared cores count as the cloud counts them. Null when not known.</param>
/// <param name="Memory">Main memory; null when not known.</param>
/// <param name="OnDemand">Price of one instance, Linux, before discounts.</param>
/// <param name="Spot">Spot price, one for the region; null when the source has none.</param>
/// <param name="Source">Where the price stands.</param>
/// <param name="Grade">A: the vendor's own list; B: taken from it by a program or person who says so; C: an article or a code constant.</param>
/// <param name="AsOf">The price's date; null where the source states none.</param>
public sealed record CpuOffer(
    CloudProvider Cloud,
    string Region,
    string InstanceType,
    int? VCpus,
    ByteSize? Memory,
    UsdPerHour OnDemand,
    UsdPerHour? Spot,
    string Source,
    char Grade,
    DateOnly? AsOf);
