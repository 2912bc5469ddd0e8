using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Sizing;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>Prepares servings for the optimiser: demand, offers that can run and start them, tiers, prices.</summary>
/// <param name="plan">The plan.</param>
/// <param name="forecast">Its demand.</param>
/// <param name="offers">Sizes its servings.</param>
/// <param name="catalog">The offers.</param>
/// <param name="rules">What servings may use in an incident; null in ordinary times.</param>
internal sealed class ServingTasks(CapacityPlan plan, DemandForecast forecast, OfferSizer offers, Catalog catalog, IncidentRules? rules = null)
{
    /// <summary>What is held already in a month.</summary>
    public HeldCapacity HeldIn(Month month) => new(plan, catalog, month);

    /// <summary>Sizes a serving for a month, so that who asks for it later need not.</summary>
    public SizedOffers Sized(Serving serving, Month month) => offers.Size(serving, RequestMix.Of(forecast.OfServing(serving, month)), SizesOf(serving, month));

    /// <summary>A serving in a month.</summary>
    /// <param name="serving">The serving.</param>
    /// <param name="month">The month.</param>
    /// <param name="held">What is held already in it.</param>
    /// <exception cref="PlanException">No offer of a cloud can run it.</exception>
    public ServingTask Of(Serving serving, Month month, HeldCapacity held)
    {
        var workloads = forecast.WorkloadsOf(serving).ToImmutableArray();
        var demand = forecast.OfServing(serving, month);
        var sizes = SizesOf(serving, month);
        var sized = NegotiatedPrices.Of(
            offers.Size(serving, RequestMix.Of(demand), sizes), plan, month);
        var isSpot = serving.Kind != ServingKind.Online && plan.Purchasing.SpotFor.Contains(serving.Kind);
        ImmutableArray<Tier> tiers = isSpot ? [Tier.Spot] : Reserves(serving) ? [Tier.Reserved, Tier.OnDemand] : [Tier.OnDemand];
        var kept = sized with { Candidates = [.. sized.Candidates.Where(candidate => ObsoleteFrom(candidate, month) is null)] };
        var choices = new ServingChoices(
            serving.Name, kept, tiers, new Obtainability(plan, month), rules is null ? held : held.Within((row, given) => rules.MostOf(serving, row, given)));
        var factory = new PoolFactory(plan, serving, workloads);
        var baseline = tiers.Contains(Tier.Reserved) ? demand.RequestsPerSecondAt(plan.Purchasing.ReserveUpToPercentile!.Value) : 0;

        // Where a reserved hour costs what an on-demand hour does, who holds it is decided afterwards.
        var isSplitLater = baseline > 0 && factory.HoursPerMonth(Tier.OnDemand) == factory.HoursPerMonth(Tier.Reserved);
        var peak = demand.PeakRequestsPerSecond * plan.CapacityOverPeak(serving);
        var quotas = new QuotaUses(plan, isSplitLater ? Math.Max(0, baseline - choices.External) : 0);
        var limits = new AvailabilityLimits(plan, serving.Name, peak, isSplitLater ? baseline : 0);
        var task = new ServingTask
        {
            Serving = serving,
            Workloads = workloads,
            Demand = demand,
            IsSpot = isSpot,
            ReserveLater = isSplitLater ? baseline : 0,
            Candidates = choices.Candidates,
            Runnable = sized.Candidates,
            Rejections = () => choices.Rejections.Concat(Obsolete(sized, month)),
            GpuTime = replica =>
            [
                .. workloads.Select(workload => forecast.OfWorkload(workload, month)).Select(load =>
                    load.RequestsPerSecond * (load.InputTokens * replica.PrefillSecondsPerToken + load.OutputTokens * replica.DecodeSecondsPerToken)),
            ],
            Factory = factory,
            Draining = month == plan.AsOf ? [.. DrainingPools.Named(plan.Draining, sized.Candidates, factory).DistinctBy(pool => pool.Draining.Pool).SelectMany(pool => quotas.UsesOf(pool.Candidate, pool.Tier, pool.Draining.Instances))] : [],
            Held = held,
            Limits = choices.Limits(limits),
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
                Choices = choices.Of(factory, limits, quotas, isSplitLater ? [Tier.OnDemand] : tiers),
            },
        };
        Require(task, () => serving.MostNodes == Serving.LargestSpan || isSpot ? [] : offers.Size(serving with { MaxNodesPerReplica = Serving.LargestSpan }, RequestMix.Of(demand), sizes).Candidates);
        return task;
    }

    private ImmutableArray<RequestSize> SizesOf(Serving serving, Month month) => serving.Techniques.Routing == Routing.BySize ? forecast.SizesOf(serving, month) : [];

    /// <summary>Whether reservations are made for it.</summary>
    private bool Reserves(Serving serving) =>
        serving.Kind == ServingKind.Online && plan.Purchasing is { ReserveUpToPercentile: not null, CreatesReservations: true };

    private Month? ObsoleteFrom(Candidate candidate, Month month) => plan.Obsolete
        .Where(item => item.Gpu == candidate.Offer.Gpu && item.From.CompareTo(month) <= 0).Select(item => (Month?)item.From).FirstOrDefault();

    private IEnumerable<Rejection> Obsolete(SizedOffers sized, Month month) => sized.Candidates
        .Where(candidate => ObsoleteFrom(candidate, month) is not null)
        .Select(candidate => new Rejection(candidate.Offer.Id, "obsolete", $"{candidate.Offer.Gpu} is obsolete from {ObsoleteFrom(candidate, month)}"));

    private void Require(ServingTask task, Func<ImmutableArray<Candidate>> spanning)
    {
        var problems = plan.Clouds.Where(cloud => task.Candidates.All(candidate => candidate.Offer.Cloud != cloud.Cloud))
            .Select(cloud => $"no offer of {JsonText.Word(cloud.Cloud)} in {string.Join(", ", cloud.Regions)} can run " +
                $"{task.Serving.Model.Id} in {JsonText.Word(task.Serving.Precision)}: " + Summary(task.Rejections(), cloud.Cloud) + Spans.Hint(spanning(), cloud.Cloud))
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
}
