using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning;

/// <summary>From a plan to a fleet: the whole model on one page.</summary>
public static class Planner
{
    /// <summary>Plans the fleet of a stack: each month of the horizon by itself, each serving by itself.</summary>
    /// <param name="plan">A checked plan.</param>
    /// <param name="stack">The stack it is for.</param>
    /// <param name="catalog">The models, GPUs and offers to plan with.</param>
    /// <exception cref="PlanException">Some serving cannot be run by any allowed offer, or cannot survive what it must.</exception>
    public static FleetPlan Plan(CapacityPlan plan, string stack, Catalog catalog)
    {
        plan = plan with { Ledger = plan.Ledger.For(stack, plan) };
        var hash = PlanFingerprint.Of(plan, catalog.Hash);
        plan = PrecisionChoice.Resolve(plan, catalog);
        var forecast = new DemandForecast(plan);
        var solver = new ServingSolver(plan, forecast, new OfferSizer(plan, catalog));
        var months = Enumerable.Range(0, plan.HorizonMonths).Select(plan.Start.Plus);
        var solved = months.ToImmutableSortedDictionary(month => month, month => CommitmentLedger.Apply(plan, SolveAll(plan, solver, month), month));
        var deployed = solved[plan.AsOf];
        DrainingPools.Require(plan, PoolsOf(deployed));
        var cost = CostBreakdown.Of(plan, catalog, PoolsOf(deployed), CostBreakdown.ByWorkload(deployed));

        ImmutableArray<FleetStep> steps =
        [
            .. solved.Select(month => new FleetStep(
                month.Key, PoolsOf(month.Value), CostBreakdown.Sum(PoolsOf(month.Value)), CostBreakdown.ByWorkload(month.Value))),
        ];
        var quotas = QuotaNeeds.Of(plan, catalog, steps);
        QuotaNeeds.Require(plan, quotas);
        ReservationCover.Require(plan);

        return new FleetPlan
        {
            Stack = stack,
            PlanHash = hash,
            PriceBook = new PriceBook(OldestPrice(plan, catalog), catalog.Hash),
            Plan = plan,
            Servings = [.. deployed.Select(serving => serving.Fleet)],
            Pools = PoolsOf(deployed),
            Steps = steps,
            Quotas = quotas,
            Cost = cost,
            Warnings = [.. FleetWarnings.Of(plan, catalog, PoolsOf(deployed), cost), .. QuotaNeeds.Warnings(quotas), .. ReservationCover.Warnings(ReservationCover.Of(plan, PoolsOf(deployed)))],
        };
    }

    /// <summary>Every serving of a month; when several cannot be solved, all of them are told.</summary>
    private static ImmutableArray<SolvedServing> SolveAll(CapacityPlan plan, ServingSolver solver, Month month)
    {
        var solved = ImmutableArray.CreateBuilder<SolvedServing>();
        var problems = ImmutableArray.CreateBuilder<PlanProblem>();
        foreach (var serving in plan.Servings)
        {
            try
            {
                solved.Add(solver.Solve(serving, month));
            }
            catch (PlanException exception)
            {
                problems.AddRange(exception.Problems);
            }
        }

        return problems.Count == 0 ? solved.ToImmutable() : throw new PlanException(problems);
    }

    /// <summary>The date of the oldest price that the plan could use.</summary>
    private static DateOnly OldestPrice(CapacityPlan plan, Catalog catalog) =>
        plan.Clouds.SelectMany(cloud => cloud.Regions.SelectMany(region => catalog.OffersIn(cloud.Cloud, region))).Min(offer => offer.AsOf);

    private static ImmutableArray<Pool> PoolsOf(ImmutableArray<SolvedServing> servings) =>
        [.. servings.SelectMany(serving => serving.Pools).OrderBy(pool => pool.Id, StringComparer.Ordinal)];
}
