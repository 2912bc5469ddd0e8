using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Fleets;

/// <summary>Makes the order list of a fleet: what each month after the deployed one adds.</summary>
internal static class PoolOrders
{
    /// <summary>The orders, by the day to ask and then by pool.</summary>
    public static ImmutableArray<PoolOrder> Of(FleetPlan fleet, Catalog catalog, LeadTimes leadTimes) =>
    [
        .. fleet.Steps.Zip(fleet.Steps.Skip(1))
            .Where(pair => pair.Second.Month.CompareTo(fleet.Plan.AsOf) > 0)
            .SelectMany(pair => Between(fleet, catalog, pair.First, pair.Second, leadTimes))
            .OrderBy(order => order.OrderBy).ThenBy(order => order.Pool.Id, StringComparer.Ordinal),
    ];

    private static IEnumerable<PoolOrder> Between(FleetPlan fleet, Catalog catalog, FleetStep before, FleetStep after, LeadTimes leadTimes)
    {
        foreach (var pool in after.Pools.Where(pool => !pool.IsExternal))
        {
            var old = before.Pools.FirstOrDefault(other => other.Id == pool.Id);
            if (pool.Instances.Desired <= (old?.Instances.Desired ?? 0))
            {
                continue;
            }

            var machine = catalog.FindMachine(pool.Cloud, pool.InstanceType);
            var kind = pool.Tier == Tier.Reserved ? OrderKind.Reservation : OrderKind.Quota;
            var first = new DateOnly(after.Month.Year, after.Month.Number, 1);
            var more = pool.Instances.Desired - (old?.Instances.Desired ?? 0);
            yield return new PoolOrder
            {
                Pool = pool,
                Month = after.Month,
                Before = old?.Instances.Desired ?? 0,
                Kind = kind,
                OrderBy = first.AddDays(-(kind == OrderKind.Reservation ? leadTimes.Reservation : leadTimes.Quota)),
                Zones =
                [
                    .. pool.Zones.Select(zone => zone with { Instances = zone.Instances - (old?.Zones.FirstOrDefault(other => other.Zone == zone.Zone)?.Instances ?? 0) })
                        .Where(zone => zone.Instances > 0),
                ],
                Quota = pool.Tier == Tier.Spot ? machine?.QuotaSpot : machine?.QuotaOnDemand,
                QuotaUnits = more * (pool.Cloud == CloudProvider.Aws ? machine?.VCpus ?? 0 : pool.GpusPerInstance),
                Owner = fleet.Plan.Teams.FirstOrDefault(team => team.Name == pool.Team)?.Owner ?? pool.Team,
                Fallback = Fallback(fleet, pool, machine, first, leadTimes),
            };
        }
    }

    private static string Fallback(FleetPlan fleet, Pool pool, Machine? machine, DateOnly first, LeadTimes leadTimes)
    {
        var next = NextCheapest(fleet, pool);
        return pool.Tier switch
        {
            Tier.Reserved when machine?.CapacityBlocks == true => FormattableString.Invariant(
                $"a Capacity Block of {pool.InstanceType}, asked for by {first.AddDays(-leadTimes.CapacityBlock):yyyy-MM-dd} and paid for its whole time; else on demand"),
            Tier.Reserved => "the same machines on demand: the same list price, and no promise that they start",
            Tier.Spot when fleet.Plan.Purchasing.SpotFallback == SpotFallback.OnDemand => "the same machines on demand, at that price",
            Tier.Spot => $"the work waits for one of {pool.Ladder.Length} instance types of its ladder",
            _ when next is not null => FormattableString.Invariant($"{next.Option}, the next cheapest: ${next.Hourly!.Value.Amount:N2}/h for the peak of {fleet.Plan.AsOf}"),
            _ when fleet.IsLocked => $"the next cheapest offer: gpuinfra plan --explain {pool.Serving}",
            _ => $"another region of {JsonText.Word(pool.Cloud)} in the plan",
        };
    }

    /// <summary>The cheapest offer of the pool's cloud that its serving did not take.</summary>
    private static Rejection? NextCheapest(FleetPlan fleet, Pool pool) => fleet.Servings
        .Single(serving => serving.Serving.Name == pool.Serving).Rejections
        .Where(rejection => rejection.Hourly is not null && rejection.Option.StartsWith($"{JsonText.Word(pool.Cloud)}/", StringComparison.Ordinal))
        .MinBy(rejection => rejection.Hourly!.Value.Amount);
}
