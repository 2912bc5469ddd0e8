using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Demands.Forecasting;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests;

public class ForecasterTests
{
    private static readonly CapacityPlan Plan = A.Plan() with { HorizonMonths = 4, Workloads = [A.Workload() with { Growth = Growth.Aggressive }] };

    [Fact]
    public void Every_month_holds_what_its_fleet_serves()
    {
        var forecast = Of(Plan);
        Assert.Equal(4, forecast.Months.Length);
        Assert.All(forecast.Months, month =>
        {
            var serving = Assert.Single(month.Servings);
            Assert.Equal(month.Step.Pools.Sum(pool => pool.Replicas), serving.Replicas);
            Assert.True(serving.Headroom.Percent >= 20 - 1e-9);
            Assert.Equal(month.TokensPerDay, serving.Demand.RequestsPerSecond * (serving.Demand.InputTokens + serving.Demand.OutputTokens) * 86_400, month.TokensPerDay * 1e-12);
        });
        Assert.Equal(3, forecast.Months[^1].TokensPerDay / (A.Profile("azure-conv-2023").RequestsPerSecond * 4 * (1154.7 + 211.126) * 86_400), 3);
    }

    [Fact]
    public void What_grows_is_ordered_a_lead_time_before_its_month()
    {
        var forecast = Of(Plan with { LeadTimes = new LeadTimes(10, 31, 14) });
        Assert.NotEmpty(forecast.Fleet.Times.Orders);
        Assert.All(forecast.Fleet.Times.Orders, order =>
        {
            var before = forecast.Fleet.Steps.Single(step => step.Month == order.Month.Plus(-1)).Pools.FirstOrDefault(pool => pool.Id == order.Pool.Id);
            Assert.Equal(order.Pool.Instances.Desired - (before?.Instances.Desired ?? 0), order.Instances);
            Assert.True(order.Instances > 0);
            Assert.Equal(order.Pool.Tier == Tier.Reserved ? 31 : 10, new DateOnly(order.Month.Year, order.Month.Number, 1).DayNumber - order.OrderBy.DayNumber);
        });
    }

    [Fact]
    public void An_order_says_what_where_who_and_what_else_to_do()
    {
        var plan = A.ProdPlan() with { HorizonMonths = 6, Workloads = [.. A.ProdPlan().Workloads.Select(workload => workload with { Growth = Growth.Aggressive })] };
        var orders = Of(plan).Fleet.Times.Orders;
        Assert.NotEmpty(orders);
        Assert.All(orders, order =>
        {
            Assert.Equal(order.Pool.Tier == Tier.Reserved ? OrderKind.Reservation : OrderKind.Quota, order.Kind);
            Assert.Equal("owner@example.com", order.Owner);
            Assert.True(order.Zones.Sum(zone => zone.Instances) >= order.Instances);
            var machine = A.Catalog.FindMachine(order.Pool.Cloud, order.Pool.InstanceType)!;
            Assert.Equal(order.Instances * (order.Pool.Cloud == CloudProvider.Aws ? machine.VCpus : machine.Gpus), order.QuotaUnits);
            Assert.NotEmpty(order.Fallback);
        });
        Assert.Contains(orders, order => order.Kind == OrderKind.Quota && order.Fallback.Contains("the next cheapest", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_months_machines_are_split_into_a_reserve_and_a_peak()
    {
        var forecast = Of(A.ProdPlan() with { HorizonMonths = 3 });
        Assert.All(forecast.Months, month =>
        {
            var standing = month.Step.Pools.Where(pool => pool.Tier is Tier.Reserved or Tier.OnDemand && pool.Window is null).Sum(pool => pool.Instances.Desired);
            Assert.Equal(standing, month.WithoutTerm + month.Ladders.Sum(ladder => ladder.Committed + ladder.Peak));
            Assert.True(month.MostRegret.Amount <= month.Ladders.Sum(ladder => ladder.MostRegret.Amount));
        });
        Assert.Contains(forecast.Months, month => month.Ladders.Any(ladder => ladder.Committed > 0));
        Assert.Equal(forecast.Months[0].Ladders, forecast.Fleet.Ladders);
    }

    [Fact]
    public void A_split_of_a_later_month_is_that_of_a_plan_which_begins_then()
    {
        // Growth that goes on: a year from the third month sees other demand than one from the first.
        var plan = A.ProdPlan() with { HorizonMonths = 3 };
        var later = Of(plan).Months[2].Ladders;
        Assert.NotEmpty(later);
        Assert.Equal(Planner.Plan(plan with { AsOf = plan.Start.Plus(2) }, "prod", A.Catalog).Ladders.Select(Figures), later.Select(Figures));

        static (string, int, int, int, Usd, Usd) Figures(CommitmentLadder ladder) =>
            (ladder.InstanceType, ladder.Uses.Length, ladder.Committed, ladder.LeastRegret, ladder.Expected, ladder.MostRegret);
    }

    [Fact]
    public void A_fleet_that_does_not_grow_orders_nothing() => Assert.Empty(Of(A.Plan() with { HorizonMonths = 3 }).Fleet.Times.Orders);

    [Fact]
    public void Without_a_history_the_policies_are_compared() =>
        Assert.Equal(["conservative", "middle", "aggressive"], Of(Plan).Scenarios.Select(scenario => scenario.Name));

    [Fact]
    public void A_history_replaces_the_growth_of_its_workload_and_brings_a_band()
    {
        var history = new MonthlyHistory(Plan.Start.Plus(-12), [.. Enumerable.Range(0, 12).Select(month => 5e9 * Math.Pow(1.1, month) * (1 + 0.05 * Math.Sin(month * 2.7)))]);
        var forecast = Of(Plan, ImmutableSortedDictionary<string, MonthlyHistory>.Empty.Add("chat", history));
        Assert.Equal(["P10", "P50", "P90"], forecast.Scenarios.Select(scenario => scenario.Name));
        var costs = forecast.Scenarios.Select(scenario => scenario.Steps[^1].Monthly.Amount).ToList();
        Assert.Equal(costs.Order(), costs);
        Assert.Equal(forecast.Fleet.Steps[^1].Monthly, forecast.Scenarios[1].Steps[^1].Monthly);

        // The plan's own first month, grown by the trend to the end of the fourth.
        var trend = forecast.Trends["chat"];
        Assert.Equal(
            trend.Of(Plan.Start.Plus(4)).P50 / trend.Of(Plan.Start).P50,
            forecast.Months[^1].TokensPerDay / (A.Profile("azure-conv-2023").RequestsPerSecond * 4 * (1154.7 + 211.126) * 86_400), 6);
    }

    private static Forecast Of(CapacityPlan plan, ImmutableSortedDictionary<string, MonthlyHistory>? histories = null) =>
        Forecaster.Of(plan, "prod", A.Catalog, histories ?? ImmutableSortedDictionary<string, MonthlyHistory>.Empty);
}
