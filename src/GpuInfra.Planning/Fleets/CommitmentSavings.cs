using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// What a fleet could save if commitments were bought: information, which enters no cost. It counts machines that always run, are not
/// spot and are neither held nor covered yet, at the discounts that the catalog has for their type or family.
/// </summary>
internal static class CommitmentSavings
{
    /// <summary>The savings of each term that saves anything.</summary>
    public static ImmutableArray<CommitmentSaving> Of(ImmutableArray<Pool> pools, Catalog catalog) =>
    [
        .. Enum.GetValues<CommitmentTerm>().Select(term => Of(pools, catalog, term)).Where(saving => saving.Instances > 0),
    ];

    private static CommitmentSaving Of(ImmutableArray<Pool> pools, Catalog catalog, CommitmentTerm term)
    {
        var (instances, saved, bound) = (0, 0m, 0m);
        foreach (var pool in pools.Where(pool => pool.Tier is not (Tier.Spot or Tier.External) && pool.Window is null))
        {
            var offer = catalog.OffersIn(pool.Cloud, pool.Region).First(offer => offer.InstanceType == pool.InstanceType);
            var bare = pool.Instances.Desired - pool.Held.Sum(use => use.Instances) - pool.Commitments.Sum(use => use.Instances);
            if (bare > 0 && catalog.FindCommitmentDiscount(offer, term) is { } discount)
            {
                instances += bare;
                var cost = bare * pool.HoursPerMonth * CommitmentLedger.PriceOf(pool).Amount;
                saved += cost * (decimal)discount.Off.Percent / 100;
                bound += cost * (1 - ((decimal)discount.Off.Percent / 100));
            }
        }

        return new CommitmentSaving(term, instances, new Usd(saved).ToCents()) { Bound = new Usd(bound).ToCents() };
    }
}
