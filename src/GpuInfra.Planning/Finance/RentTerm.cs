using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Finance;

/// <summary>A way to rent a fleet's machines: the status quo, the plan, and the terms of contracts.</summary>
/// <param name="Name">The way.</param>
/// <param name="Means">What it is.</param>
/// <param name="Monthly">Machines in the deployed month; null where it cannot be planned.</param>
/// <param name="ThreeYears">Machines over three years; null where it cannot be planned.</param>
/// <param name="Owed">What is owed to the end of its term whatever runs, from the day on which it is signed.</param>
/// <param name="Why">Why it has no figures; null where it has.</param>
public sealed record RentTerm(string Name, string Means, Usd? Monthly, Usd? ThreeYears, Usd Owed, string? Why)
{
    private const int MonthsPerYear = 12;

    /// <summary>
    /// The ways of a fleet. The status quo keeps demand, promises, clouds and techniques, and leaves out what is bought for them: all machines on demand at list prices,
    /// around the clock, one type of machine for a serving in each cloud, chosen anew. Its three years are the plan's times the deployed month's ratio. A term
    /// binds the deployed month's machines that always run and are under none yet; of what comes later nothing is bound.
    /// </summary>
    /// <param name="fleet">The fleet.</param>
    /// <param name="catalog">Offers and published discounts.</param>
    /// <param name="cost">Its three years.</param>
    public static ImmutableArray<RentTerm> Of(FleetPlan fleet, Catalog catalog, TotalCost cost)
    {
        var (monthly, machines) = (fleet.Cost.Monthly, cost.Rent.Lines.Single(line => line.Name == "machines").Total);
        return
        [
            StatusQuo(fleet, catalog, machines),
            new RentTerm("as planned", "the plan's tiers, hours, discounts and commitments", monthly, machines, fleet.Irrevocable, null),
            .. fleet.Cost.IfCommitted.Select(saving =>
            {
                var months = MonthsPerYear * (saving.Term == CommitmentTerm.OneYear ? 1 : TotalCost.Years);
                return new RentTerm(
                    saving.Term == CommitmentTerm.OneYear ? "one-year terms" : "three-year terms",
                    $"{saving.Instances} machines bound at published discounts{(saving.Term == CommitmentTerm.OneYear ? ", twice renewed" : "")}",
                    monthly - saving.Monthly, new Usd(machines.Amount - (saving.Monthly.Amount * TotalCost.Years * MonthsPerYear)), new Usd(saving.Bound.Amount * months), null);
            }),
        ];
    }

    private static RentTerm StatusQuo(FleetPlan fleet, Catalog catalog, Usd machines)
    {
        const string Name = "status quo";
        const string Means = "on demand at list prices, around the clock, one machine type for a serving in each cloud";
        var plan = ScaledPlan.Of(fleet.Plan, 1) with
        {
            Purchasing = fleet.Plan.Purchasing with { ReserveUpToPercentile = null, SpotFor = [] },
            Shutdown = null,
            Discounts = [],
            Commitments = [],
            Ledger = fleet.Plan.Ledger with { Reservations = [] },
            OffersPerCloud = 1,
        };
        try
        {
            var monthly = Planner.Plan(plan, fleet.Stack, catalog).Cost.Monthly;
            return new RentTerm(Name, Means, monthly, fleet.Cost.Monthly.Amount > 0 ? new Usd(machines.Amount * monthly.Amount / fleet.Cost.Monthly.Amount).ToCents() : null, default, null);
        }
        catch (PlanException infeasible)
        {
            return new RentTerm(Name, Means, null, null, default, infeasible.Problems[0].Message);
        }
    }
}
