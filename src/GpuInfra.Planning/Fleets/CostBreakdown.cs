using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>Splits a fleet's cost so that every split adds up to the cent.</summary>
internal static class CostBreakdown
{
    /// <summary>A fleet is machines. What else a deployment registers is priced, as far as it has a price, from the registrations.</summary>
    private static readonly ImmutableArray<string> Unpriced =
        ["disks, endpoints, NAT and storage (preview prices them)", "data transfer", "requests", "logs and metrics"];

    /// <summary>The cost of a month's pools.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="catalog">Published discounts.</param>
    /// <param name="pools">The pools.</param>
    /// <param name="byWorkload">What each workload has of their cost, ordered by name.</param>
    public static FleetCost Of(CapacityPlan plan, Catalog catalog, ImmutableArray<Pool> pools, ImmutableArray<CostShare> byWorkload)
    {
        var teams = plan.Workloads.ToDictionary(workload => workload.Name, workload => workload.Team?.Name ?? Team.Unowned);
        return new FleetCost
        {
            Monthly = Sum(pools),
            ByTier = Group(pools, pool => JsonText.Word(pool.Tier)),
            ByCloud = Group(pools, pool => JsonText.Word(pool.Cloud)),
            ByWorkload = byWorkload,
            ByTeam = [.. byWorkload
                .GroupBy(part => teams[part.Name])
                .OrderBy(team => team.Key, StringComparer.Ordinal)
                .Select(team => new CostShare(team.Key, new Usd(team.Sum(part => part.Monthly.Amount))))],
            IfCommitted = CommitmentSavings.Of(pools, catalog),
            Unpriced = Unpriced,
        };
    }

    /// <summary>What each workload has of the cost of solved servings, ordered by name.</summary>
    public static ImmutableArray<CostShare> ByWorkload(ImmutableArray<SolvedServing> servings) =>
        [.. servings.SelectMany(SplitByWorkload).OrderBy(part => part.Name, StringComparer.Ordinal)];

    /// <summary>The sum of pools.</summary>
    public static Usd Sum(IEnumerable<Pool> pools) => new(pools.Sum(pool => pool.Monthly.Amount));

    /// <summary>
    /// A serving's cost by GPU time, because an output token takes many times the time of an input token. Cents are dealt out by the
    /// largest remainder, ties by order.
    /// </summary>
    private static IEnumerable<CostShare> SplitByWorkload(SolvedServing serving)
    {
        var cents = (long)(Sum(serving.Pools).Amount * 100);
        var total = serving.GpuTime.Sum();
        var exact = serving.GpuTime.Select(time => cents * (time / total)).ToImmutableArray();
        var dealt = exact.Select(Math.Floor).ToArray();
        var left = cents - (long)dealt.Sum();
        foreach (var index in Enumerable.Range(0, exact.Length).OrderByDescending(index => exact[index] - dealt[index]).Take((int)left))
        {
            dealt[index]++;
        }

        return serving.Workloads.Select((name, index) => new CostShare(name, new Usd((decimal)dealt[index] / 100)));
    }

    private static ImmutableArray<CostShare> Group(ImmutableArray<Pool> pools, Func<Pool, string> key) =>
        [.. pools.GroupBy(key).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => new CostShare(group.Key, Sum(group)))];
}
