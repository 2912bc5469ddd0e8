using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Locks;

/// <summary>The fleet plan that a lock holds for the plan's month. Nothing is sized and nothing chosen.</summary>
internal static class LockedFleet
{
    /// <summary>Reads the fleet of the plan's month from a lock.</summary>
    /// <param name="fleetLock">The lock.</param>
    /// <param name="file">How problems name its file.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="stack">The stack.</param>
    /// <param name="catalog">The profiles that demand is told by, and published discounts.</param>
    /// <exception cref="PlanException">The lock is of another stack or plan, or does not hold what the plan deploys.</exception>
    public static FleetPlan Of(FleetLock fleetLock, string file, CapacityPlan plan, string stack, Catalog catalog)
    {
        plan = plan with { Ledger = plan.Ledger.For(stack, plan) };
        var step = fleetLock.Steps.FirstOrDefault(step => step.Month == plan.AsOf);
        var problems = Problems(fleetLock, step, plan, stack).ToList();
        if (problems.Count > 0 || step is null)
        {
            throw new PlanException(problems.Select(problem => new PlanProblem(
                file, 0, 0, "", $"{problem}. Look at what would be deployed (gpuinfra plan --stack {stack}), then lock it: {FleetLock.CommandFor(stack)}")));
        }

        plan = DeadlineChoice.AsLocked(plan with { Servings = [.. plan.Servings.Select(serving => Resolved(serving, step.Pools))] }, step.Pools, catalog);
        var cost = CostBreakdown.Of(plan, catalog, step);
        var quotas = QuotaNeeds.Of(plan, catalog, fleetLock.Steps);
        QuotaNeeds.Require(plan, quotas);
        ReservationCover.Require(plan);
        var servings = Servings(plan, step.Pools, new DemandForecast(plan));
        return new FleetPlan
        {
            Stack = stack,
            PlanHash = fleetLock.PlanHash,
            PriceBook = fleetLock.PriceBook,
            Plan = plan,
            Servings = servings,
            Pools = step.Pools,
            Steps = fleetLock.Steps,
            Quotas = quotas,
            Cost = cost,
            Warnings = [.. FleetWarnings.Of(plan, catalog, step.Pools, cost), .. PoolUtilization.Warnings(plan, servings, step.Pools), .. QuotaNeeds.Warnings(quotas), .. ReservationCover.Warnings(plan, step.Pools)],
            Committed = new HeldCapacity(plan, catalog, plan.AsOf).CommittedFrom(plan.AsOf),
            LazyLadders = new(() => new CommitmentLadders(plan, Futures.Of(plan), catalog).In(plan.AsOf, step.Pools)),
            IsLocked = true,
        }.With(catalog);
    }

    /// <summary>A serving that leaves its precision open, in the precision that its pools were reviewed in.</summary>
    private static Serving Resolved(Serving serving, ImmutableArray<Pool> pools)
    {
        if (!serving.ChoosesPrecision)
        {
            return serving;
        }

        var precision = pools.First(pool => pool.Serving == serving.Name && !pool.IsDraining).Engine.Precision;
        return serving with { Precision = precision, Weights = serving.Artefacts.First(artefact => artefact.Precision == precision).Weights };
    }

    private static IEnumerable<string> Problems(FleetLock fleetLock, FleetStep? step, CapacityPlan plan, string stack)
    {
        if (fleetLock.Stack != stack)
        {
            yield return $"is the lock of stack {fleetLock.Stack}, not of {stack}";
        }

        // The lock's own price book counts, so that newer prices neither move nor block what was reviewed.
        var hash = PlanFingerprint.Of(plan, fleetLock.PriceBook.Hash);
        if (hash != fleetLock.PlanHash)
        {
            yield return $"answers another plan: the plan's hash is now {hash[..12]}, the lock's {fleetLock.PlanHash[..12]}";
        }
        else if (step is null)
        {
            yield return $"has no step for asOf {plan.AsOf}; it holds {fleetLock.Steps[0].Month} to {fleetLock.Steps[^1].Month}";
        }
        else if (plan.Incident is not null && !step.Pools.Any(pool => pool.Incident is not null)
            && fleetLock.Steps.FirstOrDefault(other => other.Pools.Any(pool => pool.Incident is not null)) is { } planned)
        {
            yield return $"was planned for the incident in {planned.Month}, and asOf is {plan.AsOf}";
        }
        else if (plan.Draining.FirstOrDefault(draining => !step.Pools.Any(pool => pool.IsDraining && pool.Id == draining.Pool)) is { } missing)
        {
            // A pool drains beside the month that it was planned with.
            yield return $"does not drain {missing.Pool} in {plan.AsOf}, and the plan does";
        }
    }

    private static ImmutableArray<ServingFleet> Servings(CapacityPlan plan, ImmutableArray<Pool> pools, DemandForecast forecast) =>
    [
        .. plan.Servings.Select(serving => ServingFleet.Of(
            serving,
            [.. forecast.WorkloadsOf(serving).Select(workload => workload.Name)],
            forecast.OfServing(serving, plan.AsOf),
            [.. pools.Where(pool => pool.Serving == serving.Name)],
            [])),
    ];
}
