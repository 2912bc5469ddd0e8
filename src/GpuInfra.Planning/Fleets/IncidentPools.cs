using System.Collections.Immutable;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>Puts the fleet of what remains on the ordinary one: nothing shrinks, moves or goes.</summary>
internal static class IncidentPools
{
    /// <summary>True for a pool of which no zone remains.</summary>
    public static bool LosesAll(Incident incident, Pool pool) => pool.Zones.All(zone => incident.Loses(pool.Cloud, pool.Region, zone.Zone));

    /// <summary>A serving with the pools of both.</summary>
    public static SolvedServing Merge(SolvedServing normal, SolvedServing remaining, Incident incident)
    {
        var (before, now) = (normal.Pools.ToDictionary(pool => pool.Id, StringComparer.Ordinal), remaining.Pools.ToDictionary(pool => pool.Id, StringComparer.Ordinal));
        var fleet = normal.Fleet;
        ImmutableArray<Pool> pools = Routed(
            [.. before.Keys.Union(now.Keys).Order(StringComparer.Ordinal).Select(id => Merge(before.GetValueOrDefault(id), now.GetValueOrDefault(id), incident))],
            fleet.Demand.PeakRequestsPerSecond);
        return new SolvedServing(
            normal.Workloads, pools, () => ServingFleet.Of(fleet.Serving, fleet.Workloads, fleet.Demand, pools, fleet.Rejections), () => normal.GpuTime);
    }

    private static Pool Merge(Pool? normal, Pool? remaining, Incident incident) => (normal, remaining) switch
    {
        (null, _) => Bare(remaining!) with { Incident = new PoolIncident(0, []) },
        ({ IsDraining: true }, _) => normal,

        // It stands in what is lost, and nothing counts on it.
        _ when LosesAll(incident, normal) => normal with
        {
            IsDraining = true,
            AutoShutdown = false,
            Incident = new PoolIncident(normal.Instances.Desired, [.. normal.Zones.Select(zone => zone.Zone)]),
        },

        // Where the rest carries all, it stays as it is.
        _ => Grown(normal, remaining ?? normal, incident),
    };

    /// <summary>A pool that there is for the incident only; commitments go on covering what they covered.</summary>
    private static Pool Bare(Pool pool)
    {
        var hourly = new UsdPerHour(pool.Hourly.Amount + pool.Commitments.Sum(use => use.Saving.Amount * use.Instances));
        return pool with { Commitments = [], Hourly = hourly, Monthly = (hourly * pool.HoursPerMonth).ToCents() };
    }

    /// <summary>The pool with at least the machines it has. Its zones stay as they are listed: taking one out would replace a group on Google Cloud.</summary>
    private static Pool Grown(Pool normal, Pool remaining, Incident incident)
    {
        var lost = normal.Zones.Where(zone => incident.Loses(normal.Cloud, normal.Region, zone.Zone)).Select(zone => zone.Zone).ToImmutableArray();
        var placed = remaining.Zones.ToDictionary(zone => zone.Zone, zone => zone.Instances, StringComparer.Ordinal);
        var zones = normal.Tier == Tier.Reserved
            ? [.. normal.Zones.Select(zone => zone with { Instances = Math.Max(zone.Instances, placed.GetValueOrDefault(zone.Zone)) }),
                .. remaining.Zones.Where(zone => normal.Zones.All(other => other.Zone != zone.Zone))]
            : Spread(normal.Zones, lost, Math.Max(normal.Instances.Desired, remaining.Instances.Desired));
        var desired = zones.Sum(zone => zone.Instances);
        var (held, hourly) = Paid(normal, remaining, desired);
        var grown = normal with
        {
            Zones = [.. zones.OrderBy(zone => zone.Zone, StringComparer.Ordinal)],
            Instances = new InstanceCounts(normal.Tier == Tier.Spot ? 0 : desired, desired, desired),
            Window = remaining.Window,
            AutoShutdown = false,
            Held = held,
            Hourly = hourly,
            Monthly = (hourly * remaining.HoursPerMonth).ToCents(),
            Incident = lost.IsEmpty && desired == normal.Instances.Desired ? null : new PoolIncident(normal.Instances.Desired, lost),
        };
        return grown with { Replicas = normal.ReplicasOf(grown.Carrying().Instances.Desired) };
    }

    /// <summary>What a pool that grew runs on: what it did, then what else is held for it, then machines at their price.</summary>
    private static (ImmutableArray<HeldUse> Held, UsdPerHour Hourly) Paid(Pool normal, Pool remaining, int desired)
    {
        var (more, hourly) = (desired - normal.Instances.Desired, normal.Hourly.Amount);
        var held = normal.Held;
        foreach (var use in remaining.Held)
        {
            var had = held.FirstOrDefault(other => other.Reservation == use.Reservation);
            var taken = Math.Min(more, use.Instances - (had?.Instances ?? 0));
            if (taken > 0)
            {
                held = had is null ? held.Add(use with { Instances = taken }) : held.Replace(had, had with { Instances = had.Instances + taken });
                (more, hourly) = (more - taken, hourly + (use.Hourly.Amount * taken));
            }
        }

        var price = CommitmentLedger.PriceOf(remaining) is { Amount: > 0 } listed ? listed : CommitmentLedger.PriceOf(normal);
        return ([.. held.OrderBy(use => use.Zone, StringComparer.Ordinal).ThenBy(use => use.Reservation, StringComparer.Ordinal)], new UsdPerHour(hourly + (price.Amount * more)));
    }

    /// <summary>What a group that spreads by itself does: the same in every zone that is there.</summary>
    private static ImmutableArray<PoolZone> Spread(ImmutableArray<PoolZone> zones, ImmutableArray<string> lost, int instances)
    {
        var there = zones.Where(zone => !lost.Contains(zone.Zone)).Select(zone => zone.Zone).ToList();
        return [.. zones.Select(zone => there.IndexOf(zone.Zone) is >= 0 and var index
            ? new PoolZone(zone.Zone, (instances / there.Count) + (index < instances % there.Count ? 1 : 0))
            : zone with { Instances = 0 })];
    }

    /// <summary>The pools with what each is sent of the requests of each size, where they are routed by size: anew, over what carries.</summary>
    private static ImmutableArray<Pool> Routed(ImmutableArray<Pool> pools, double peak)
    {
        var carrying = pools.Where(pool => !pool.IsDraining).ToList();
        if (carrying.Count == 0 || carrying[0].Sizes.IsEmpty)
        {
            return pools;
        }

        var (_, parts) = SizeRouting.Of(
            [.. carrying[0].Sizes.Select(size => size.OfRequests.Fraction * peak)],
            [.. carrying.Select(pool => pool.Sizes.Select(size => size.RequestsPerSecond * pool.Replicas).ToImmutableArray())]);
        return [.. pools.Select(pool => pool with
        {
            Sizes = [.. pool.Sizes.Select((size, at) => size with { Routed = carrying.IndexOf(pool) is >= 0 and var of ? Share.FromFraction(parts[of][at]) : default })],
        })];
    }
}
