using System.Collections.Concurrent;
using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Sizing;
using GpuInfra.Planning.Sizing.Training;

namespace GpuInfra.Planning.Fleets;

/// <summary>The offers of the plan's regions, sized for a serving: those that can run it, and why the others cannot.</summary>
/// <param name="plan">The plan.</param>
/// <param name="catalog">The offers.</param>
/// <param name="calibration">Coefficients of the performance model; null for this program's.</param>
/// <param name="stays">True for an offer that a serving may use while it must stay where it is; null when it may use all.</param>
internal sealed class OfferSizer(CapacityPlan plan, Catalog catalog, Calibration? calibration = null, Func<Serving, Offer, bool>? stays = null)
{
    /// <summary>Replicas on a machine at most: each listens on a port of its own, and so many are open.</summary>
    public const int MostReplicas = 64;

    private readonly ImmutableArray<Offer> _offers =
    [
        .. plan.Clouds.SelectMany(cloud => cloud.Regions.SelectMany(region => Within(cloud.NetworkIn(region), catalog.OffersIn(cloud.Cloud, region))))
            .Concat(plan.Ledger.External.Select(row => row.AsOffer()))
            .OrderBy(offer => offer.Id, StringComparer.Ordinal),
    ];

    private readonly ConcurrentDictionary<(Serving Serving, RequestMix Mix, string Sizes), Lazy<SizedOffers>> _sized = [];

    /// <summary>Offers with the zones that a network reaches.</summary>
    private static IEnumerable<Offer> Within(ExistingNetwork? network, ImmutableArray<Offer> offers) => network is null
        ? offers
        : offers.Select(offer => offer with { Zones = [.. offer.Zones.Where(zone => network.Reaches(zone.Zone))] });

    /// <summary>All offers for a serving whose requests have the given lengths; sized once per mix for all servings alike, where none has to stay where it is.</summary>
    /// <param name="serving">The serving.</param>
    /// <param name="mix">Its requests.</param>
    /// <param name="sizes">The same by size, where they are routed by it: an offer is then a candidate with each split that no other one is better than for every size.</param>
    public SizedOffers Size(Serving serving, RequestMix mix, ImmutableArray<RequestSize> sizes)
    {
        var words = string.Join(' ', sizes.Select(size => FormattableString.Invariant(
            $"{size}: {size.InputTokens:R} {size.OutputTokens:R} {size.LongInputTokens:R} {size.LongestTokens} {size.Share.Fraction:R}")));
        return _sized.GetOrAdd((stays is null ? Anonymous(serving) : serving, mix, words), _ => new(() => SizeAll(serving, mix, sizes))).Value;
    }

    /// <summary>What of a serving decides what offers do for it: servings that differ in nothing else share their sizing.</summary>
    private static Serving Anonymous(Serving serving) => serving with
    {
        Name = "",
        RenamedFrom = null,
        Survive = Survival.None,
        FewestReplicas = null,
        ColdStart = null,
        Location = PlanLocation.Unknown,
    };

    private SizedOffers SizeAll(Serving serving, RequestMix mix, ImmutableArray<RequestSize> sizes)
    {
        var candidates = ImmutableArray.CreateBuilder<Candidate>();
        var rejections = ImmutableArray.CreateBuilder<Rejection>();
        var replicas = new Dictionary<(string Gpu, int TensorParallel, GpuCut? Cut, NodeSpan? Span), (Replica?, Unfit?)>();

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

            if (stays?.Invoke(serving, offer) == false)
            {
                rejections.Add(new Rejection(offer.Id, "incident", "not in use before it, and pools do not move while those in use can carry the demand"));
                continue;
            }

            var gpu = catalog.FindGpu(offer.Gpu) ?? throw new InvalidDataException($"Offer {offer.Id} names a GPU {offer.Gpu} that the catalog lacks.");
            var attempts = serving.FineTuning is not null ? [(Cut: (GpuCut?)null, Answer: SizeOnce(gpu, offer.GpusPerInstance, null))] : (serving.Sharing.AllowsWhole ? ReplicaSizer.Splits.Where(split => offer.GpusPerInstance % split == 0) : [])
                .Select(split => (Cut: (GpuCut?)null, Answer: SizeOnce(gpu, split, null)))
                .Concat(serving.Sharing.SharesOf(gpu)
                    .Where(share => offer.GpusPerInstance * share.PerGpu <= MostReplicas)
                    .Select(share => (Cut: (GpuCut?)share, Answer: SizeOnce(gpu, 1, share))))
                .ToImmutableArray();
            if (attempts.IsEmpty)
            {
                rejections.Add(new Rejection(offer.Id, "sharing", NoShare(serving.Sharing, gpu)));
                continue;
            }

            var fitting = attempts.Where(attempt => attempt.Answer.Replica is not null)
                .Select(attempt => new Candidate(offer, attempt.Answer.Replica!.Sizing, attempt.Cut) { Sizes = attempt.Answer.Replica.Sizes })
                .OrderByDescending(candidate => candidate.InstanceRate)
                .ThenBy(candidate => candidate.Sizing.TensorParallel)
                .ThenBy(candidate => candidate.ReplicasPerInstance)
                .ToList();
            if (fitting.Count > 0)
            {
                candidates.AddRange(sizes.IsEmpty ? fitting.Take(1) : Undominated(fitting));
            }
            else
            {
                // The widest split has the most memory and the least latency, so its reason is the one that counts.
                var unfit = (attempts.LastOrDefault(attempt => attempt.Cut is null) is { Answer.Unfit: { } whole } ? whole : attempts[^1].Answer.Unfit)!;
                (var over, unfit) = serving.MostNodes > 1 && unfit.Constraint == Unfit.Memory ? OverNodes(offer, gpu, unfit) : (null, unfit);
                if (over is not null)
                {
                    candidates.Add(over);
                }
                else
                {
                    rejections.Add(new Rejection(offer.Id, unfit.Constraint, unfit.Detail) { WinsAt = unfit.RunsWith });
                }
            }
        }

