using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Optimization;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Routes;
using GpuInfra.Planning.Sizing;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning;

/// <summary>From a plan to a fleet: the whole model on one page.</summary>
public static class Planner
{
    /// <summary>Where many servings compete for quotas, a fleet proven to be this near to the cheapest is good enough: 0.01 %.</summary>
    private const double Gap = 0.0001;

    /// <summary>Plans the fleet of a stack: month by month of the horizon, all servings of it together.</summary>
    /// <param name="plan">A checked plan.</param>
    /// <param name="stack">The stack it is for.</param>
    /// <param name="catalog">The models, GPUs and offers to plan with.</param>
    /// <param name="running">The fleet that runs, by month, as the stack's lock has it; empty when nothing does. A serving leaves it only for the better.</param>
    /// <exception cref="PlanException">Some serving cannot be run by any allowed offer, or cannot survive what it must.</exception>
    public static FleetPlan Plan(CapacityPlan plan, string stack, Catalog catalog, ImmutableArray<FleetStep> running) =>
        Plan(plan, stack, catalog, running, Calibration.Embedded, null);

    /// <summary>The same by other coefficients and, of the horizon, its first months only: the deployed one must be among them.</summary>
    internal static FleetPlan Plan(CapacityPlan plan, string stack, Catalog catalog, ImmutableArray<FleetStep> running, Calibration calibration, Month? last)
    {
        plan = plan with { Ledger = plan.Ledger.For(stack, plan) };
        var hash = PlanFingerprint.Of(plan, catalog.Hash);
        plan = PrecisionChoice.Resolve(plan, catalog);
        (plan, var windows) = DeadlineChoice.Resolve(plan, catalog);
        var forecast = new DemandForecast(plan);
        var solver = Solver(plan, forecast, catalog, calibration);
        var months = Enumerable.Range(0, plan.HorizonMonths).Select(plan.Start.Plus).TakeWhile(month => last is null || month.CompareTo(last.Value) <= 0).ToImmutableArray();

        // Of a month that is not deployed only its step is kept: what explains it would take memory for each month.
        SolvedMonth? solved = null;
        ImmutableArray<SolvedServing> deployed = [];
        ImmutableArray<Pool> before = [];
        ImmutableArray<FleetStep> steps = [.. months.Select(month =>
        {
            // While a month is solved, the next is sized.
            var sizing = month == months[^1] ? null : solver.BeginSizing(month.Plus(1));
            var optimum = solver.Solve(month, Stability.RunningIn(plan, month, running, before));
            var ordinary = DrainingHoldings.Apply(optimum);
            var servings = month == plan.AsOf && plan.Incident is not null
                ? IncidentFleet.Of(plan, catalog, ordinary, (rest, offers, rules) => Solver(rest, new DemandForecast(rest), offers, calibration, rules).Solve(month, []).Servings)
                : ordinary;
            (solved, deployed) = month == plan.AsOf ? (optimum, servings) : (solved, deployed);

            // Later months follow the fleet that there would be without an incident.
            before = CostBreakdown.Step(month, ordinary, optimum.Held).Pools;
            sizing?.Invoke();
            return CostBreakdown.Step(month, servings, optimum.Held);
        })];
        var step = steps.Single(step => step.Month == plan.AsOf);
        DrainingPools.Require(plan, step.Pools);
        var cost = CostBreakdown.Of(plan, catalog, step);
        var quotas = QuotaNeeds.Of(plan, catalog, steps);
        QuotaNeeds.Require(plan, quotas);
        ReservationCover.Require(plan);
        RoutingRules.Require(plan, step.Pools, [.. deployed.Select(serving => serving.Fleet)]);

        return new FleetPlan
        {
            Stack = stack,
            PlanHash = hash,
            PriceBook = new PriceBook(OldestPrice(plan, catalog), catalog.Hash),
            Plan = plan,
            Servings = [.. deployed.Select(serving => serving.Fleet)],
            Pools = step.Pools,
            Steps = steps,
            Quotas = quotas,
            Windows = windows,
            Cost = cost,
            Committed = solved!.Held.CommittedFrom(plan.AsOf),
            Optimum = solved,
            Running = running,
            LazyLadders = new(() => new CommitmentLadders(plan, Futures.Of(plan), catalog).In(plan.AsOf, step.Pools)),
            Warnings = [.. FleetWarnings.OfGap(solved.Optimum), .. FleetWarnings.Of(plan, catalog, step.Pools, cost), .. PoolUtilization.Warnings(plan, [.. deployed.Select(serving => serving.Fleet)], step.Pools), .. BudgetWarnings.OfCeiling(plan, steps), .. QuotaNeeds.Warnings(quotas), .. ReservationCover.Warnings(plan, step.Pools)],
        }.With(catalog);
    }

    /// <summary>Plans the fleet of a stack where nothing runs yet.</summary>
    /// <inheritdoc cref="Plan(CapacityPlan, string, Catalog, ImmutableArray{FleetStep})"/>
    public static FleetPlan Plan(CapacityPlan plan, string stack, Catalog catalog) => Plan(plan, stack, catalog, []);

    private static MonthSolver Solver(CapacityPlan plan, DemandForecast forecast, Catalog catalog, Calibration calibration, IncidentRules? rules = null) =>
        new(plan, new ServingTasks(plan, forecast, new OfferSizer(plan, catalog, calibration, rules?.Stays), catalog, rules), new SearchLimits { Gap = Gap });

    /// <summary>The date of the oldest price that the plan could use.</summary>
    private static DateOnly OldestPrice(CapacityPlan plan, Catalog catalog) =>
        plan.Clouds.SelectMany(cloud => cloud.Regions.SelectMany(region => catalog.OffersIn(cloud.Cloud, region))).Min(offer => offer.AsOf);
}
