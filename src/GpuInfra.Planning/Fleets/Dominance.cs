using System.Collections.Immutable;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// Leaves out offers that another one can always stand in for, in all their tiers. Choice b dominates a of the same region, tier and zones when
/// m = ⌈u_a / u_b⌉ instances of b cost no more than one of a, hold no fewer replicas and take no more of any limit: m n instances of b
/// then carry at least what n of a do, and keep at least as much after any loss, because ⌈mn/z⌉ ≤ m⌈n/z⌉. Zones do not count where
/// no zone's loss must be survived. A pool runs on one offer, so b must be of a's pool, or the only one left of its own.
/// </summary>
internal static class Dominance
{
    /// <summary>The serving with the choices that are left, in their order.</summary>
    public static ServingNeed Reduce(ServingNeed serving)
    {
        var kept = Offers(serving).GroupBy(offer => offer.Pools)
            .SelectMany(pool => Undominated(serving, pool, _ => true))
            .ToList();
        var alone = kept.GroupBy(offer => offer.Pools).Where(pool => pool.Count() == 1).Select(pool => pool.Key).ToHashSet(StringComparer.Ordinal);
        var left = Undominated(serving, kept, offer => alone.Contains(offer.Pools)).SelectMany(offer => offer.Choices).ToHashSet(ReferenceEqualityComparer.Instance);
        return left.Count == serving.Choices.Length ? serving : serving with { Choices = [.. serving.Choices.Where(left.Contains)] };
    }

    private static IEnumerable<OfferChoices> Offers(ServingNeed serving) => serving.Choices.GroupBy(choice => choice.Offer)
        .Select(offer => new OfferChoices([.. offer], string.Join(' ', offer.Select(choice => choice.Pool).Order(StringComparer.Ordinal))));

    private static List<OfferChoices> Undominated(ServingNeed serving, IEnumerable<OfferChoices> offers, Func<OfferChoices, bool> mayStandIn)
    {
        var kept = new List<OfferChoices>();
        foreach (var offer in offers.OrderBy(offer => offer.Choices.Min(choice => choice.Cheapest) / (decimal)offer.Choices[0].Rate)
            .ThenBy(offer => offer.Choices[0].Rate).ThenBy(offer => offer.Choices[0].Offer, StringComparer.Ordinal))
        {
            if (!kept.Any(other => mayStandIn(other) && offer.Choices.All(worse => other.Choices.Any(better => Dominates(serving, better, worse)))))
            {
                kept.Add(offer);
            }
        }

        return kept;
    }

    private static bool Dominates(ServingNeed serving, PoolChoice better, PoolChoice worse)
    {
        if (better.Cloud != worse.Cloud || better.Region != worse.Region || better.Tier != worse.Tier
            || better.Purchases.Where(purchase => purchase.Most is null).MinBy(purchase => purchase.Monthly) is not { } bought
            || (serving.Survive.Zone.Fraction > 0 && !better.Zones.SequenceEqual(worse.Zones, StringComparer.Ordinal)))
        {
            return false;
        }

        var times = Math.Ceiling(worse.Rate / better.Rate - 1e-12);
        return times * better.Rate >= worse.Rate
            && (decimal)times * bought.Monthly <= worse.Cheapest
            && times * better.Replicas >= (serving.FewestReplicas > 0 ? worse.Replicas : 0)
            && better.Uses.Concat(bought.Uses).All(use => times * better.Use(use.Limit, bought) <= worse.LeastUse(use.Limit));
    }

    /// <summary>An offer in all its tiers, which stand and fall together.</summary>
    private sealed record OfferChoices(ImmutableArray<PoolChoice> Choices, string Pools);
}
