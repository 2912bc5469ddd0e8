using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Sizing;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>What the reader of a fleet should know before trusting it.</summary>
internal static class FleetWarnings
{
    private const int FewestRungs = 3;

    /// <summary>One request in a thousand: below that, a distribution's tail says little.</summary>
    private const double FewTooLong = 0.001;

    /// <summary>The warnings of a fleet, most costly first.</summary>
    public static ImmutableArray<string> Of(CapacityPlan plan, Catalog catalog, ImmutableArray<Pool> pools, FleetCost cost) =>
        Of(plan, catalog, pools, cost, new DemandForecast(plan));

    private static ImmutableArray<string> Of(CapacityPlan plan, Catalog catalog, ImmutableArray<Pool> pools, FleetCost cost, DemandForecast forecast) =>
    [
        .. IncidentFleet.Warnings(plan, pools),
        .. plan.Scope is { } scope ? [$"scope is {JsonText.Word(scope)}: the other cloud's resources stay as they are, if and only if the update is given --target"] : ImmutableArray<string>.Empty,
        .. BudgetWarnings.OfTeams(plan, cost),
        .. BudgetWarnings.OfAlerts(plan, pools),
        .. BudgetWarnings.Of(plan, "the fleet", cost.Monthly),
        .. ReservationWarnings(plan, pools),
        .. FutureWarnings(plan),
        .. plan.Losses is not null && plan.Servings.All(serving => serving.Penalty is null)
            ? ["losses are assumed, and no serving says what a month below its promise costs (servings.penalty): nothing follows from them"]
            : ImmutableArray<string>.Empty,
        .. CommitmentLedger.Warnings(plan, pools),
        .. Obtainability.Warnings(plan, pools),
        .. PriceWarnings(plan, pools),
        .. DoubtWarnings(catalog, pools),
        .. plan.Servings.SelectMany(serving => ServingWarnings(serving, forecast.OfServing(serving, plan.AsOf))),
        .. plan.Servings.Where(serving => serving.Scaling is not null).SelectMany(serving => ScalingWarnings(plan, catalog, serving, [.. pools.Where(pool => pool.Serving == serving.Name)])),
        .. NetworkWarnings(plan, pools),
        .. pools.SelectMany(pool => PoolWarnings(plan, catalog, pool)),
    ];

    /// <summary>How far a fleet may be from the cheapest, where a limit of nodes or the gap that is good enough ended the search.</summary>
    public static IEnumerable<string> OfGap(FleetOptimum optimum)
    {
        if (optimum.Objective - optimum.Bound >= 0.01m)
        {
            yield return FormattableString.Invariant(
                $"the search ended before the optimum was proven: no fleet costs less than ${optimum.Bound:N2} a month, {(optimum.Objective - optimum.Bound) / optimum.Objective * 100:0.####} % below this one");
        }
    }

    private static IEnumerable<string> ReservationWarnings(CapacityPlan plan, ImmutableArray<Pool> pools)
    {
        if (pools.Any(pool => pool.Tier == Tier.Reserved))
        {
            var bare = pools.Where(pool => pool.Tier == Tier.Reserved)
                .Sum(pool => pool.Instances.Desired - pool.Held.Sum(use => use.Instances) - pool.Commitments.Sum(use => use.Instances));
            yield return "reservations are billed from creation until they are cancelled, used or not";
            if (plan.Purchasing.ReserveTerm != ReserveTerm.None && bare > 0)
            {
                yield return $"no held commitment covers {bare} of the reserved machines: the on-demand rate counts for them";
            }
        }
    }

    /// <summary>What may be owed before a machine of it runs is no cost of the fleet, and is told.</summary>
    private static IEnumerable<string> FutureWarnings(CapacityPlan plan) => plan.Ledger.Futures.Where(row => row.IsSubmitted).Select(row => FormattableString.Invariant(
        $"the future reservation {row.Name} is submitted: {row.Total} from {row.Start:yyyy-MM-dd} to {row.End:yyyy-MM-dd} once Google accepts it, used or not; no cost counts it until it stands under reservations"));

    private static IEnumerable<string> DoubtWarnings(Catalog catalog, ImmutableArray<Pool> pools) =>
        pools.Select(pool => (Gpu: catalog.FindGpu(pool.Gpu), pool.Engine.Precision))
            .Where(use => use.Gpu?.IsDoubtful(use.Precision) == true)
            .Select(use => $"figures of {use.Gpu!.Id} are doubtful: {use.Gpu.Doubt}")
            .Distinct()
            .Order(StringComparer.Ordinal);

    private static IEnumerable<string> PriceWarnings(CapacityPlan plan, ImmutableArray<Pool> pools) =>
        NegotiatedPrices.InUse(plan, pools).Select(rate => $"prices are not list prices: {rate} is taken off, as the plan says");

