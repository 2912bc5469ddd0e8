using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Replays;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Finance.Penalties;

/// <summary>
/// A place whose loss the plan assumes, and what a loss of it leaves unserved. Requests are counted: an hour unserved is one of the month's mean demand. A loss finds every minute's demand
/// as likely as any other, and the demand stays what it was until all is served again; where a fleet follows load, what it loses is the same share of any demand, and P95 stands for all.
/// Machines come back as replays play it (<see cref="MachineControl"/>): those without a reservation in other zones of the region, once launches succeed again and they have started; all
/// others with the place, or, where another region stands by for a lost one, within its <c>rto</c>.
/// </summary>
/// <param name="Loss">What is lost.</param>
/// <param name="Assumed">How often and for how long.</param>
/// <param name="Unserved">Hours of the month's mean demand that a loss leaves unserved, by the demand that it finds: equally likely ones.</param>
public sealed record AssumedLoss(Loss Loss, LossAssumption Assumed, Estimate<ImmutableArray<double>> Unserved)
{
    /// <summary>Demands that a loss may find: a hundred, at the middles of the percentiles.</summary>
    private const int Demands = 100;

    private const double DemandPercentile = 95;
    private const int MonthsPerYear = 12;

    /// <summary>Losses of it in a month, on average.</summary>
    public double PerMonth(EstimatePoint point) => Assumed.PerYear.At(point) / MonthsPerYear;

    /// <summary>What a loss leaves unserved on average, in hours of the month's mean demand.</summary>
    public double Hours(EstimatePoint point) => Unserved.At(point).Average();

    /// <summary>The losses that may hit a serving's pools, of the kinds of places that the plan assumes something of.</summary>
    /// <param name="fleet">The fleet.</param>
    /// <param name="serving">A serving of it.</param>
    /// <param name="catalog">How long machines take to start.</param>
    internal static ImmutableArray<AssumedLoss> Of(FleetPlan fleet, ServingFleet serving, Catalog catalog)
    {
        var pools = fleet.Pools.Where(pool => !pool.IsDraining && pool.Serving == serving.Serving.Name).Select(pool => pool.Carrying()).ToImmutableArray();
        var back = pools.ToDictionary(pool => pool.Id, pool => Elsewhere(fleet.Plan, serving.Serving, pool, catalog));
        return
        [
            .. Loss.OfPlaces(pools).Select(loss => (Loss: loss, Assumed: fleet.Plan.Losses?.Of(KindOf(loss)))).Where(item => item.Assumed is not null)
                .Select(item => new AssumedLoss(item.Loss, item.Assumed!, Estimate.Of(point => UnservedHours(serving, pools, item.Loss, pool => Until(item.Loss, pool, item.Assumed!.Lasts.At(point)))))),
        ];

        TimeSpan Until(Loss loss, Pool pool, TimeSpan lasts)
        {
            var sooner = loss.Kind switch
            {
                LossKind.Zone => back[pool.Id],
                LossKind.Region => fleet.Plan.Clouds.FirstOrDefault(cloud => cloud.Cloud == pool.Cloud)?.Recovery?.Rto,
                _ => null,
            };
            return sooner < lasts ? sooner.Value : lasts;
        }
    }

    private static LostKind KindOf(Loss loss) => loss.Kind switch
    {
        LossKind.Zone => LostKind.Zone,
        LossKind.Region => LostKind.Region,
        _ => LostKind.Cloud,
    };

    /// <summary>How soon a pool has machines in other zones for those of a lost one; null where it waits for the zone.</summary>
    private static TimeSpan? Elsewhere(CapacityPlan plan, Serving serving, Pool pool, Catalog catalog) => pool.Tier == Tier.Reserved || pool.Zones.Length == 1
        ? null
        : RecoveryTime.UntilHad(pool, plan, new Obtainability(plan, plan.AsOf)) + PoolStart.Of(catalog, serving, pool).Total;

    private static ImmutableArray<double> UnservedHours(ServingFleet serving, ImmutableArray<Pool> pools, Loss loss, Func<Pool, TimeSpan> until)
    {
        var p95 = serving.Demand.RequestsPerSecondAt(DemandPercentile);
        ImmutableArray<double> demands = serving.Serving.Scaling is not null ? [p95] : [.. Enumerable.Range(0, Demands).Select(number => serving.Demand.RequestsPerSecondAt((number + 0.5) / Demands * 100))];
        var mean = demands.Average();
        var hours = new double[demands.Length];
        var from = TimeSpan.Zero;
        foreach (var end in pools.Where(loss.Hits).Select(until).Distinct().Order())
        {
            var capacity = Survivability.Left(pools, p95, pool => until(pool) >= end ? loss.Takes(pool) : 0) * p95;
            for (var i = 0; i < hours.Length; i++)
            {
                hours[i] += (end - from).TotalHours * Math.Max(0, demands[i] - capacity) / mean;
            }

            from = end;
        }

        return [.. hours];
    }
}
