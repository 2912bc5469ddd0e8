using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Demands.Forecasting;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning;

/// <summary>What the months of the horizon bring.</summary>
/// <param name="Fleet">The fleet as expected.</param>
/// <param name="Months">Its months, in order.</param>
/// <param name="Scenarios">Other futures, the mildest first.</param>
/// <param name="Trends">What histories foretell, by workload.</param>
public sealed record Forecast(
    FleetPlan Fleet,
    ImmutableArray<MonthForecast> Months,
    ImmutableArray<Outlook> Scenarios,
    ImmutableSortedDictionary<string, TrendForecast> Trends);

/// <summary>A month: its fleet, and what each serving needs and has.</summary>
/// <param name="Step">Its fleet.</param>
/// <param name="Servings">Its servings, in the plan's order.</param>
/// <param name="Ladders">Its machines split into a reserve to commit to and a peak to leave on demand, by serving and offer.</param>
public sealed record MonthForecast(FleetStep Step, ImmutableArray<ServingMonth> Servings, ImmutableArray<CommitmentLadder> Ladders)
{
    private const double SecondsPerDay = 86_400;

    /// <summary>Input and output tokens of a mean day, of all servings.</summary>
    public double TokensPerDay => Servings.Sum(serving => serving.Demand.Prefill.PerSecond + serving.Demand.Decode.PerSecond) * SecondsPerDay;

    /// <summary>The lowest headroom of any serving.</summary>
    public Share Headroom => Servings.Min(serving => serving.Headroom);

    /// <summary>Machines around the clock that no term is published for.</summary>
    public int WithoutTerm => Step.Pools.Where(CommitmentLadders.CanBeCommittedTo).Sum(pool => pool.Instances.Desired) - Ladders.Sum(ladder => ladder.Uses.Length);

    /// <summary>The regret of all its splits together in the future where that is greatest, in an average month.</summary>
    public Usd MostRegret => new(Ladders.SelectMany(ladder => ladder.Futures).GroupBy(future => future.Name)
        .Select(future => future.Sum(outcome => outcome.Regret.Amount)).DefaultIfEmpty().Max());
}

/// <summary>A serving in a month.</summary>
/// <param name="Serving">The serving's name.</param>
/// <param name="Demand">The demand of its workloads together.</param>
/// <param name="Replicas">Replicas in all its pools that carry demand.</param>
/// <param name="Headroom">Their capacity above the planned peak, as a share of it.</param>
public sealed record ServingMonth(string Serving, Demand Demand, int Replicas, Share Headroom)
{
    internal static ServingMonth Of(Serving serving, Demand demand, ImmutableArray<Pool> pools)
    {
        var carrying = pools.Where(pool => pool.Serving == serving.Name && !pool.IsDraining).ToList();
        return new ServingMonth(
            serving.Name,
            demand,
            carrying.Sum(pool => pool.Replicas),
            Share.FromFraction(Math.Max(0, carrying.Sum(pool => pool.RequestsPerSecond) / demand.PeakRequestsPerSecond - 1)));
    }
}

/// <summary>Another future.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Steps">Its fleet month by month; empty when it cannot be met.</param>
/// <param name="Problem">Why it cannot be met; null when it can.</param>
public sealed record Outlook(string Name, ImmutableArray<FleetStep> Steps, string? Problem)
{
    internal static Outlook Plan(string name, CapacityPlan plan, string stack, Catalog catalog)
    {
        try
        {
            return new Outlook(name, Planner.Plan(plan, stack, catalog).Steps, null);
        }
        catch (PlanException problem)
        {
            return new Outlook(name, [], problem.Problems[0].Message);
        }
    }
}
