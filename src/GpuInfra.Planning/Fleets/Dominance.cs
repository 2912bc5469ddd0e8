using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// Leaves out offers that another one can always stand in for, in all their tiers. Choice b dominates a of the same region, tier and zones when
/// m = ⌈u_a / u_b⌉ instances of b (the most over sizes, where requests are routed by them) cost no more than one of a, hold no fewer replicas and take no more of any limit: m n instances of b
/// then carry at least what n of a do, and keep at least as much after any loss, because ⌈mn/z⌉ ≤ m⌈n/z⌉. Zones do not count where
/// no zone's loss must be survived. Held capacity, of which there is only so much, stands in for nothing. A pool runs on one offer, so b must be
/// of a's pools, or the only one left of its own.
/// </summary>
internal static class Dominance
{
    /// <summary>Stands for any number: one cannot do what the other does.</summary>
    private const double MostTimes = 1e9;

    /// <summary>The serving with the choices that are left, in their order.</summary>
    public static ServingNeed Reduce(ServingNeed serving)
    {
        var left = new HashSet<PoolChoice>(ReferenceEqualityComparer.Instance);
        foreach (var region in Regions(serving))
        {
            var kept = new HashSet<OfferChoices>(ReferenceEqualityComparer.Instance);
            var alone = new HashSet<string>(StringComparer.Ordinal);
            var (pools, shared) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
            foreach (var pool in region.GroupBy(offer => offer.Pools, StringComparer.Ordinal))
            {
                var undominated = Undominated(serving, pool, null);
                kept.UnionWith(undominated);
                shared.UnionWith(undominated.SelectMany(offer => offer.Choices.Select(choice => choice.Pool).Distinct()).Where(id => !pools.Add(id)));
                if (undominated.Count == 1)
                {
                    alone.Add(pool.Key);
                }
            }

            // Offers with held machines have a pool more than the others of their GPU, and share the rest with them.
            alone.ExceptWith(kept.Where(offer => offer.Choices.Any(choice => shared.Contains(choice.Pool))).Select(offer => offer.Pools));
            left.UnionWith(Undominated(serving, region.Where(kept.Contains), alone).SelectMany(offer => offer.Choices));
        }

        return left.Count == serving.Choices.Length ? serving : serving with { Choices = [.. serving.Choices.Where(left.Contains)] };
    }

    /// <summary>The offers of each region, since a pool and what can stand in for it are in one; the cheapest per request first.</summary>
    private static IEnumerable<List<OfferChoices>> Regions(ServingNeed serving)
    {
        var offers = new Dictionary<string, List<PoolChoice>>(StringComparer.Ordinal);
        foreach (var choice in serving.Choices)
        {
            if (!offers.TryGetValue(choice.Offer, out var tiers))
            {
                offers.Add(choice.Offer, tiers = []);
            }

            tiers.Add(choice);
        }

        return offers.Values.GroupBy(tiers => (tiers[0].Cloud, tiers[0].Region)).Select(region => region.Select(tiers => new OfferChoices(tiers))
            .OrderBy(offer => offer.PricePerRequest)
            .ThenBy(offer => offer.Choices[0].Rate)
            .ThenBy(offer => offer.Choices[0].Offer, StringComparer.Ordinal)
            .ToList());
    }

    /// <summary>Offers that no earlier one stands in for.</summary>
    /// <param name="serving">The serving.</param>
    /// <param name="offers">Its offers in order.</param>
    /// <param name="pools">Pools whose offers may stand in; null for all.</param>
    private static List<OfferChoices> Undominated(ServingNeed serving, IEnumerable<OfferChoices> offers, HashSet<string>? pools)
    {
        var (kept, standIns) = (new List<OfferChoices>(), new List<OfferChoices>());
        foreach (var offer in offers)
        {
            var dominated = false;
            foreach (var other in standIns)
            {
                if (dominated = StandsIn(serving, other, offer))
                {
                    break;
                }
            }

            if (!dominated)
            {
                kept.Add(offer);
                if (pools is null || pools.Contains(offer.Pools))
                {
                    standIns.Add(offer);
                }
            }
        }

        return kept;
    }

    private static bool StandsIn(ServingNeed serving, OfferChoices other, OfferChoices offer)
    {
        foreach (var worse in offer.Choices)
        {
            var found = false;
            foreach (var better in other.Choices)
            {
                found = found || Dominates(serving, better, worse);
            }

            if (!found)
            {
                return false;
            }
        }

        return true;
    }

    private static bool Dominates(ServingNeed serving, PoolChoice better, PoolChoice worse)
    {
        if (better.Tier != worse.Tier || worse.Least > 0 || Unlimited(better) is not { } bought
            || (serving.Survive.Zone.Fraction > 0 && !better.Zones.AsSpan().SequenceEqual(worse.Zones.AsSpan())))
        {
            return false;
        }

        var times = Times(better, worse);
        return times < MostTimes
            && (decimal)times * bought.Monthly <= worse.Cheapest
            && times * better.Replicas >= (serving.FewestReplicas > 0 ? worse.Replicas : 0)
            && better.Surge is null or { Counts: false }
            && (better.Uses.IsEmpty && bought.Uses.IsEmpty
                || better.Uses.Concat(bought.Uses).All(use => times * better.Use(use.Limit, bought) <= worse.LeastUse(use.Limit)));
    }

    /// <summary>The cheapest way to pay for a choice of which there is no end.</summary>
    private static Purchase? Unlimited(PoolChoice choice)
    {
        Purchase? least = null;
        foreach (var purchase in choice.Purchases)
        {
            least = purchase.Most is null && (least is null || purchase.Monthly < least.Monthly) ? purchase : least;
        }

        return least;
    }

    /// <summary>Instances of one choice that do at least what one of another does, whatever it is sent.</summary>
    private static double Times(PoolChoice better, PoolChoice worse)
    {
        if (!worse.SizeRates.IsEmpty)
        {
            return worse.SizeRates.Zip(better.SizeRates).Max(size => size.First == 0 ? 0 : size.Second == 0 ? MostTimes : Times(size.Second, size.First));
        }

        return Times(better.Rate, worse.Rate);
    }

    private static double Times(double better, double worse)
    {
        var times = Math.Ceiling(worse / better - 1e-12);
        return times * better >= worse ? times : MostTimes;
    }

    /// <summary>An offer in all its tiers, which stand and fall together.</summary>
    private sealed class OfferChoices(List<PoolChoice> choices)
    {
        public List<PoolChoice> Choices => choices;

        public string Pools { get; } = choices.Count == 1 ? choices[0].Pool : string.Join(' ', choices.Select(choice => choice.Pool).Distinct().Order(StringComparer.Ordinal));

        public decimal PricePerRequest { get; } = choices.Min(choice => choice.Cheapest) / (decimal)choices[0].Rate;
    }
}
