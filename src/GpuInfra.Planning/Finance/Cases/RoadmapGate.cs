using System.Collections.Immutable;
using System.Text.Json;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Finance.Cases;

/// <summary>A phase of the seed's roadmap.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Low">The least part of production's demand, in percent.</param>
/// <param name="High">The most.</param>
/// <param name="First">Its first month, from 1.</param>
/// <param name="Last">Its last.</param>
/// <param name="LowUsd">The least that the seed expects it to cost, in USD.</param>
/// <param name="HighUsd">The most.</param>
/// <param name="Needs">What must hold before it begins.</param>
/// <param name="Source">Where it stands.</param>
/// <param name="AsOf">When it was read.</param>
public sealed record RoadmapPhase(string Name, int Low, int High, int First, int Last, Usd LowUsd, Usd HighUsd, ImmutableArray<string> Needs, string Source, DateOnly AsOf)
{
    private static readonly Lazy<ImmutableArray<RoadmapPhase>> Rows = new(() => FinanceData.Rows("roadmap.json", row => new RoadmapPhase(
        row.Text("phase"), (int)row.Number("lowPercent"), (int)row.Number("highPercent"), (int)row.Number("firstMonth"), (int)row.Number("lastMonth"), new Usd(row.Number("lowUsd")), new Usd(row.Number("highUsd")),
        [.. row.GetProperty("needs").EnumerateArray().Select(need => need.GetString()!)], row.Text("source"), row.Day("asOf"))));

    /// <summary>The phases, in order.</summary>
    public static ImmutableArray<RoadmapPhase> All => Rows.Value;

    /// <summary>Its months.</summary>
    public int Months => Last - First + 1;
}

/// <summary>Whether a plan may enter a phase.</summary>
/// <param name="Phase">The phase.</param>
/// <param name="Monthly">What its machines cost a month, planned anew for the phase's part of the demand; null where that has no fleet.</param>
/// <param name="Conditions">What must hold, and why it does or does not.</param>
public sealed record RoadmapGate(RoadmapPhase Phase, Usd? Monthly, ImmutableArray<(string Name, bool Holds, string Why)> Conditions)
{
    /// <summary>What its machines cost over the phase.</summary>
    public Usd? Cost => Monthly is { } monthly ? new Usd(monthly.Amount * Phase.Months) : null;

    /// <summary>True when all holds.</summary>
    public bool Passes => Conditions.All(condition => condition.Holds);

    /// <summary>The gate of each phase, of the deployed month's demand.</summary>
    public static ImmutableArray<RoadmapGate> Of(FleetPlan fleet, Catalog catalog) =>
        [.. RoadmapPhase.All.Select(phase => Of(fleet, phase, phase.High == 100 ? (fleet.Cost.Monthly, null) : Planned(fleet, catalog, phase.High / 100.0)))];

    private static RoadmapGate Of(FleetPlan fleet, RoadmapPhase phase, (Usd? Monthly, string? Why) planned) =>
        new(phase, planned.Monthly, [.. phase.Needs.Select(need => Condition(fleet, need, planned.Why))]);

    private static (Usd? Monthly, string? Why) Planned(FleetPlan fleet, Catalog catalog, double part)
    {
        try
        {
            return (Planner.Plan(ScaledPlan.Of(fleet.Plan, part), fleet.Stack, catalog).Cost.Monthly, null);
        }
        catch (PlanException infeasible)
        {
            return (null, infeasible.Problems[0].Message);
        }
    }

    private static (string Name, bool Holds, string Why) Condition(FleetPlan fleet, string need, string? infeasible)
    {
        var plan = fleet.Plan;
        var broken = fleet.Servings.SelectMany(serving => serving.Survival.Where(check => !check.Holds).Select(check => $"{serving.Serving.Name} without {check.Lost}")).ToList();
        var promised = fleet.Servings.Count(serving => serving.Serving.Survive.Cloud.Fraction > 0 || serving.Serving.Survive.Zone.Fraction > 0);
        return need switch
        {
            "latency" => (need, infeasible is null, infeasible ?? "there is a fleet that answers the phase's demand within the promised times"),
            "monitoring" => (need, plan.Monitoring is not null, plan.Monitoring is null ? "monitoring is not in the plan" : "monitoring is in the plan"),
            "budget" => (need, plan.Budget is { } most && fleet.Cost.Monthly.CompareTo(most.Monthly) <= 0,
                plan.Budget is not { } budget ? "no budget is in the plan" : $"{fleet.Cost.Monthly} a month against {budget.Monthly}"),
            "clouds" => (need, plan.Clouds.Length > 1, FormattableString.Invariant($"{plan.Clouds.Length} clouds")),
            "survival" => (need, promised > 0 && broken.Count == 0, broken.Count > 0 ? string.Join(", ", broken) : FormattableString.Invariant($"{promised} of {fleet.Servings.Length} servings promise to outlive a loss, and keep it")),
            "alerts" => (need, plan.Budget?.Alerts is not null, plan.Budget?.Alerts is null ? "budget.alerts is not in the plan: no cloud tells anybody" : "the clouds tell people of the budget"),
            "lock" => (need, plan.Lock == LockUse.Required, plan.Lock == LockUse.Required ? "only the reviewed lock is deployed" : "lock: required is not in the plan"),
            _ => throw new ArgumentOutOfRangeException(nameof(need), need, "A need that this version does not know."),
        };
    }
}
