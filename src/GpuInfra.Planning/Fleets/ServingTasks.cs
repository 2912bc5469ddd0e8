using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Sizing;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>Prepares servings for the optimiser: demand, offers that can run and start them, tiers, prices.</summary>
internal sealed class ServingTasks(CapacityPlan plan, DemandForecast forecast, OfferSizer offers)
{
    /// <summary>A serving in a month.</summary>
    /// <exception cref="PlanException">No offer of a cloud can run it.</exception>
    public ServingTask Of(Serving serving, Month month)
    {
        var workloads = forecast.WorkloadsOf(serving).ToImmutableArray();
        var demand = forecast.OfServing(serving, month);
        ImmutableArray<RequestSize> sizes = serving.Techniques.Routing == Routing.BySize ? forecast.SizesOf(serving, month) : [];
        var sized = NegotiatedPrices.Of(
            offers.Size(serving, RequestMix.Of(demand.InputTokens, demand.OutputTokens, demand.LongInputTokens), sizes), plan, month);
        var isSpot = serving.Kind != ServingKind.Online && plan.Purchasing.SpotFor.Contains(serving.Kind);
        ImmutableArray<Tier> tiers = isSpot ? [Tier.Spot] : Reserves(serving) ? [Tier.Reserved, Tier.OnDemand] : [Tier.OnDemand];
        var seen = new Obtainability(plan, month);
        var kept = sized.Candidates.Where(candidate => ObsoleteFrom(candidate, month) is null).ToImmutableArray();
        var startable = kept.Where(candidate => tiers.All(tier => IsStartable(candidate.Offer, tier))).ToImmutableArray();
        ImmutableArray<Candidate> candidates =
        [
            .. startable.Where(candidate => seen.Of(candidate.Offer, tiers[^1]).CanBeHad)
                .Select(candidate => candidate with { Uptime = seen.Of(candidate.Offer, tiers[^1]).Uptime }),
        ];
        var factory = new PoolFactory(plan, serving, workloads);
        var baseline = tiers.Contains(Tier.Reserved) ? demand.RequestsPerSecondAt(plan.Purchasing.ReserveUpToPercentile!.Value) : 0;

        // Where a reserved hour costs what an on-demand hour does, who holds it is decided afterwards.
        var isSplitLater = baseline > 0 && factory.HoursPerMonth(Tier.OnDemand) == factory.HoursPerMonth(Tier.Reserved);
        var peak = demand.PeakRequestsPerSecond * plan.CapacityOverPeak(serving.Kind);
        var quotas = new QuotaUses(plan, isSplitLater ? baseline : 0);
        var limits = new AvailabilityLimits(plan, serving.Name, peak, isSplitLater ? baseline : 0);
        var task = new ServingTask
        {
            Serving = serving,
            Workloads = workloads,
            Demand = demand,
            IsSpot = isSpot,
            ReserveLater = isSplitLater ? baseline : 0,
            Candidates = candidates,
            Runnable = sized.Candidates,
            Rejections = () => sized.Rejections.Concat(Obsolete(sized, month)).Concat(NotStartable(kept, tiers)).Concat(NotToBeHad(startable, seen, tiers[^1])),
            GpuTime = replica =>
            [
                .. workloads.Select(workload => forecast.OfWorkload(workload, month)).Select(load =>
                    load.RequestsPerSecond * (load.InputTokens * replica.PrefillSecondsPerToken + load.OutputTokens * replica.DecodeSecondsPerToken)),
            ],
            Factory = factory,
            Draining = month == plan.AsOf ? [.. DrainingPools.Named(plan.Draining, sized.Candidates, factory).DistinctBy(pool => pool.Draining.Pool).SelectMany(pool => quotas.UsesOf(pool.Candidate, pool.Tier, pool.Draining.Instances))] : [],
            Limits = [.. candidates.Select(candidate => limits.Of(candidate, tiers[^1], seen.Of(candidate.Offer, tiers[^1]))).OfType<SharedLimit>().DistinctBy(limit => limit.Name)],
            Need = new ServingNeed
            {
                Name = serving.Name,
                Peak = peak,
                P95 = demand.RequestsPerSecondAt(95),
                Baseline = isSplitLater ? 0 : baseline,

                // What may be interrupted waits.
                Survive = isSpot ? Survival.None : serving.Survive,
                Clouds = [.. plan.Clouds.Select(cloud => new CloudShare(cloud.Cloud, cloud.Share.Fraction))],
                Tolerance = plan.ShareTolerance.Fraction,
                FewestReplicas = serving.FewestReplicas ?? 0,
                Sizes = [.. sizes.Select(size => size.Share.Fraction)],

                // What is sorted by size must have somewhere else to go.
                MostOffers = sizes.IsEmpty ? plan.OffersPerCloud : Math.Max(2, plan.OffersPerCloud),
                Choices = [.. from tier in tiers where !isSplitLater || tier == Tier.OnDemand from candidate in candidates select Choice(candidate, tier, factory) with
                {
                    Uses = [.. tier == Tier.Reserved ? [] : limits.UseOf(candidate, tier, seen.Of(candidate.Offer, tier)), .. quotas.UsesOf(candidate, tier)],
                    Surge = quotas.SurgeOf(candidate, tier),
                }],
            },
        };
        Require(task);
        return task;
    }

