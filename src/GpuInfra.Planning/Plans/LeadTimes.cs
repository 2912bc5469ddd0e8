namespace GpuInfra.Planning.Plans;

/// <summary>
/// How long before its first day capacity must be asked for, in days. No cloud promises any of it: the defaults are assumptions (AWS reviews
/// quota increases of GPU families by hand, for which days to weeks are reported; reservations need capacity to be found), so an organisation
/// puts its own experience in.
/// </summary>
/// <param name="Quota">For a quota increase, before capacity bought by the hour. Default: 14.</param>
/// <param name="Reservation">For a reservation. Default: 28.</param>
/// <param name="CapacityBlock">For a Capacity Block of AWS or a calendar reservation of Google Cloud. Default: 14.</param>
public sealed record LeadTimes(int Quota, int Reservation, int CapacityBlock)
{
    /// <summary>The latest that AWS sells a Capacity Block ahead of its start: eight weeks (EC2 user guide, Capacity Blocks for ML).</summary>
    public const int FarthestCapacityBlock = 56;

    /// <summary>Two weeks for a quota, four for a reservation, two for a Capacity Block.</summary>
    public static LeadTimes Default { get; } = new(14, 28, 14);
}
