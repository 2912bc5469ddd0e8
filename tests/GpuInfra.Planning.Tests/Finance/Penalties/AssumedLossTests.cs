using System.Collections.Immutable;
using GpuInfra.Planning.Finance.Penalties;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Replays;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Finance.Penalties;

/// <summary>What losses leave unserved of planned fleets, and what that costs, against sums by hand and a simulation.</summary>
public class AssumedLossTests
{
    private static readonly LossAssumption Often = new(new(3, 12, 24), Hours(1, 4, 12), "a test");

    [Fact]
    public void The_loss_of_the_only_cloud_leaves_all_unserved_as_long_as_it_lasts()
    {
        var cloud = Assert.Single(Losses(Fleet(A.Plan(), new(null, null, Often))));
        Assert.Equal("cloud aws", cloud.Loss.Name);
        Assert.Equal([1.0, 4, 12], new[] { EstimatePoint.Low, EstimatePoint.Value, EstimatePoint.High }.Select(point => Math.Round(cloud.Hours(point), 9)));
        Assert.Equal(1, cloud.PerMonth(EstimatePoint.Value));
    }

    [Fact]
    public void Machines_without_a_reservation_come_back_in_other_zones_after_an_hour_and_their_start()
    {
        var fleet = Fleet(A.Plan(), new(Often, null, null));
        var pool = Assert.Single(fleet.Pools);
        Assert.True(pool.Zones.Length > 1);
        var back = TimeSpan.FromMinutes(60) + PoolStart.Of(A.Catalog, fleet.Plan.Servings[0], pool).Total;

        var zone = Losses(fleet).Single(loss => loss.Loss.Target == pool.Zones[0].Zone);

        var left = pool.RequestsPerSecond - Survivability.InstancesIn(pool, zone.Loss.Target) * pool.ReplicasPerInstance * pool.ReplicaCapacity.RequestsPerSecond;
        Assert.Equal(back.TotalHours * Unserved(fleet, left), zone.Hours(EstimatePoint.Value), 1e-9);
        Assert.Equal(1 * Unserved(fleet, left), zone.Hours(EstimatePoint.Low), 1e-9); // An hour is over before they are back.
        Assert.Equal(zone.Hours(EstimatePoint.Value), zone.Hours(EstimatePoint.High), 1e-12);
        Assert.True(zone.Hours(EstimatePoint.Value) > 0);
    }

    [Fact]
    public void Reserved_machines_come_back_with_their_zone()
    {
        var fleet = Fleet(A.Plan() with { Purchasing = new Purchasing(99, ReserveTerm.None, [], SpotFallback.None) { CreatesReservations = true } }, new(Often, null, null));
        var reserved = fleet.Pools.Where(pool => pool.Tier == Tier.Reserved).ToList();
        Assert.NotEmpty(reserved);
        foreach (var zone in Losses(fleet))
        {
            // Between 4 and 12 hours only reserved machines are missing.
            var missing = reserved.Sum(pool => Survivability.InstancesIn(pool, zone.Loss.Target) * pool.ReplicasPerInstance * pool.ReplicaCapacity.RequestsPerSecond);
            Assert.Equal(8 * Unserved(fleet, fleet.Pools.Sum(pool => pool.RequestsPerSecond) - missing), zone.Hours(EstimatePoint.High) - zone.Hours(EstimatePoint.Value), 1e-9);
        }
    }

    [Fact]
    public void A_region_that_another_stands_by_for_is_served_again_within_its_rto()
    {
        var plan = A.Plan() with { Clouds = [A.Aws() with { Recovery = new DisasterRecovery("us-west-2", TimeSpan.FromHours(2), TimeSpan.FromHours(1), TimeSpan.FromMinutes(30)) }] };
        var region = Assert.Single(Losses(Fleet(plan, new(null, Often, null))));
        Assert.Equal((1.0, 2.0, 2.0), (Math.Round(region.Hours(EstimatePoint.Low), 9), Math.Round(region.Hours(EstimatePoint.Value), 9), Math.Round(region.Hours(EstimatePoint.High), 9)));
    }

    [Fact]
    public void A_promise_to_survive_a_zone_leaves_only_what_is_above_P95()
    {
        var losses = new LossAssumptions(Often, null, null);
        var (bare, kept) = (Losses(Fleet(A.Plan(), losses)), Losses(Fleet(Surviving(Share.All), losses)));
        Assert.All(kept, loss => Assert.All(loss.Unserved.Value.Take(95), hours => Assert.Equal(0, hours, 1e-9)));
        Assert.True(kept.Max(loss => loss.Hours(EstimatePoint.Value)) < bare.Max(loss => loss.Hours(EstimatePoint.Value)));
    }

