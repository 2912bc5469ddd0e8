using System.Collections.Concurrent;
using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Sizing;

namespace GpuInfra.Planning.Fleets;

/// <summary>The offers of the plan's regions, sized for a serving: those that can run it, and why the others cannot.</summary>
internal sealed class OfferSizer(CapacityPlan plan, Catalog catalog)
{
    private static readonly int[] TensorParallels = [1, 2, 4, 8];

    private readonly ImmutableArray<Offer> _offers =
    [
        .. plan.Clouds.SelectMany(cloud => cloud.Regions.SelectMany(region => Within(cloud.NetworkIn(region), catalog.OffersIn(cloud.Cloud, region))))
            .OrderBy(offer => offer.Id, StringComparer.Ordinal),
    ];

    private readonly ConcurrentDictionary<(string Serving, RequestMix Mix), Lazy<SizedOffers>> _sized = [];

    /// <summary>Offers with the zones that a network reaches.</summary>
    private static IEnumerable<Offer> Within(ExistingNetwork? network, ImmutableArray<Offer> offers) => network is null
        ? offers
        : offers.Select(offer => offer with { Zones = [.. offer.Zones.Where(zone => network.Reaches(zone.Zone))] });

    /// <summary>All offers for a serving whose requests have the given lengths; sized once per mix.</summary>
    public SizedOffers Size(Serving serving, RequestMix mix) =>
        _sized.GetOrAdd((serving.Name, mix), _ => new(() => SizeAll(serving, mix))).Value;

    private SizedOffers SizeAll(Serving serving, RequestMix mix)
    {
        var candidates = ImmutableArray.CreateBuilder<Candidate>();
        var rejections = ImmutableArray.CreateBuilder<Rejection>();
        var replicas = new Dictionary<(string Gpu, int TensorParallel), (ReplicaSizing?, Unfit?)>();

        foreach (var gpu in catalog.Gpus.Where(gpu => _offers.All(offer => offer.Gpu != gpu.Id)))
        {
            rejections.Add(gpu.NotChosenBecause is { } reason
                ? new Rejection(gpu.Id, "support", reason)
                : new Rejection(gpu.Id, "offer", "no offer in the plan's regions"));
        }

        foreach (var offer in _offers)
        {
            if (offer.Zones.IsEmpty)
            {
                rejections.Add(new Rejection(offer.Id, "zone", plan.NetworkIn(offer.Cloud, offer.Region) is { } network
                    ? $"no zone that has it is in the network {network}"
                    : "no zone of it is known"));
                continue;
            }

            if (!serving.Residency.Allows(offer.Region))
            {
                rejections.Add(new Rejection(offer.Id, "residency", $"{offer.Region} is not among {string.Join(", ", serving.Residency.Allow)}"));
                continue;
            }

            var gpu = catalog.FindGpu(offer.Gpu) ?? throw new InvalidDataException($"Offer {offer.Id} names a GPU {offer.Gpu} that the catalog lacks.");
            var attempts = TensorParallels.Where(split => offer.GpusPerInstance % split == 0)
                .Select(split => SizeOnce(gpu, split))
                .ToImmutableArray();
            var best = attempts.Select(attempt => attempt.Sizing).OfType<ReplicaSizing>()
                .Select(sizing => new Candidate(offer, sizing))
                .OrderByDescending(candidate => candidate.InstanceRate)
                .ThenBy(candidate => candidate.Sizing.TensorParallel)
                .FirstOrDefault();
            if (best is not null)
            {
                candidates.Add(best);
            }
            else
            {
                // The widest split has the most memory and the least latency, so its reason is the one that counts.
                var unfit = attempts[^1].Unfit!;
                rejections.Add(new Rejection(offer.Id, unfit.Constraint, unfit.Detail) { WinsAt = unfit.RunsWith });
            }
        }

        return new SizedOffers(candidates.ToImmutable(), rejections.ToImmutable());

        (ReplicaSizing? Sizing, Unfit? Unfit) SizeOnce(Gpu gpu, int split)
        {
            if (!replicas.TryGetValue((gpu.Id, split), out var sizing))
            {
                var (fits, unfit) = ReplicaSizer.Size(serving, mix, gpu, split);
                replicas[(gpu.Id, split)] = sizing = (fits?.ReachedWith(plan.Confidence), unfit);
            }

            return sizing;
        }
    }
}

/// <summary>Offers sized for a serving.</summary>
/// <param name="Candidates">Offers that can run it, ordered by id.</param>
/// <param name="Rejections">Offers and GPUs that cannot.</param>
internal sealed record SizedOffers(ImmutableArray<Candidate> Candidates, ImmutableArray<Rejection> Rejections);
