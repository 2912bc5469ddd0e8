using FsCheck;
using FsCheck.Fluent;
using GpuInfra.Planning.Finance;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Tests.Finance;

public class TotalCostTests
{
    private static readonly Lazy<FleetPlan> Flat = new(() => Planner.Plan(A.Plan(), "prod", A.Catalog));

    // What makes it dearer when it rises; the others (residual, life, falling rents) make it cheaper.
    private static readonly string[] Dearer =
    [
        "growthPercent", "networkStoragePercent", "peoplePer100Gpus", "personUsdPerYear", "licenceUsdPerGpuYear", "purchaseRentMonths", "hostPowerFactor", "idlePowerPercent", "fullPowerPercent",
        "powerUsageEffectiveness", "usdPerKwh", "hostingUsdPerKwMonth", "ownPeoplePer100Gpus", "capitalPercent",
    ];

    [Fact]
    public void Every_assumption_has_a_source_a_date_and_a_range_around_its_value() => Assert.All(Assumptions.Default.All, assumption =>
        Assert.True(assumption is { Source.Length: > 0, Low: >= 0, Grade: >= 'A' and <= 'D' } && assumption.Low <= assumption.Value && assumption.Value <= assumption.High && assumption.AsOf > new DateOnly(2026, 1, 1), assumption.Id));

    [Fact]
    public void A_fleet_that_does_not_grow_is_rented_for_thirty_six_times_its_month() =>
        Assert.InRange(Line(Of(Assumptions.Default).Rent, "machines") - (36 * Flat.Value.Cost.Monthly.Amount), -0.03m, 0.03m);

    [Fact]
    public void Depreciation_and_residual_are_the_price_where_life_is_three_years()
    {
        var assumptions = Assumptions.Default.With("lifeMonths", 36).With("residualPercent", 25).With("purchaseRentMonths", 10);
        Assert.InRange(Line(Of(assumptions).Buy, "depreciation") - (0.75m * 10 * Flat.Value.Cost.Monthly.Amount), -0.03m, 0.03m);
    }

    [Fact]
    public void Electricity_is_the_design_power_times_hours_and_price()
    {
        var assumptions = Assumptions.Default.With("hostPowerFactor", 1).With("powerUsageEffectiveness", 1).With("idlePowerPercent", 100).With("fullPowerPercent", 100).With("usdPerKwh", 1);
        var watts = Flat.Value.Pools.Sum(pool => pool.GpusPerInstance * pool.Instances.Desired * A.Gpu(pool.Gpu).Board.PowerWatts);
        Assert.InRange((double)Line(Of(assumptions).Buy, "electricity") - (watts / 1000 * 8_760 * 3), -0.03, 0.03);
    }

    [Fact]
    public void Lines_and_years_add_up_to_the_total_to_the_cent()
    {
        var cost = Of(Assumptions.Default);
        Assert.All(new[] { cost.Rent, cost.Buy }, way =>
        {
            Assert.Equal(way.Total.Amount, Enumerable.Range(0, TotalCost.Years).Sum(year => way.In(year).Amount));
            Assert.Equal(way.Total, way.Total.ToCents());
        });
    }

    [Fact]
    public void Growth_goes_on_after_the_horizon_as_within_it()
    {
        var growing = A.Plan() with { HorizonMonths = 12, Workloads = [A.Workload(scale: 40) with { Growth = Growth.Aggressive }] };
        var fleet = Planner.Plan(growing, "prod", A.Catalog);
        decimal Last(decimal percent) => TotalCost.Of(fleet, A.Catalog, Assumptions.Default.With("growthPercent", percent)).Rent.Lines[0].Years[2].Amount;
        Assert.InRange(Last(0) - (12 * fleet.Steps[^1].Monthly.Amount), -0.02m, 0.02m);
        Assert.True(Last(50) > Last(0) && Last(100) > Last(50));
    }

    [Fact]
    public void No_price_that_rises_makes_either_way_cheaper()
    {
        var cases = from id in Gen.Elements(Dearer) from low in Gen.Choose(0, 100) from more in Gen.Choose(0, 100) select (Id: id, Low: (decimal)low, High: (decimal)(low + more));
        Check.One(Config.QuickThrowOnFailure.WithReplay(2026, 1129), Prop.ForAll(cases.ToArbitrary(), item =>
        {
            var (low, high) = (Of(Assumptions.Default.With(item.Id, item.Low)), Of(Assumptions.Default.With(item.Id, item.High)));
            return low.Rent.Total.Amount <= high.Rent.Total.Amount && low.Buy.Total.Amount <= high.Buy.Total.Amount;
        }));
    }

    [Fact]
    public void The_tornado_has_every_assumption_once_the_widest_first()
    {
        var tornado = TotalCost.Tornado(Flat.Value, A.Catalog, Assumptions.Default);
        Assert.Equal(Assumptions.Default.All.Select(assumption => assumption.Id).Order(StringComparer.Ordinal), tornado.Select(swing => swing.Assumption.Id).Order(StringComparer.Ordinal));
        Assert.Equal(tornado.Select(swing => Math.Max(swing.Rent, swing.Buy)).OrderDescending(), tornado.Select(swing => Math.Max(swing.Rent, swing.Buy)));
    }

    private static TotalCost Of(Assumptions assumptions) => TotalCost.Of(Flat.Value, A.Catalog, assumptions);

    private static decimal Line(CostOfWay way, string name) => way.Lines.Single(line => line.Name == name).Total.Amount;
}