    [Fact]
    public void A_fleet_that_follows_load_loses_the_share_of_P95_at_any_demand()
    {
        var plan = A.Plan() with { Servings = [A.Serving() with { Scaling = new Scaling(null, 1, Share.FromPercent(30), true) }] };
        var fleet = Fleet(plan, new(null, null, Often));
        Assert.Equal(4, Assert.Single(Assert.Single(Losses(fleet)).Unserved.Value), 1e-9);
    }

    [Fact]
    public void Longer_losses_never_leave_less_unserved_on_any_of_productions_servings()
    {
        var fleet = Planner.Plan(A.ProdPlan() with { HorizonMonths = 1 }, "prod", A.Catalog);
        foreach (var serving in fleet.Servings)
        {
            var before = 0.0;
            foreach (var minutes in new[] { 10, 60, 75, 120, 600 })
            {
                var lasts = new LossAssumption(new(1, 1, 1), Hours(minutes / 60.0, minutes / 60.0, minutes / 60.0), "a test");
                var planned = fleet with { Plan = fleet.Plan with { Losses = new(lasts, lasts, lasts) } };
                var now = AssumedLoss.Of(planned, serving, A.Catalog).Sum(loss => loss.Hours(EstimatePoint.Value));
                Assert.True(now >= before);
                before = now;
            }

            Assert.True(before > 0);
        }
    }

    /// <summary>
    /// Months are drawn as the plan's assumptions say: for each place a Poisson number of losses, each at a demand of its own, drawn from the whole curve and not from a hundred of its points.
    /// </summary>
    [Fact]
    public void A_simulation_of_400_000_months_finds_the_expected_penalty_within_four_standard_errors()
    {
        ServicePenalty penalty = new([new PenaltyStep(Share.FromPercent(99.95), new Usd(10_000)), new PenaltyStep(Share.FromPercent(99.8), new Usd(50_000))]);
        var plan = Surviving(Share.FromPercent(60)) with { Losses = new(Often, new(new(1, 2, 4), Hours(0.1, 0.3, 1), "a test"), null) };
        var fleet = Planner.Plan(plan with { Servings = [plan.Servings[0] with { Penalty = penalty }] }, "prod", A.Catalog);
        var pool = Assert.Single(fleet.Pools);
        var (demand, random) = (fleet.Servings[0].Demand, new Random(61));
        var mean = Enumerable.Range(0, 10_000).Average(i => demand.RequestsPerSecondAt((i + 0.5) / 100));
        var back = TimeSpan.FromMinutes(60) + PoolStart.Of(A.Catalog, fleet.Plan.Servings[0], pool).Total;
        var places = pool.Zones.Select(zone => (Mean: 1.0, back.TotalHours, Left: pool.RequestsPerSecond - Survivability.InstancesIn(pool, zone.Zone) * pool.ReplicasPerInstance * pool.ReplicaCapacity.RequestsPerSecond))
            .Append((Mean: 2.0 / 12, 0.3, 0)).ToList();

        const int months = 400_000;
        var (sum, squares) = (0.0, 0.0);
        for (var month = 0; month < months; month++)
        {
            var unserved = 0.0;
            foreach (var (often, hours, left) in places)
            {
                for (var wait = Waited(); wait < often; wait += Waited())
                {
                    unserved += hours * Math.Max(0, demand.RequestsPerSecondAt(random.NextDouble() * 100) - left) / mean;
                }
            }

            var paid = (unserved / 730) switch { > 0.002 => 50_000, > 0.0005 => 10_000, _ => 0 };
            sum += paid;
            squares += (double)paid * paid;
        }

        var (found, expected) = (sum / months, (double)Assert.Single(ExpectedPenalty.Of(fleet, A.Catalog)).Monthly.Value.Amount);
        var error = Math.Sqrt((squares / months - found * found) / months);
        Assert.InRange(expected, 100, 49_000);
        Assert.True(Math.Abs(found - expected) < 4 * error, FormattableString.Invariant($"simulated {found:0.0} ± {error:0.0}, computed {expected:0.0}"));

        double Waited() => -Math.Log(1 - random.NextDouble());
    }

    private static double Unserved(FleetPlan fleet, double left)
    {
        var demands = Enumerable.Range(0, 100).Select(i => fleet.Servings[0].Demand.RequestsPerSecondAt(i + 0.5)).ToList();
        return demands.Average(demand => Math.Max(0, demand - left)) / demands.Average();
    }

    private static CapacityPlan Surviving(Share zone) => A.Plan() with { Servings = [A.Serving() with { Survive = new Survival(zone, default) }] };

    private static FleetPlan Fleet(CapacityPlan plan, LossAssumptions losses) => Planner.Plan(plan with { Losses = losses }, "prod", A.Catalog);

    private static ImmutableArray<AssumedLoss> Losses(FleetPlan fleet) => AssumedLoss.Of(fleet, fleet.Servings[0], A.Catalog);

    private static Estimate<TimeSpan> Hours(double low, double value, double high) => new(TimeSpan.FromHours(low), TimeSpan.FromHours(value), TimeSpan.FromHours(high));
}
