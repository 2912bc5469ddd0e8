using GpuInfra.Planning.Plans.Reading;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary><c>scaling</c> of a serving.</summary>
internal static class ScalingSection
{
    private static readonly Key<Share?> InUse = Key.OptionalNumber(
        "inUse", Quantities.Percentage(10, 95),
        "Share of a replica's places that requests being answered are to take. Left out, what a replica has in flight at the planned peak.");

    private static readonly Key<double> WaitingPerReplica = Key.Optional(
        "waitingPerReplica", Quantities.Number(0.1, 1000, "0.1", "1000"), "Requests that may wait for a place of a replica, on average.", 1.0);

    private static readonly Key<Share> Floor = Key.Optional(
        "floor", Quantities.Percentage(10, 100),
        "Share of P95 demand that the smallest size carries, with everything that survive promises of it. Below 100% promises hold in part while load is low.",
        Share.All);

    private static readonly Key<bool> Schedule = Key.Optional(
        "schedule", Quantities.YesOrNo, "Whether machines are started ahead of the hours that the demand's profile knows.", true);

    private static readonly Key<int?> Standby = Key.OptionalNumber(
        "standby", Quantities.WholeNumber(1, 1000),
        "Machines of each pool that wait prepared and stopped: only their disks cost, and they start sooner than new ones. Left out, none.");

    public static readonly PlanValue<Scaling> Value = new Section<Scaling>(
        [InUse, WaitingPerReplica, Floor, Schedule, Standby],
        fields => new Scaling(fields.Get(InUse), fields.Get(WaitingPerReplica), fields.Get(Floor), fields.Get(Schedule)) { Standby = fields.Get(Standby) });
}
