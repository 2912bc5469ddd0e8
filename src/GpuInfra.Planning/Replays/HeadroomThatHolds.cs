using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Sizing;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Replays;

/// <summary>
/// The least of a few headrooms with which a serving keeps its promise after every loss, as played. Rates are what a replica keeps on average, so a fleet of a few replicas, whose
/// bursts have nowhere to go, may have the capacity and break the promise (decision 018).
/// </summary>
/// <param name="Serving">The serving.</param>
/// <param name="Headroom">Its own headroom, above what it has.</param>
/// <param name="MoreMonthly">What its machines then cost more a month, all else planned as before.</param>
public sealed record HeadroomThatHolds(string Serving, Share Headroom, Usd MoreMonthly)
{
    private static readonly ImmutableArray<Share> Tried = [.. new[] { 50, 75, 100, 150, 200, 300, 400 }.Select(percent => Share.FromPercent(percent))];

    /// <summary>One for each serving of a fleet that breaks its promise and would keep it with one of these.</summary>
    /// <param name="fleet">The fleet.</param>
    /// <param name="proof">What its losses leave.</param>
    /// <param name="catalog">What to plan with.</param>
    public static ImmutableArray<HeadroomThatHolds> Of(FleetPlan fleet, SurvivalProof proof, Catalog catalog) =>
    [
        .. fleet.Servings.Select(serving => serving.Serving).Where(serving => proof.Losses.Any(loss => loss.Serving == serving.Name && !loss.IsKept))
            .Select(serving => Of(fleet, catalog, serving)).OfType<HeadroomThatHolds>(),
    ];

    private static HeadroomThatHolds? Of(FleetPlan fleet, Catalog catalog, Serving serving) => Tried.Where(headroom => headroom.CompareTo(fleet.Plan.HeadroomOf(serving)) > 0)
        .Select(headroom => With(fleet, catalog, serving.Name, headroom)).OfType<HeadroomThatHolds>().FirstOrDefault();

    /// <summary>The fleet with that headroom; null where it cannot be planned or does not hold either.</summary>
    private static HeadroomThatHolds? With(FleetPlan fleet, Catalog catalog, string name, Share headroom)
    {
        var plan = fleet.Plan with { Servings = [.. fleet.Plan.Servings.Select(serving => serving.Name == name ? serving with { Headroom = headroom } : serving)] };
        try
        {
            var whole = Planner.Plan(plan, fleet.Stack, catalog, [], Calibration.Embedded, plan.AsOf);
            var own = whole with { Servings = [.. whole.Servings.Where(serving => serving.Serving.Name == name)], Pools = [.. whole.Pools.Where(pool => pool.Serving == name)] };
            return !SurvivalProof.Of(own, catalog).Losses.All(loss => loss.Holds) ? null : new HeadroomThatHolds(name, headroom, new Usd(Monthly(own) - Monthly(fleet)).ToCents());
        }
        catch (PlanException)
        {
            return null;
        }

        decimal Monthly(FleetPlan of) => of.Pools.Where(pool => pool.Serving == name).Sum(pool => pool.Monthly.Amount);
    }
}
