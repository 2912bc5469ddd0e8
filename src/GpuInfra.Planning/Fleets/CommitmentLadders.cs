using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>The commitment ladders of a fleet: one for each offer that a serving runs on around the clock.</summary>
internal static class CommitmentLadders
{
    /// <summary>The ladders, ordered by serving and offer. Spot has no commitment, and what runs by the clock is needed by the clock.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="pools">Pools of the deployed month.</param>
    /// <param name="futures">What demand may come, each a plan with its weight.</param>
    /// <param name="catalog">Prices and published terms.</param>
    public static ImmutableArray<CommitmentLadder> Of(
        CapacityPlan plan, ImmutableArray<Pool> pools, ImmutableArray<(string Name, Share Weight, CapacityPlan Plan)> futures, Catalog catalog)
    {
        var forecasts = futures.Select(future => (future.Name, future.Weight, future.Plan, new DemandForecast(future.Plan))).ToImmutableArray();
        return
        [
            .. pools.Where(pool => pool is { IsDraining: false, IsExternal: false, Window: null } && pool.Tier != Tier.Spot)
                .GroupBy(pool => (pool.Serving, pool.Cloud, pool.Region, pool.InstanceType))
                .OrderBy(offer => offer.Key.Serving, StringComparer.Ordinal).ThenBy(offer => offer.Key.Cloud)
                .ThenBy(offer => offer.Key.Region, StringComparer.Ordinal).ThenBy(offer => offer.Key.InstanceType, StringComparer.Ordinal)
                .Select(offer => Of(plan, pools, [.. offer], forecasts, catalog)).OfType<CommitmentLadder>(),
        ];
    }

    private static CommitmentLadder? Of(
        CapacityPlan plan, ImmutableArray<Pool> all, ImmutableArray<Pool> own,
        ImmutableArray<(string Name, Share Weight, CapacityPlan Plan, DemandForecast Forecast)> futures, Catalog catalog)
    {
        var pool = own[0];
        var offer = NegotiatedPrices.Of(catalog.OffersIn(pool.Cloud, pool.Region).First(offer => offer.InstanceType == pool.InstanceType), plan, plan.AsOf);
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
            * (1 + plan.Headroom.Fraction) / rate;
        var peak = new DemandForecast(plan).OfServing(serving, plan.AsOf).PeakRequestsPerSecond;
        var forLosses = Math.Max(0, instances - Candidate.CeilingOf(peak * part));
        var (uses, steps, outcomes) = new LadderBuilder(price, discounts).Of(instances, forLosses, [.. futures.Select(future => new LoadFuture(
            future.Name, future.Weight, [.. Months(future.Plan).Select(month => future.Forecast.OfServing(serving, month))], part))]);
        return new CommitmentLadder
        {
            Serving = pool.Serving,
            Cloud = pool.Cloud,
            Region = pool.Region,
            InstanceType = pool.InstanceType,
            Gpu = pool.Gpu,
            Price = price,
            Covered = own.Sum(member => member.Commitments.Sum(use => use.Instances)),
            Uses = uses,
            Steps = steps,
            Futures = outcomes,
        };
    }

    /// <summary>Months from the deployed one to the end of the horizon.</summary>
    private static IEnumerable<Month> Months(CapacityPlan plan) =>
        Enumerable.Range(0, plan.HorizonMonths).Select(plan.Start.Plus).Where(month => month.CompareTo(plan.AsOf) >= 0);
}
