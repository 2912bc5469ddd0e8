using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Finance.Penalties;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Finance.Cases;

/// <summary>What could go wrong, how far the plan is exposed to it, and what less of it costs.</summary>
/// <param name="Name">The risk.</param>
/// <param name="Exposure">How far the plan is exposed, in figures of the plan.</param>
/// <param name="Mitigation">What stands against it, or would.</param>
/// <param name="InPlace">True when the plan has it already.</param>
/// <param name="Monthly">What it costs a month, planned anew with and without; null where that cannot be planned.</param>
/// <param name="Why">Why it has no figure; null where it has.</param>
public sealed record Risk(string Name, string Exposure, string Mitigation, bool InPlace, Usd? Monthly, string? Why)
{
    /// <summary>What it spares a month of expected penalties, by the plan's assumptions of losses; null where no serving has a penalty, or nothing was planned anew.</summary>
    public Estimate<Usd>? Spares { get; init; }
}

/// <summary>The risks of a plan: every figure comes from its fleet, or from the plan changed in one thing and planned again.</summary>
public static class RiskRegister
{
    private const double MoreHeadroom = 2;
    private static readonly Share TriedCloud = Share.FromPercent(60);

    /// <summary>The risks of a fleet.</summary>
    /// <param name="fleet">The fleet.</param>
    /// <param name="catalog">Offers, to plan changes with.</param>
    public static ImmutableArray<Risk> Of(FleetPlan fleet, Catalog catalog)
    {
        ImmutableArray<Func<Risk>> risks =
        [
            () => Loss(fleet, catalog, "loss of a cloud", "cloud ", survival => survival.Cloud, (survival, share) => survival with { Cloud = share }, TriedCloud),
            () => Loss(fleet, catalog, "loss of a zone", "zone ", survival => survival.Zone, (survival, share) => survival with { Zone = share }, Share.All),
            () => Spot(fleet, catalog),
            () => Demand(fleet, catalog),
            () => Committed(fleet),
            () => Obsolescence(fleet, catalog),
        ];
        return OnAllCores.Select(risks, risk => risk());
    }

    private static Risk Loss(FleetPlan fleet, Catalog catalog, string name, string kind, Func<Survival, Share> of, Func<Survival, Share, Survival> with, Share tried)
    {
        var worst = fleet.Servings.SelectMany(serving => serving.Survival.Where(check => check.Lost.StartsWith(kind, StringComparison.Ordinal)).Select(check => (serving.Serving.Name, Check: check)))
            .OrderBy(check => check.Check.Remaining.Fraction).FirstOrDefault();
        var largest = fleet.Cost.ByCloud.MaxBy(cloud => cloud.Monthly.Amount);
        var exposure = (worst.Check is null ? "nothing is promised of what runs" : $"{worst.Name} keeps {worst.Check.Remaining} of its P95 demand without {worst.Check.Lost}, {worst.Check.Required} is promised")
            + (kind == "cloud " && largest is not null && fleet.Cost.Monthly.Amount > 0 ? FormattableString.Invariant($"; {largest.Monthly.Amount / fleet.Cost.Monthly.Amount * 100:0} % of the cost is at {largest.Name}") : "");
        var promised = fleet.Plan.Servings.Any(serving => of(serving.Survive).Fraction > 0);
        var changed = fleet.Plan with { Servings = [.. fleet.Plan.Servings.Select(serving => serving with { Survive = with(serving.Survive, promised ? default : tried) })] };
        return Planned(fleet, catalog, name, exposure, promised ? $"survive.{kind.Trim()} as planned" : $"survive.{kind.Trim()}: {tried}", promised, changed);
    }

    private static Risk Spot(FleetPlan fleet, Catalog catalog)
    {
        var spot = new Usd(fleet.Pools.Where(pool => pool.Tier == Tier.Spot).Sum(pool => pool.Monthly.Amount));
        var exposure = spot.Amount == 0 ? "nothing runs on spot" : $"{spot} a month run on spot: {string.Join(", ", fleet.Pools.Where(pool => pool.Tier == Tier.Spot).Select(pool => pool.Serving).Distinct())}";
        return spot.Amount == 0
            ? new Risk("interruption of spot", exposure, "no spot", true, default(Usd), null)
            : Planned(fleet, catalog, "interruption of spot", exposure, "no spot", false, fleet.Plan with { Purchasing = fleet.Plan.Purchasing with { SpotFor = [] } });
    }

    private static Risk Demand(FleetPlan fleet, Catalog catalog) => Planned(
        fleet, catalog, "more demand than planned", $"{fleet.Headroom} of headroom above the planned peak, at the least", FormattableString.Invariant($"headroom: {fleet.Plan.Headroom.Fraction * MoreHeadroom * 100:0}%"), false,
        fleet.Plan.WithHeadroom(MoreHeadroom));

    /// <summary>Not to be bound costs what being bound would save.</summary>
    private static Risk Committed(FleetPlan fleet)
    {
        var saving = fleet.Cost.IfCommitted.OrderBy(saving => saving.Term).FirstOrDefault();
        return new Risk(
            "demand that does not come", $"{fleet.Irrevocable} are to be paid whatever happens", "to stay uncommitted beyond that, at the price of a one-year commitment's saving", true,
            saving?.Monthly ?? default(Usd), null);
    }

    private static Risk Obsolescence(FleetPlan fleet, Catalog catalog)
    {
        var gpus = fleet.Pools.GroupBy(pool => pool.Gpu).Select(gpu => (gpu.Key, Cost: gpu.Sum(pool => pool.Monthly.Amount))).OrderByDescending(gpu => gpu.Cost).ToList();
        var part = fleet.Cost.Monthly.Amount > 0 ? gpus[0].Cost / fleet.Cost.Monthly.Amount * 100 : 0;
        var cost = TotalCost.Of(fleet, catalog, Assumptions.Default);
        return new Risk(
            "GPUs that are superseded", FormattableString.Invariant($"{part:0} % of the cost is {gpus[0].Key}"), "to rent and not to buy, over three years (tco)", true,
            new Usd((cost.Rent.Total.Amount - cost.Buy.Total.Amount) / (TotalCost.Years * 12)).ToCents(), null);
    }

    /// <summary>A mitigation's cost: the fleet as it is against the changed plan's.</summary>
    private static Risk Planned(FleetPlan fleet, Catalog catalog, string name, string exposure, string mitigation, bool inPlace, CapacityPlan changed)
    {
        try
        {
            var other = Planner.Plan(changed with { Draining = [] }, fleet.Stack, catalog, fleet.Running);
            var (with, without) = inPlace ? (fleet, other) : (other, fleet);
            return new Risk(name, exposure, mitigation, inPlace, with.Cost.Monthly - without.Cost.Monthly, null) { Spares = Spared(with, without, catalog) };
        }
        catch (PlanException infeasible)
        {
            return new Risk(name, exposure, mitigation, inPlace, null, infeasible.Problems[0].Message);
        }
    }
    private static Estimate<Usd>? Spared(FleetPlan with, FleetPlan without, Catalog catalog)
    {
        var (less, more) = (ExpectedPenalty.Of(with, catalog), ExpectedPenalty.Of(without, catalog));
        return more.IsEmpty ? null : Estimate.Of(point => ExpectedPenalty.Total(more).At(point) - ExpectedPenalty.Total(less).At(point));
    }
}
