using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Fleets;

/// <summary>How old the prices are that a fleet was chosen by.</summary>
public static class PriceAge
{
    /// <summary>Days from the oldest price that a plan could use to a day; never negative.</summary>
    public static int Days(DateOnly oldest, DateOnly today) => Math.Max(0, today.DayNumber - oldest.DayNumber);

    /// <summary>The day that a plan is judged on where nobody says which day it is: the first of its month.</summary>
    public static DateOnly DayOf(CapacityPlan plan) => new(plan.AsOf.Year, plan.AsOf.Number, 1);

    /// <summary>Refuses to choose a fleet by prices older than the plan takes. A lock was chosen already, and is deployed at any age; an incident does not wait for prices.</summary>
    /// <param name="fleet">The fleet.</param>
    /// <param name="today">The current date, which is an argument everywhere.</param>
    /// <exception cref="PlanException">The oldest price is older than the plan's <c>prices.maxAge</c>.</exception>
    public static void Require(FleetPlan fleet, DateOnly today)
    {
        if (!fleet.IsLocked && fleet.Plan.Incident is null && fleet.Plan.MaxPriceAgeDays is { } most && Days(fleet.PriceBook.AsOf, today) is var age && age > most)
        {
            throw new PlanException([new PlanProblem("plan", 0, 0, "prices.maxAge", FormattableString.Invariant(
                $"the oldest price is of {fleet.PriceBook.AsOf:yyyy-MM-dd}, {age} days before {today:yyyy-MM-dd}, and the plan takes {most}: import newer ones (gpuinfra catalog import), or allow older ones"))]);
        }
    }
}
