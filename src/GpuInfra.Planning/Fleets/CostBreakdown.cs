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

    /// <summary>What held capacity is called where nothing uses it: no tier's, no workload's.</summary>
    public const string Unused = "(unused)";

    /// <summary>A month's fleet with what it costs.</summary>
    /// <param name="month">The month.</param>
    /// <param name="servings">Its servings.</param>
    /// <param name="held">What was held already.</param>
    public static FleetStep Step(Month month, ImmutableArray<SolvedServing> servings, HeldCapacity held)
    {
        ImmutableArray<Pool> pools = [.. servings.SelectMany(serving => serving.Pools).OrderBy(pool => pool.Id, StringComparer.Ordinal)];
        var unused = held.Unused(pools);
        var idle = new Usd(unused.Sum(item => item.Monthly.Amount));
        ImmutableArray<CostShare> left = idle == default ? [] : [new CostShare(Unused, idle)];
        return new FleetStep(month, pools, Sum(pools) + idle, [.. ByWorkload(servings).Concat(left).OrderBy(part => part.Name, StringComparer.Ordinal)]) { Unused = unused };
    }

    /// <summary>The cost of a month.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="catalog">Published discounts.</param>
    /// <param name="step">The month's fleet.</param>
    public static FleetCost Of(CapacityPlan plan, Catalog catalog, FleetStep step)
    {
        var teams = plan.Workloads.ToDictionary(workload => workload.Name, workload => workload.Team?.Name ?? Team.Unowned);
        var (pools, byWorkload) = (step.Pools, step.ByWorkload);
        return new FleetCost
        {
            Monthly = step.Monthly,
            Unused = step.Unused,
            ByTier = Group(step, pool => JsonText.Word(pool.Tier), _ => Unused),
            ByCloud = Group(step, pool => JsonText.Word(pool.Cloud), unused => JsonText.Word(unused.Cloud)),
            ByWorkload = byWorkload,
            ByTeam = [.. byWorkload
                .GroupBy(part => part.Name == Unused ? Team.Unowned : teams[part.Name])
                .OrderBy(team => team.Key, StringComparer.Ordinal)
                .Select(team => new CostShare(team.Key, new Usd(team.Sum(part => part.Monthly.Amount))))],
            IfCommitted = CommitmentSavings.Of(pools, catalog),
            Unpriced = Unpriced,
        };
    }

    /// <summary>What each workload has of the cost of solved servings.</summary>
    private static IEnumerable<CostShare> ByWorkload(ImmutableArray<SolvedServing> servings) =>
        servings.SelectMany(SplitByWorkload);

    /// <summary>The sum of pools.</summary>
    public static Usd Sum(IEnumerable<Pool> pools) => new(pools.Sum(pool => pool.Monthly.Amount));

    /// <summary>
    /// A serving's cost by GPU time, because an output token takes many times the time of an input token. Cents are dealt out by the
    /// largest remainder, ties by order.
    /// </summary>
    private static IEnumerable<CostShare> SplitByWorkload(SolvedServing serving)
    {
        var parts = Cents.Deal(Sum(serving.Pools), [.. serving.GpuTime.Select(time => (decimal)time)]);
        return serving.Workloads.Select((name, index) => new CostShare(name, parts[index]));
    }

    private static ImmutableArray<CostShare> Group(FleetStep step, Func<Pool, string> key, Func<UnusedCapacity, string> unusedKey) =>
    [
        .. step.Pools.Select(pool => (Name: key(pool), pool.Monthly)).Concat(step.Unused.Select(unused => (Name: unusedKey(unused), unused.Monthly)))
            .GroupBy(part => part.Name).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => new CostShare(group.Key, new Usd(group.Sum(part => part.Monthly.Amount)))),
    ];
}
