using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Demands.Forecasting;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;

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
        if (!trends.IsEmpty)
        {
            var (told, pools, futures) = (fleet.Plan, fleet.Pools, Futures.Weighted([.. Alternatives(plan, trends)]));
            fleet = fleet with { LazyLadders = new(() => CommitmentLadders.Of(told, pools, futures, catalog)) };
        }

        var demand = new DemandForecast(fleet.Plan);
        return new Forecast(
            fleet,
            [.. fleet.Steps.Select(step => new MonthForecast(
                step, [.. fleet.Plan.Servings.Select(serving => ServingMonth.Of(serving, demand.OfServing(serving, step.Month), step.Pools))]))],
            [.. Alternatives(plan, trends).Select(other => Outlook.Plan(other.Name, other.Plan, stack, catalog))],
            trends);
    }

    /// <summary>Other futures: the band of the trends where there are any, else the policies in place of the plan's growth.</summary>
    private static IEnumerable<(string Name, CapacityPlan Plan)> Alternatives(CapacityPlan plan, ImmutableSortedDictionary<string, TrendForecast> trends)
    {
        if (!trends.IsEmpty)
        {
            return
            [
                ("P10", FittedGrowth.Apply(plan, trends, month => month.P10)),
                ("P50", FittedGrowth.Apply(plan, trends, month => month.P50)),
                ("P90", FittedGrowth.Apply(plan, trends, month => month.P90)),
            ];
        }

        return Futures.Of(plan).Select(future => (future.Name, future.Plan));
    }
}
