using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>Counts what fleets take of quotas, and refuses a launch that a quota would stop half-way.</summary>
internal static class QuotaNeeds
{
    /// <summary>The needs of the deployed month, ordered by cloud, region and code.</summary>
    /// <param name="plan">The plan, with its stack's part of the ledger.</param>
    /// <param name="catalog">Which machine counts against which quota.</param>
    /// <param name="steps">The fleet by month.</param>
    public static ImmutableArray<QuotaNeed> Of(CapacityPlan plan, Catalog catalog, ImmutableArray<FleetStep> steps)
    {
        var counts = steps.SelectMany(step => step.Pools.Where(pool => !pool.IsExternal).SelectMany(pool => Counts(plan, catalog, pool)).Select(count => (step.Month, Count: count))).ToList();
        return
        [
            .. counts.GroupBy(count => count.Count.Quota)
                .Where(quota => quota.Any(count => count.Month == plan.AsOf))
                .OrderBy(quota => quota.Key.Cloud).ThenBy(quota => quota.Key.Region, StringComparer.Ordinal).ThenBy(quota => quota.Key.Code, StringComparer.Ordinal)
                .Select(quota =>
                {
                    var now = quota.Where(count => count.Month == plan.AsOf).Select(count => count.Count).ToList();
                    var most = quota.GroupBy(count => count.Month).Select(month => (Month: month.Key, Total: month.Sum(count => count.Count.Total)))
                        .OrderByDescending(month => month.Total).ThenBy(month => month.Month).First();
                    return new QuotaNeed
                    {
                        Cloud = quota.Key.Cloud,
                        Region = quota.Key.Region,
                        Code = quota.Key.Code,
                        IsSpot = quota.Key.IsSpot,
                        Running = now.Sum(count => count.Running),
                        Surge = now.Sum(count => count.Surge),
                        Failover = now.Sum(count => count.Failover),
                        Limit = QuotaRules.Listed(plan, quota.Key)?.Grant.Given,
                        MostIn = most.Month,
                        Most = most.Total,
                    };
                }),
        ];
    }

    /// <summary>Refuses a fleet that needs more than its stack was given, except in an incident.</summary>
    /// <exception cref="PlanException">It does; every such quota is told with its figures and the request to make.</exception>
    public static void Require(CapacityPlan plan, ImmutableArray<QuotaNeed> needs)
    {
        if (plan.Incident is not null)
        {
            return; // It is told as a warning, and asked for while what fits starts.
        }

        var problems = needs.Where(need => !need.Fits).Select(need => plan.Ledger.Quotas.First(quota => IsOf(quota, need)).Grant.Location.Problem(
            $"quotas.{need.Code}",
            $"the fleet of {plan.AsOf} needs {need.Total} {need.Unit} in {need.Region} ({need.Running} running, {need.Surge} more in an update, "
            + $"{need.Failover} when spot is taken away), and {need.Limit} are assigned; {Request(need)}")).ToList();
        if (problems.Count > 0)
        {
            throw new PlanException(problems);
        }
    }

    /// <summary>Quotas that the horizon outgrows, or an incident does.</summary>
    public static IEnumerable<string> Warnings(ImmutableArray<QuotaNeed> needs) => needs
        .Where(need => need.Most > need.Limit)
        .Select(need => $"quota {need.Code} in {need.Region}: {need.MostIn} needs {need.Most} {need.Unit}, and {need.Limit} are assigned; {Request(need)}");

    private static string Request(QuotaNeed need) => QuotaRules.Request(need.Cloud, need.Region, need.Code, need.Most - need.Limit!.Value);

    private static bool IsOf(Plans.Ledgers.Quota quota, QuotaNeed need) =>
        (quota.Grant.Cloud, quota.Grant.Region, quota.Code) == (need.Cloud, need.Region, need.Code);

    private static IEnumerable<QuotaCount> Counts(CapacityPlan plan, Catalog catalog, Pool pool)
    {
        var offer = catalog.OffersIn(pool.Cloud, pool.Region).First(offer => offer.InstanceType == pool.InstanceType);
        // A machine that is prepared to wait runs meanwhile, at worst while the pool is at its largest.
        var beside = (QuotaRules.SurgeOf(pool.Cloud, pool.Tier, pool.Zones.Length)?.Beside(pool.Instances.Desired / pool.NodesPerReplica) * pool.NodesPerReplica ?? 0) + (PoolStandby.Of(plan, catalog, pool)?.Machines ?? 0);
        return QuotaRules.Of(plan, offer, pool.Tier).Select(take => take.IsFailover
            ? new QuotaCount(take.Quota, 0, 0, pool.Instances.Desired * take.Units)
            : new QuotaCount(take.Quota, pool.Instances.Desired * take.Units, beside * take.Units, 0));
    }

    private readonly record struct QuotaCount(QuotaKey Quota, int Running, int Surge, int Failover)
    {
        public int Total => Running + Surge + Failover;
    }
}
