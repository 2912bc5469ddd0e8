using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Demands.Forecasting;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning;

/// <summary>From a plan and what is known of the past to the fleet of every month, what else may come, and what to order when.</summary>
public static class Forecaster
{
    /// <summary>Forecasts a stack over the plan's horizon.</summary>
    /// <param name="plan">A checked plan.</param>
    /// <param name="stack">The stack it is for.</param>
    /// <param name="catalog">The models, GPUs and offers to plan with.</param>
    /// <param name="histories">Histories by workload, each ending before the plan's first month; workloads without one grow as the plan says.</param>
    /// <exception cref="PlanException">The plan cannot be met.</exception>
    public static Forecast Of(
        CapacityPlan plan, string stack, Catalog catalog, ImmutableSortedDictionary<string, MonthlyHistory> histories)
    {
        var trends = histories.ToImmutableSortedDictionary(
            pair => pair.Key, pair => HoltWinters.Forecast(pair.Value, plan.Start.Plus(plan.HorizonMonths)), StringComparer.Ordinal);
        var expected = FittedGrowth.Apply(plan, trends, month => month.P50);
        var fleet = Planner.Plan(expected, stack, catalog);
        var (futures, demand) = (FuturesOf(plan, trends), new DemandForecast(fleet.Plan));
        var ladders = new CommitmentLadders(fleet.Plan, futures, catalog);
        ImmutableArray<MonthForecast> months =
        [
            .. fleet.Steps.Select(step => new MonthForecast(
                step,
                [.. fleet.Plan.Servings.Select(serving => ServingMonth.Of(serving, demand.OfServing(serving, step.Month), step.Pools))],
                ladders.In(step.Month, step.Pools))),
        ];
        return new Forecast(
            fleet with { LazyLadders = new(() => months.Single(month => month.Step.Month == plan.AsOf).Ladders) },
            months,
            [.. futures.Select(other => Outlook.Plan(other.Name, other.Plan, stack, catalog))],
            trends);
    }

    /// <summary>Other futures: the band of the trends where there are any, else the policies in place of the plan's growth.</summary>
    private static ImmutableArray<(string Name, Share Weight, CapacityPlan Plan)> FuturesOf(
        CapacityPlan plan, ImmutableSortedDictionary<string, TrendForecast> trends) => trends.IsEmpty ? Futures.Of(plan) : Futures.Weighted(
        [
            ("P10", FittedGrowth.Apply(plan, trends, month => month.P10)),
            ("P50", FittedGrowth.Apply(plan, trends, month => month.P50)),
            ("P90", FittedGrowth.Apply(plan, trends, month => month.P90)),
        ]);
}