    private static IEnumerable<string> ScalingWarnings(CapacityPlan plan, Catalog catalog, Serving serving, ImmutableArray<Pool> pools)
    {
        var following = pools.Where(pool => PoolScaling.Of(plan, pool) is not null).ToList();
        if (following.Count == 0)
        {
            yield return $"{serving.Name}: nothing of it follows load: "
                + (plan.Incident is not null ? "in an incident every pool stands at its size"
                    : FewestMachines.Scalable(pools).IsEmpty ? "it has no on-demand pool that always runs" : "its smallest size is the planned one");
        }
        else if (serving.Scaling!.Floor.CompareTo(Share.All) < 0)
        {
            yield return $"{serving.Name}: while load is low, what it promises to survive holds for {serving.Scaling.Floor} of P95 demand (scaling.floor)";
        }

        var seen = new Obtainability(plan, plan.AsOf);
        foreach (var pool in FewestMachines.Scalable(pools).Where(pool => !ScalingFloor.MayGiveBack(seen, pool)))
        {
            yield return $"{pool.Id} gives no machine back when load is low: {seen.Of(pool).Words}";
        }

        foreach (var pool in following.Where(pool => serving.Scaling!.InUse is { } wanted && wanted.CompareTo(PoolScaling.InUseOf(pool)) >= 0))
        {
            yield return $"{pool.Id} adds machines at {serving.Scaling!.InUse} of its places, and its planned rate takes {PoolScaling.InUseOf(pool)}: latency suffers first (scaling.inUse)";
        }

        foreach (var warning in PoolStandby.Warnings(plan, catalog, serving, following))
        {
            yield return warning;
        }
    }

    private static IEnumerable<string> NetworkWarnings(CapacityPlan plan, ImmutableArray<Pool> pools) =>
        plan.Clouds.SelectMany(cloud => cloud.Networks.Select(network => (cloud.Cloud, Network: network)))
            .Where(use => pools.Any(pool => pool.Cloud == use.Cloud && pool.Region == use.Network.Region))
            .Select(use => $"the network {use.Network} in {use.Network.Region} is not GpuInfra's: " + use.Network switch
            {
                ExistingNetwork.Google => "its project must let this one's machines use the subnet, let clients in to them and them out to Google's services",
                _ => "its routes must lead to S3, ECR, Systems Manager and CloudWatch Logs",
            } + "; its cost is not counted");

    private static IEnumerable<string> ServingWarnings(Serving serving, Demand demand)
    {
        if (demand.TooLong.Fraction >= FewTooLong)
        {
            yield return FormattableString.Invariant(
                $"{serving.Name}: {demand.TooLong} of requests are longer than its maxContextTokens of {serving.MaxContextTokens} and are refused or cut");
        }

        if (serving.EngineVersion is { } version && !MeasuredReleases.Cover(version))
        {
            yield return $"{serving.Name}: rates are fitted to {MeasuredReleases.Range}, and the plan runs {version}; releases of one engine differ by a tenth";
        }

        if (serving.Techniques.Routing == Routing.BySize)
        {
            yield return $"{serving.Name}: its pools count on a router that sends requests by input length to the pool planned for them; "
                + "none is deployed yet, and without it long requests reach pools that refuse them";
        }

        if (serving.Techniques is { PrefixCacheHitRate.Fraction: > 0, Routing: Routing.Any })
        {
            yield return $"{serving.Name}: prefix hits of {serving.Techniques.PrefixCacheHitRate} do not count, since requests with a common "
                + "beginning may go to any replica; they count with routing: prefixAware";
        }
    }

    private static IEnumerable<string> PoolWarnings(CapacityPlan plan, Catalog catalog, Pool pool)
    {
        if (pool.IsDraining)
        {
            yield return $"{pool.Id} is draining: its machines carry no planned demand and cost {pool.Monthly} a month until it is taken out";
        }

        if (pool.Tier == Tier.Spot && pool.Ladder.Length < FewestRungs)
        {
            yield return $"{pool.Id} has {pool.Ladder.Length} instance type(s) to run on; spot is steadier with {FewestRungs} or more";
        }

        if (pool.Tier == Tier.Spot && plan.Purchasing.SpotFallback == SpotFallback.OnDemand)
        {
            yield return SpotTwin.Warning(plan, catalog, pool);
        }

        if (pool.IsExternal && !plan.Router.IsDeployed)
        {
            yield return $"{pool.Id} counts on requests being sent to {plan.Ledger.External.First(row => row.Id == pool.InstanceType).Endpoint}: the plan has no router";
        }
        else if (pool.NodesPerReplica > 1)
        {
            yield return $"{pool.Id} stands in {pool.Zones[0].Zone} alone, since each of its replicas spans {pool.NodesPerReplica} machines: with the zone all of it is lost, with a machine a replica";
        }
        else if (!pool.IsExternal && pool.Zones.Length == 1)
        {
            var of = plan.NetworkIn(pool.Cloud, pool.Region) is { } network ? $"the network {network}" : pool.Region;
            yield return $"{pool.Id} can only run in {pool.Zones[0].Zone}: {pool.InstanceType} is listed in no other zone of {of}";
        }
    }
}
