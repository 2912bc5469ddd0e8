using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>The commitment ladders of a fleet by month: one for each offer that a serving runs on around the clock, as if terms began in that month.</summary>
/// <param name="plan">The plan.</param>
/// <param name="futures">What demand may come, each a plan with its weight.</param>
/// <param name="catalog">Prices and published terms.</param>
internal sealed class CommitmentLadders(
    CapacityPlan plan, ImmutableArray<(string Name, Share Weight, CapacityPlan Plan)> futures, Catalog catalog)
{
    private readonly DemandForecast _forecast = new(plan);
    private readonly ImmutableArray<DemandForecast> _futures = [.. futures.Select(future => new DemandForecast(future.Plan))];

    /// <summary>True for machines that a term could be for: spot has none, and what runs by the clock is needed by the clock.</summary>
    public static bool CanBeCommittedTo(Pool pool) => pool is { IsDraining: false, IsExternal: false, Window: null } && pool.Tier != Tier.Spot;

    /// <summary>The ladders of a month, ordered by serving and offer; none for offers without a published term.</summary>
    /// <param name="month">The month.</param>
    /// <param name="pools">Its pools.</param>
    public ImmutableArray<CommitmentLadder> In(Month month, ImmutableArray<Pool> pools) =>
    [
        .. pools.Where(CanBeCommittedTo)
            .GroupBy(pool => (pool.Serving, pool.Cloud, pool.Region, pool.InstanceType))
            .OrderBy(offer => offer.Key.Serving, StringComparer.Ordinal).ThenBy(offer => offer.Key.Cloud)
            .ThenBy(offer => offer.Key.Region, StringComparer.Ordinal).ThenBy(offer => offer.Key.InstanceType, StringComparer.Ordinal)
            .Select(offer => Of(month, pools, [.. offer])).OfType<CommitmentLadder>(),
    ];

    private CommitmentLadder? Of(Month month, ImmutableArray<Pool> all, ImmutableArray<Pool> own)
    {
        var pool = own[0];
        var offer = NegotiatedPrices.Of(catalog.OffersIn(pool.Cloud, pool.Region).First(offer => offer.InstanceType == pool.InstanceType), plan, month);
        ImmutableArray<CommitmentDiscount> discounts =
            [.. Enum.GetValues<CommitmentTerm>().Select(term => catalog.FindCommitmentDiscount(offer, term)).OfType<CommitmentDiscount>()];
        if (discounts.IsEmpty || offer.OnDemand is not { } price)
        {
            return null;
        }

        var serving = plan.Servings.Single(serving => serving.Name == pool.Serving);
        var instances = own.Sum(member => member.Instances.Desired);
        var rate = own.Sum(member => member.RequestsPerSecond) / instances;
        var inCloud = all.Where(member => member.Serving == pool.Serving && member.Cloud == pool.Cloud && !member.IsDraining).Sum(member => member.RequestsPerSecond);
        var part = plan.Clouds.Single(cloud => cloud.Cloud == pool.Cloud).Share.Fraction * (own.Sum(member => member.RequestsPerSecond) / inCloud)
            * (1 + plan.HeadroomOf(serving).Fraction) / rate;
        var forLosses = Math.Max(0, instances - Candidate.CeilingOf(_forecast.OfServing(serving, month).PeakRequestsPerSecond * part));
        var draft = new LadderBuilder(price, discounts).Of(instances, forLosses, [.. futures.Zip(_futures, (future, forecast) => new LoadFuture(
            future.Name, future.Weight, [.. From(month).Select(later => forecast.OfServing(serving, later))], part))]);
        return new CommitmentLadder
        {
            Serving = pool.Serving,
            Cloud = pool.Cloud,
            Region = pool.Region,
            InstanceType = pool.InstanceType,
            Gpu = pool.Gpu,
            Price = price,
            Covered = own.Sum(member => member.Commitments.Sum(use => use.Instances)),
            Uses = draft.Uses,
            Steps = draft.Steps,
            Futures = draft.Futures,
            LeastRegret = draft.LeastRegret,
        };
    }

    /// <summary>Months from one to the end of the horizon.</summary>
    private IEnumerable<Month> From(Month first) =>
        Enumerable.Range(0, plan.HorizonMonths).Select(plan.Start.Plus).Where(month => month.CompareTo(first) >= 0);
}
