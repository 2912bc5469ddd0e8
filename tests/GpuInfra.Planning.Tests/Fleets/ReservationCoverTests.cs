using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Plans.Ledgers;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Fleets;

public class ReservationCoverTests
{
    private static readonly CapacityPlan Plan = A.Plan() with { Purchasing = new Purchasing(50, ReserveTerm.None, [], SpotFallback.None) { CreatesReservations = true } };

    private static readonly Pool Reserved = Planner.Plan(Plan, "prod", A.Catalog).Pools.Single(pool => pool.Tier == Tier.Reserved);

    [Fact]
    public void Held_machines_stand_against_needed_ones_with_the_day_to_renew()
    {
        var cover = Assert.Single(With(Held()).Reservations);
        Assert.Equal((Reserved.InstanceType, 3, new DateOnly(2026, 12, 1)), (cover.InstanceType, cover.Held, cover.RenewBy));
        Assert.Equal(Math.Min(3, cover.Needed), cover.Used);
    }

    [Fact]
    public void What_begins_later_is_not_held_yet() =>
        Assert.Equal(0, Assert.Single(With(Held() with { Start = new DateOnly(2026, 12, 2) }).Reservations).Held);

    [Fact]
    public void One_that_has_ended_and_is_assigned_still_is_refused_at_its_line()
    {
        var message = Assert.Throws<PlanException>(() => With(Held() with { End = new DateOnly(2026, 11, 30) })).Message;
        Assert.Equal("reservations.yaml:9:5 reservations.cr-1: ended on 2026-11-30, before 2026-12, and is assigned still: renew it, or take it out", message);
    }

    [Fact]
    public void Only_what_is_paid_to_its_end_is_irrevocable_and_only_from_the_deployed_month_on()
    {
        Assert.Equal(default, With(Held()).Irrevocable);
        var block = Held() with { Kind = ReservationKind.CapacityBlock, Approval = new Approval("cbo-1", new Usd(100_000), "cfo@example.com", new DateOnly(2026, 11, 1)) };
        Assert.Equal(new Usd(3 * 24 * 31 * 10m), With(block).Irrevocable);
        Assert.Equal(With(block).Irrevocable, With(block with { Start = new DateOnly(2026, 12, 1) }).Irrevocable);
    }

    private static FleetPlan With(HeldReservation held) => Planner.Plan(Plan with { Ledger = new() { Reservations = [held] } }, "prod", A.Catalog);

    private static HeldReservation Held() => new()
    {
        Id = "cr-1",
        Kind = ReservationKind.OnDemand,
        Grant = new Grant(CloudProvider.Aws, A.Aws().Account, "us-east-1", 4, ImmutableSortedDictionary<string, int>.Empty.Add("prod", 3).Add("staging", 1))
        {
            Location = new PlanLocation("reservations.yaml", 9, 5),
        },
        Zone = "use1-az2",
        InstanceType = Reserved.InstanceType,
        Start = new DateOnly(2026, 6, 1),
        End = new DateOnly(2026, 12, 31),
        Hourly = new UsdPerHour(10),
        Approval = null,
    };
}
