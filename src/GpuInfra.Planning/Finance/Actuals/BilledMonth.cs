using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Finance.Actuals;

/// <summary>A month of a plan against its bill. Costs are effective: what a commitment costs is in the month that it covers.</summary>
public sealed record BilledMonth
{
    /// <summary>What servings of no plan, and what names none, are called.</summary>
    public const string NoServing = "(none)";

    /// <summary>The month.</summary>
    public required Month Month { get; init; }

    /// <summary>What was read.</summary>
    public required FocusBill Bill { get; init; }

    /// <summary>The clouds that the exports are of and the plan is on, with the hours of the month that they bill.</summary>
    public required ImmutableArray<(CloudProvider Cloud, int Hours)> Clouds { get; init; }

    /// <summary>What was planned and is in no export: machines outside the clouds, and clouds without an export; USD a month.</summary>
    public required Usd NotCompared { get; init; }

    /// <summary>The pools of the clouds that are compared.</summary>
    public required ImmutableArray<PoolBill> Pools { get; init; }

    /// <summary>The servings, by name; <see cref="NoServing"/> last.</summary>
    public required ImmutableArray<ServingBill> Servings { get; init; }

    /// <summary>What teams are charged, by name: all that was billed in the month, taxes and credits included.</summary>
    public required ImmutableArray<TeamCharge> Teams { get; init; }

    /// <summary>Demand seen over demand planned, by serving; empty where nothing says it.</summary>
    public required ImmutableSortedDictionary<string, double> Demand { get; init; }

    /// <summary>Planned for the hours that were billed.</summary>
    public Usd Planned => new(Servings.Sum(serving => serving.Planned.Amount));

    /// <summary>Billed for use of the clouds.</summary>
    public Usd Billed => new(Servings.Sum(serving => serving.Billed.Amount));

    /// <summary>What lies between them.</summary>
    public Usd Gap => Billed - Planned;

    /// <summary>A part of the gap.</summary>
    public Usd this[GapPart part] => new(Servings.Sum(serving => serving[part].Amount));

    /// <summary>Holds a month's bill to its plan.</summary>
    /// <param name="fleet">The fleet.</param>
    /// <param name="month">The month; one of the horizon.</param>
    /// <param name="bill">What was billed in it.</param>
    /// <param name="demand">Demand seen over demand planned, by serving; none where nothing says it.</param>
    /// <exception cref="PlanException">The horizon has no such month.</exception>
    public static BilledMonth Of(FleetPlan fleet, Month month, FocusBill bill, ImmutableSortedDictionary<string, double> demand)
    {
        var step = fleet.Steps.FirstOrDefault(step => step.Month == month) ?? throw new PlanException(
            [new PlanProblem("--month", 0, 0, "", $"{month} is not in the plan's horizon, {fleet.Steps[0].Month} to {fleet.Steps[^1].Month}.")]);
        var comparison = new BillComparison(fleet.Plan, step, bill, demand);
        return new BilledMonth
        {
            Month = month,
            Bill = bill,
            Clouds = comparison.Clouds,
            NotCompared = comparison.NotCompared,
            Pools = comparison.Pools(),
            Servings = comparison.Servings(),
            Teams = comparison.Teams(),
            Demand = demand,
        };
    }
}

/// <summary>What a serving was billed.</summary>
/// <param name="Serving">The serving.</param>
/// <param name="Planned">Planned for the hours that were billed.</param>
/// <param name="Billed">Billed for use.</param>
/// <param name="Parts">Why, in the order of <see cref="GapParts.All"/>; they add up to the gap.</param>
public sealed record ServingBill(string Serving, Usd Planned, Usd Billed, ImmutableArray<Usd> Parts)
{
    /// <summary>What lies between them.</summary>
    public Usd Gap => Billed - Planned;

    /// <summary>A part of the gap.</summary>
    public Usd this[GapPart part] => Parts[(int)part];
}