        return new SizedOffers(candidates.ToImmutable(), rejections.ToImmutable());

        (Replica? Replica, Unfit? Unfit) SizeOnce(Gpu gpu, int split, GpuCut? share, NodeSpan? span = null)
        {
            if (!replicas.TryGetValue((gpu.Id, split, share, span), out var replica))
            {
                var seen = share?.Of(gpu) ?? gpu;
                replicas[(gpu.Id, split, share, span)] = replica = sizes.IsEmpty ? OfMix(serving, mix, seen, split, span) : OfSizes(serving, mix, sizes, seen, split);
            }

            return replica;
        }

        // As few machines as hold it: each further one is another that takes the replica with it.
        (Candidate? Candidate, Unfit Unfit) OverNodes(Offer offer, Gpu gpu, Unfit alone)
        {
            if (Spans.Refusal(offer) is { } refusal)
            {
                return (null, alone with { Detail = $"{alone.Detail}; {refusal}" });
            }

            for (var nodes = 2; nodes <= serving.MostNodes && alone.Constraint == Unfit.Memory; nodes++)
            {
                var (replica, unfit) = SizeOnce(gpu, offer.GpusPerInstance, null, new NodeSpan(nodes, offer.Machine.FabricRate!.Value));
                if (replica is not null)
                {
                    return (new Candidate(Spans.InOneZone(offer, plan.Ledger, nodes), replica.Sizing), alone);
                }

                alone = unfit!;
            }

            return (null, alone);
        }
    }

    private static string NoShare(GpuSharing sharing, Gpu gpu) => sharing.Mode == SharingMode.TimeSlicing
        ? $"{sharing.PerGpu} replicas on each of its GPUs are more than the {MostReplicas} that a machine may have"
        : gpu.Mig.IsEmpty ? $"{gpu.Id} cannot be cut into instances"
        : gpu.Mig.FirstOrDefault(profile => profile.Profile == sharing.Profile) is { } known
        ? $"{gpu.Id} has {known.Instances} instances of {known.Profile}, and machines {MostReplicas} replicas at most"
        : $"{gpu.Id} has no MIG profile {sharing.Profile}; it has {string.Join(", ", gpu.Mig.Select(profile => profile.Profile))}";

    private (Replica?, Unfit?) OfMix(Serving serving, RequestMix mix, Gpu gpu, int split, NodeSpan? span)
    {
        var (fits, unfit) = serving.FineTuning is null ? ReplicaSizer.Size(serving, mix, gpu, split, calibration ?? Calibration.Embedded, span) : TrainingSizer.Size(serving, mix, gpu, split);
        return (fits is null ? null : new Replica(fits.ReachedWith(plan.Confidence), []), unfit);
    }

    /// <summary>A replica that takes some of the sizes: it need hold no longer requests than those.</summary>
    private (Replica?, Unfit?) OfSizes(Serving serving, RequestMix mix, ImmutableArray<RequestSize> sizes, Gpu gpu, int split)
    {
        var sized = sizes.Select(size => (Size: size, Answer: ReplicaSizer.Size(
            serving with { MaxContextTokens = size.LongestTokens },
            mix.Of(size), gpu, split, calibration ?? Calibration.Embedded))).ToList();
        ImmutableArray<SizeRate> rates = [.. sized.Select(size => new SizeRate(size.Size, size.Answer.Sizing?.ReachedWith(plan.Confidence)))];
        return rates.All(rate => rate.Sizing is null)
            ? (null, sized[0].Answer.Unfit)
            : (new Replica(SizeRate.Combine(rates, rate => rate.Size.Share.Fraction), rates), null);
    }

    /// <summary>Those of an offer's splits that are best for some mix of sizes; of equal ones the first.</summary>
    private static IEnumerable<Candidate> Undominated(List<Candidate> splits) => splits.Where((candidate, at) => !splits.Where((other, place) =>
        place != at && Rates(other).Zip(Rates(candidate)).All(pair => pair.First >= pair.Second) && (place < at || !Rates(other).SequenceEqual(Rates(candidate)))).Any())
        .OrderBy(candidate => candidate.Sizing.TensorParallel);

    private static IEnumerable<double> Rates(Candidate candidate) => candidate.Sizes.Select(size => size.RequestsPerSecond * candidate.ReplicasPerInstance);

    private sealed record Replica(ReplicaSizing Sizing, ImmutableArray<SizeRate> Sizes);
}

/// <summary>Offers sized for a serving.</summary>
/// <param name="Candidates">Offers that can run it, ordered by id.</param>
/// <param name="Rejections">Offers and GPUs that cannot.</param>
internal sealed record SizedOffers(ImmutableArray<Candidate> Candidates, ImmutableArray<Rejection> Rejections);
