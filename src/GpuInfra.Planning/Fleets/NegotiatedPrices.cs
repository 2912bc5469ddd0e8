using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>Offers at the prices that an organisation pays: list prices less what it has agreed for the month.</summary>
public static class NegotiatedPrices
{
    /// <summary>The offers at the month's prices; the very same where nothing is agreed.</summary>
    internal static SizedOffers Of(SizedOffers sized, CapacityPlan plan, Month month) => plan.Discounts.IsEmpty
        ? sized
        : sized with { Candidates = [.. sized.Candidates.Select(candidate => candidate with { Offer = Of(candidate.Offer, plan, month) })] };

    /// <summary>An offer at the month's prices.</summary>
    public static Offer Of(Offer offer, CapacityPlan plan, Month month) => plan.Discounts
        .Where(rate => rate.Covers(offer.Cloud, offer.InstanceType, month))
        .Aggregate(offer, Apply);

    /// <summary>The agreements that a fleet's pools are priced with.</summary>
    public static IEnumerable<NegotiatedRate> InUse(CapacityPlan plan, ImmutableArray<Pool> pools) =>
        plan.Discounts.Where(rate => pools.Any(pool =>
            rate.Covers(pool.Cloud, pool.InstanceType, plan.AsOf) && (rate.Rate == DiscountedRate.Spot) == (pool.Tier == Tier.Spot)));

    private static Offer Apply(Offer offer, NegotiatedRate rate) => rate.Rate == DiscountedRate.Spot
        ? offer with { Zones = [.. offer.Zones.Select(zone => zone with { Spot = rate.Of(zone.Spot) })] }
        : offer with { OnDemand = rate.Of(offer.OnDemand) };
}
