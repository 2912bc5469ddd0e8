using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;

namespace GpuInfra.Planning.Finance;

/// <summary>
/// Scores a plan's clouds from facts: where the fleet's GPUs are rented, at what price, how far quotas reach, and which policies hold.
/// Support and ecosystem are nobody's facts; they count when somebody judges them.
/// </summary>
public static class CloudScores
{
    /// <summary>The best score.</summary>
    public const decimal Best = 10;

    // With three zones the loss of one leaves two; more add little.
    private const int EnoughZones = 3;

    // A quota for twice the horizon's largest need is as good as any.
    private const decimal EnoughRoom = 2;

    /// <summary>The scores.</summary>
    /// <param name="fleet">The fleet.</param>
    /// <param name="catalog">Offers.</param>
    /// <param name="policies">By cloud: policies that hold on its resources, and all that were judged.</param>
    /// <param name="judged">Points that somebody gave; they stand before what is computed.</param>
    public static Scorecard Of(
        FleetPlan fleet, Catalog catalog, IReadOnlyDictionary<CloudProvider, (int Held, int Judged)> policies, IReadOnlyDictionary<(CloudProvider Cloud, string Criterion), decimal> judged)
    {
        var gpus = fleet.Pools.Where(pool => !pool.IsDraining && !pool.IsExternal).GroupBy(pool => pool.Gpu).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => (Gpu: group.Key, Count: group.Sum(pool => pool.GpusPerInstance * pool.Instances.Desired))).Where(gpu => gpu.Count > 0).ToImmutableArray();
        var clouds = fleet.Plan.Clouds.OrderBy(target => target.Cloud)
            .Select(target => (target.Cloud, Offers: target.Regions.SelectMany(region => catalog.OffersIn(target.Cloud, region)).Where(offer => offer is { OnDemand: not null, Zones.IsEmpty: false }).ToImmutableArray())).ToImmutableArray();
        // Prices are compared on GPUs that every cloud rents.
        var common = gpus.Where(gpu => clouds.All(cloud => Cheapest(cloud.Offers, gpu.Gpu) is not null)).ToImmutableArray();
        var basket = clouds.ToImmutableDictionary(cloud => cloud.Cloud, cloud => common.Sum(gpu => gpu.Count * Cheapest(cloud.Offers, gpu.Gpu)!.Value));
        var vendors = clouds.Select(cloud => new ScoredVendor(cloud.Cloud, ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, Scores(cloud.Cloud, cloud.Offers))));
        var card = new Scorecard(Criterion.All, [.. vendors]);
        return card with { Vendors = [.. card.Vendors.OrderByDescending(vendor => card.Weighted(vendor) ?? 0).ThenBy(vendor => vendor.Cloud)] };

        IEnumerable<KeyValuePair<string, Score>> Scores(CloudProvider cloud, ImmutableArray<Offer> offers)
        {
            foreach (var criterion in Criterion.All)
            {
                var score = judged.TryGetValue((cloud, criterion.Id), out var points) ? new Score(points, "as judged", IsJudged: true) : criterion.Id switch
                {
                    "availability" => Availability(gpus, offers),
                    "pricing" when !common.IsEmpty => Pricing(basket, cloud, common),
                    "scalability" => Scalability(fleet, cloud),
                    "security" => Security(policies, cloud),
                    _ => null,
                };
                if (score is not null)
                {
                    yield return KeyValuePair.Create(criterion.Id, score);
                }
            }
        }
    }

    private static Score? Availability(ImmutableArray<(string Gpu, int Count)> gpus, ImmutableArray<Offer> offers)
    {
        if (gpus.IsEmpty)
        {
            return null;
        }

        var zones = gpus.Select(gpu => (gpu.Gpu, gpu.Count, Zones: offers.Where(offer => offer.Gpu == gpu.Gpu).SelectMany(offer => offer.Zones.Select(zone => zone.Zone)).Distinct().Count())).ToList();
        var points = Best * zones.Sum(gpu => (decimal)gpu.Count * Math.Min(EnoughZones, gpu.Zones)) / (EnoughZones * gpus.Sum(gpu => gpu.Count));
        return new Score(points, $"zones of the plan's regions that list the fleet's GPUs: {string.Join(", ", zones.Select(gpu => $"{gpu.Gpu} {gpu.Zones}"))}");
    }

    private static Score Pricing(ImmutableDictionary<CloudProvider, decimal> basket, CloudProvider cloud, ImmutableArray<(string Gpu, int Count)> common) => new(
        Best * basket.Values.Min() / basket[cloud],
        FormattableString.Invariant($"{string.Join(" and ", common.Select(gpu => FormattableString.Invariant($"{gpu.Count} × {gpu.Gpu}")))} cost ${basket[cloud]:N2} an hour on demand"));

    private static Score? Scalability(FleetPlan fleet, CloudProvider cloud)
    {
        var known = fleet.Quotas.Where(quota => quota.Cloud == cloud && quota is { Limit: not null, Most: > 0 }).ToList();
        if (known.Count == 0)
        {
            return null;
        }

        var tight = known.MinBy(quota => (decimal)quota.Limit!.Value / quota.Most)!;
        var room = (decimal)tight.Limit!.Value / tight.Most;
        return new Score(
            Best * Math.Min(1, room / EnoughRoom),
            FormattableString.Invariant($"the tightest quota, {tight.Code} in {tight.Region}, is {tight.Limit} {tight.Unit}: {room:0.##} times the horizon's largest need"));
    }

    private static Score? Security(IReadOnlyDictionary<CloudProvider, (int Held, int Judged)> policies, CloudProvider cloud) =>
        policies.TryGetValue(cloud, out var found) && found.Judged > 0
            ? new Score(Best * found.Held / found.Judged, FormattableString.Invariant($"{found.Held} of {found.Judged} policies hold on its resources"))
            : null;

    /// <summary>The least price of one GPU for an hour; null when it is not rented.</summary>
    private static decimal? Cheapest(ImmutableArray<Offer> offers, string gpu) =>
        offers.Where(offer => offer.Gpu == gpu).Min(offer => (decimal?)(offer.OnDemand!.Value.Amount / offer.GpusPerInstance));
}