    private static PoolChoice Choice(Candidate candidate, Tier tier, PoolFactory factory) => new()
    {
        Pool = factory.IdOf(candidate.Offer, tier),
        Offer = candidate.Id,
        Cloud = candidate.Offer.Cloud,
        Region = candidate.Offer.Region,
        Tier = tier,
        Zones = [.. (tier == Tier.Spot ? candidate.Offer.SpotZones : candidate.Offer.Zones).Select(zone => zone.Zone)],
        Rate = candidate.CountedRate,
        SizeRates = [.. candidate.Sizes.Select(size => size.RequestsPerSecond * candidate.ReplicasPerInstance)],
        Replicas = candidate.ReplicasPerInstance,
        Purchases = [new Purchase("list", (candidate.Price(tier) * factory.HoursPerMonth(tier)).Amount)],
    };

    private bool Reserves(Serving serving) => serving.Kind == ServingKind.Online && plan.Purchasing.ReserveUpToPercentile is not null;

    private static bool IsStartable(Offer offer, Tier tier) => offer.Modes.Contains(Mode(tier))
        && (tier == Tier.Spot ? offer.MeanSpot : offer.OnDemand) is not null;

    private static PurchaseMode Mode(Tier tier) => tier switch
    {
        Tier.Reserved => PurchaseMode.Reserved,
        Tier.OnDemand => PurchaseMode.OnDemand,
        _ => PurchaseMode.Spot,
    };

    private Month? ObsoleteFrom(Candidate candidate, Month month) => plan.Obsolete
        .Where(item => item.Gpu == candidate.Offer.Gpu && item.From.CompareTo(month) <= 0).Select(item => (Month?)item.From).FirstOrDefault();

    private IEnumerable<Rejection> Obsolete(SizedOffers sized, Month month) => sized.Candidates
        .Where(candidate => ObsoleteFrom(candidate, month) is not null)
        .Select(candidate => new Rejection(candidate.Offer.Id, "obsolete", $"{candidate.Offer.Gpu} is obsolete from {ObsoleteFrom(candidate, month)}"));

    private static IEnumerable<Rejection> NotStartable(ImmutableArray<Candidate> candidates, ImmutableArray<Tier> tiers) => candidates
        .Where(candidate => !tiers.All(tier => IsStartable(candidate.Offer, tier)))
        .Select(candidate => new Rejection(
            candidate.Offer.Id, "purchaseMode", $"cannot be started as {string.Join(" and ", tiers.Select(Wording).Order(StringComparer.Ordinal))}"));

    private static IEnumerable<Rejection> NotToBeHad(ImmutableArray<Candidate> startable, Obtainability seen, Tier tier) => startable
        .Select(candidate => (candidate.Offer.Id, Seen: seen.Of(candidate.Offer, tier)))
        .Where(item => !item.Seen.CanBeHad)
        .Select(item => new Rejection(item.Id, "availability", $"cannot be had {Wording(tier)}: {item.Seen.Words}"));

    private void Require(ServingTask task)
    {
        var problems = plan.Clouds.Where(cloud => task.Candidates.All(candidate => candidate.Offer.Cloud != cloud.Cloud))
            .Select(cloud => $"no offer of {JsonText.Word(cloud.Cloud)} in {string.Join(", ", cloud.Regions)} can run " +
                $"{task.Serving.Model.Id} in {JsonText.Word(task.Serving.Precision)}: " + Summary(task.Rejections(), cloud.Cloud))
            .ToImmutableArray();
        if (!problems.IsEmpty)
        {
            throw new PlanException([task.Serving.Location.Problem($"servings.{task.Serving.Name}", string.Join("; ", problems))]);
        }
    }

    /// <summary>One telling example of each constraint that offers of the cloud fail.</summary>
    private static string Summary(IEnumerable<Rejection> rejections, CloudProvider cloud) =>
        string.Join("; ", rejections
            .Where(rejection => rejection.Option.StartsWith(JsonText.Word(cloud) + "/", StringComparison.Ordinal))
            .GroupBy(rejection => rejection.Constraint)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => $"{group.Count()} by {group.Key} (as {group.Last().Option}: {group.Last().Detail})")
            .DefaultIfEmpty("the catalog has none there"));

    private static string Wording(Tier tier) => tier switch
    {
        Tier.OnDemand => "on demand",
        Tier.Reserved => "reserved",
        _ => "spot",
    };
}
