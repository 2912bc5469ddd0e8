using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Finance;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;
using Pulumi.Offline;

namespace GpuInfra.Offline.Costs;

/// <summary>
/// What a stack costs in an average month, from what its program registers: every resource is priced, listed as unpriced, or free for
/// a reason. Every sum is a sum of the same lines in whole cents, so all of them agree.
/// </summary>
public sealed record CostEstimate
{
    /// <summary>Every resource that a provider makes, ordered by URN.</summary>
    public required ImmutableArray<ResourceCost> Resources { get; init; }

    /// <summary>What is held and paid and that no machine uses: no resource is registered for it.</summary>
    public required Usd Unused { get; init; }

    /// <summary>What machines outside the clouds, or of clusters that are there already, cost that servings use: no resource is registered for them either.</summary>
    public required Usd External { get; init; }

    /// <summary>What copies and cascades cost at APIs' list prices, by planned tokens: no resource is registered for it either.</summary>
    public required Usd Apis { get; init; }

    /// <summary>What of APIs has no price here.</summary>
    public required ImmutableArray<UnpricedCost> UnpricedApis { get; init; }

    /// <summary>Everything that is priced.</summary>
    public Usd Monthly => Sum(Lines) + External + Unused + Apis;

    /// <summary>The machines' part, which is what the fleet plan says its pools cost.</summary>
    public Usd Machines => Sum(Lines.Where(line => line.Kind == CostKind.Machines));

    /// <summary>Everything that is priced beside machines.</summary>
    public Usd Other => Monthly - Machines;

    /// <summary>What each kind costs, in the order of kinds; kinds that nothing is spent on are left out.</summary>
    public ImmutableArray<KindCost> ByKind =>
    [
        .. Resources.SelectMany(resource => resource.Lines.Select(line => (resource.Urn, Line: line)))
            .GroupBy(item => item.Line.Kind)
            .OrderBy(kind => kind.Key)
            .Select(kind => new KindCost(
                kind.Key, kind.Select(item => item.Urn).Distinct().Count(), Sum(kind.Select(item => item.Line)))),
        .. Apis == default ? (IEnumerable<KindCost>)[] : [new KindCost(CostKind.Apis, 0, Apis)],
        .. External == default ? (IEnumerable<KindCost>)[] : [new KindCost(CostKind.External, 0, External)],
        .. Unused == default ? (IEnumerable<KindCost>)[] : [new KindCost(CostKind.Unused, 0, Unused)],
    ];

    /// <summary>What is billed and not in the total, the same thing for several resources told once.</summary>
    public ImmutableArray<UnpricedCost> Unpriced =>
    [
        .. Resources.SelectMany(resource => resource.Unpriced)
            .GroupBy(part => part)
            .OrderBy(part => part.Key.What, StringComparer.Ordinal).ThenBy(part => part.Key.Reason, StringComparer.Ordinal)
            .Select(part => new UnpricedCost(part.Key.What, part.Key.Reason, part.Count())),
        .. UnpricedApis,
    ];

    /// <summary>The date of the oldest price in the total; null when none has a date.</summary>
    public DateOnly? Oldest => Lines.Min(line => line.AsOf);

    private IEnumerable<CostLine> Lines => Resources.SelectMany(resource => resource.Lines);

    /// <summary>The cost of a run's registrations.</summary>
    /// <param name="fleet">The fleet they deploy.</param>
    /// <param name="resolved">The run with all values known.</param>
    /// <param name="catalog">The prices.</param>
    public static CostEstimate Of(FleetPlan fleet, RunRecord resolved, Catalog catalog)
    {
        var context = new PricingContext(fleet, resolved, catalog);
        var cents = new Dictionary<(string Pool, CostKind Kind), decimal>();
        var spend = ApiSpend.Of(fleet.Plan, fleet.Plan.AsOf);
        return new CostEstimate
        {
            External = new Usd(fleet.Pools.Where(pool => pool.IsExternal || fleet.Plan.ClusterIn(pool.Cloud, pool.Region) is not null).Sum(pool => pool.Monthly.Amount)),
            Apis = ApiSpend.Total(spend),
            UnpricedApis = [.. OfApis(fleet.Plan.Router, spend)],
            Unused = new Usd(fleet.Cost.Unused.Sum(unused => unused.Monthly.Amount)),
            Resources = [.. context.Run.Managed.Select(Price)],
        };

        ResourceCost Price(ResourceRecord resource)
        {
            var pricing = PricingTable.Price(resource, context);
            var pool = context.Run.PoolOf(resource) ?? ResourceCost.Shared;
            return new ResourceCost
            {
                Urn = resource.Urn,
                Type = resource.Type,
                Pool = pool,
                Lines = [.. pricing.Lines.Select(line => line with { Monthly = InCents(line, pool) })],
                Unpriced = pricing.Unpriced,
                FreeBecause = pricing.FreeBecause,
            };
        }

        // The running exact sum is what is rounded, so that a pool's lines of a kind differ from it by less than a cent in all.
        Usd InCents(CostLine line, string pool)
        {
            var before = cents.GetValueOrDefault((pool, line.Kind));
            var after = before + line.Exact;
            cents[(pool, line.Kind)] = after;
            return new Usd(after).ToCents() - new Usd(before).ToCents();
        }
    }

    private static IEnumerable<UnpricedCost> OfApis(RouterPlan router, IEnumerable<ApiSpend> spend) => spend
        .Where(one => one.Monthly is null).Select(one => new UnpricedCost($"{one.Use} of {one.Serving}", $"{one.Api.Name} names no price of the list; write price below it", 0))
        .Concat(router.IsDeployed && router.Routes.Any(route => !route.Overflow.IsEmpty) ? [new UnpricedCost("overflow to APIs", "depends on what is lost and when; gpuinfra replay tells it", 0)] : []);

    private static Usd Sum(IEnumerable<CostLine> lines) => new(lines.Sum(line => line.Monthly.Amount));
}

/// <summary>What is spent on a kind.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Resources">Resources with a line of it.</param>
/// <param name="Monthly">The sum of the lines.</param>
public sealed record KindCost(CostKind Kind, int Resources, Usd Monthly);

/// <summary>An unpriced part and how many resources have it.</summary>
/// <param name="What">What is billed.</param>
/// <param name="Reason">Why it has no price here.</param>
/// <param name="Resources">Resources that it will be billed for; 0 where none is registered for it.</param>
public sealed record UnpricedCost(string What, string Reason, int Resources);
