using GpuInfra.Planning.Plans.Reading;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary><c>leadTimes</c>.</summary>
internal static class LeadTimeSection
{
    private const int Most = 3_650;

    private static readonly Key<int> Quota = Key.Optional(
        "quota", Quantities.Days(1, Most), "Days that a quota increase takes, as 14d.", LeadTimes.Default.Quota);

    private static readonly Key<int> Reservation = Key.Optional(
        "reservation", Quantities.Days(1, Most), "Days that a reservation takes, as 28d.", LeadTimes.Default.Reservation);

    private static readonly Key<int> CapacityBlock = Key.Optional(
        "capacityBlock", Quantities.Days(1, LeadTimes.FarthestCapacityBlock), "Days that a Capacity Block takes, as 14d; AWS sells them at most 56d ahead.",
        LeadTimes.Default.CapacityBlock);

    public static readonly PlanValue<LeadTimes> Value = new Section<LeadTimes>(
        [Quota, Reservation, CapacityBlock],
        fields => new LeadTimes(fields.Get(Quota), fields.Get(Reservation), fields.Get(CapacityBlock)));
}
