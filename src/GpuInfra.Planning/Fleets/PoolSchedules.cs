using System.Collections.Immutable;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// Schedules a serving's on-demand pools by the hourly shape of its load. With the share s(h) of the planned peak in hour h, the machines of h
/// keep s(h) times what the whole fleet must keep: the peak with headroom, each cloud's share of it, and what is promised of the P95 demand
/// after every loss. Reserved machines are paid anyway and stay. The costliest pool per request shrinks first, each as far as it can: fewer
/// machines never keep more, so the least number is found by bisection. A size is asked for one start before its hour.
/// </summary>
internal static class PoolSchedules
{
    private const int MinutesPerStep = 5;
    private const int StepsPerHour = 60 / MinutesPerStep;
    private const int Steps = HourlyLoad.Hours * StepsPerHour;
    private const int StepsPerDay = 24 * StepsPerHour;

    /// <summary>Schedules of a serving's pools; none where no workload has an hourly shape, or where it would change nothing.</summary>
    public static IEnumerable<PoolSchedule> Of(FleetPlan fleet, ServingFleet serving, ColdStart coldStart)
    {
        var pools = fleet.Pools.Where(pool => pool.Serving == serving.Serving.Name && !pool.IsDraining).ToImmutableArray();
        var scaled = pools.Where(pool => pool is { Tier: Tier.OnDemand, Window: null, Instances.Desired: > 0 })
            .OrderByDescending(pool => pool.Hourly.Amount / (decimal)pool.RequestsPerSecond).ThenBy(pool => pool.Id, StringComparer.Ordinal).ToList();
        if (scaled.Count == 0 || HourlyLoad.Of(fleet.Plan, serving.Serving, fleet.Plan.AsOf) is not { } shares)
        {
            yield break;
        }

        var known = new Dictionary<double, ImmutableArray<Pool>>();
        var hours = shares.Select(share => known.TryGetValue(share, out var sized) ? sized : known[share] = Sized(fleet.Plan, serving, pools, scaled, share)).ToList();
        foreach (var pool in scaled.OrderBy(pool => pool.Id, StringComparer.Ordinal))
        {
            var lead = coldStart.Sites.First(site => site.PoolIds.Contains(pool.Id)).Deployed.Start.Total;
            var sizes = InPlace([.. hours.Select(sized => sized.First(other => other.Id == pool.Id).Instances.Desired)], lead);
            if (sizes.Distinct().Count() > 1)
            {
                yield return Schedule(pool, lead, sizes);
            }
        }
    }

    /// <summary>The pools with as few machines as a share of the peak allows.</summary>
    internal static ImmutableArray<Pool> Sized(CapacityPlan plan, ServingFleet serving, ImmutableArray<Pool> pools, IEnumerable<Pool> scaled, double share)
    {
        foreach (var pool in scaled)
        {
            var (few, enough) = (-1, pool.Instances.Desired);
            while (enough - few > 1)
            {
                var middle = (few + enough) / 2;
                (few, enough) = Keeps(plan, serving, Resize(pools, pool.Id, middle), share) ? (few, middle) : (middle, enough);
            }

            pools = Resize(pools, pool.Id, enough);
        }

        return pools;
    }

    /// <summary>Whether pools keep a share of all that the whole fleet must keep.</summary>
    internal static bool Keeps(CapacityPlan plan, ServingFleet serving, ImmutableArray<Pool> pools, double share)
    {
        var need = serving.Demand.PeakRequestsPerSecond * (1 + plan.Headroom.Fraction) * share * (1 - 1e-9);
        return pools.Sum(pool => pool.RequestsPerSecond) >= need
            && plan.Clouds.All(cloud => pools.Where(pool => pool.Cloud == cloud.Cloud).Sum(pool => pool.RequestsPerSecond) >= need * cloud.Share.Fraction)
            && Survivability.Checks(pools, serving.Demand.RequestsPerSecondAt(95) * share, serving.Serving.Survive).All(check => check.Holds);
    }

    private static ImmutableArray<Pool> Resize(ImmutableArray<Pool> pools, string id, int instances) =>
    [
        .. pools.Select(pool => pool.Id != id ? pool : pool with
        {
            Instances = new InstanceCounts(instances, instances, pool.Instances.Max),
            Replicas = instances * pool.ReplicasPerInstance,
            Zones = [.. pool.Zones.Select((zone, index) => zone with { Instances = (instances / pool.Zones.Length) + (index < instances % pool.Zones.Length ? 1 : 0) })],
        }),
    ];

    /// <summary>The size at every step of the week: the largest of the hours that it must stand or be starting for.</summary>
    private static int[] InPlace(ImmutableArray<int> hours, TimeSpan lead)
    {
        var ahead = (int)Math.Ceiling(lead.TotalMinutes / MinutesPerStep);
        var sizes = new int[Steps];
        for (var hour = 0; hour < hours.Length; hour++)
        {
            for (var step = (hour * StepsPerHour) - ahead; step < (hour + 1) * StepsPerHour; step++)
            {
                var at = ((step % Steps) + Steps) % Steps;
                sizes[at] = Math.Max(sizes[at], hours[hour]);
            }
        }

        return sizes;
    }

    private static PoolSchedule Schedule(Pool pool, TimeSpan lead, int[] sizes)
    {
        var each = pool.Hourly.Amount / pool.Instances.Desired;
        var instanceHours = RunWindow.MonthlyHours((decimal)sizes.Sum() / StepsPerHour);
        var monthly = new Usd(each * instanceHours).ToCents();
        return new PoolSchedule(pool.Id, lead, Changes(sizes), instanceHours, monthly, pool.Monthly - monthly);
    }

    /// <summary>Where the size changes; days that are alike are told once.</summary>
    private static ImmutableArray<ScheduledSize> Changes(int[] sizes)
    {
        var days = Enumerable.Range(0, 7)
            .Select(day => Enumerable.Range(day * StepsPerDay, StepsPerDay)
                .Where(step => sizes[step] != sizes[(step + Steps - 1) % Steps])
                .Select(step => (At: TimeOnly.MinValue.AddMinutes(step % StepsPerDay * MinutesPerStep), Min: sizes[step])).ToList())
            .ToList();
        return days.TrueForAll(day => day.SequenceEqual(days[0]))
            ? [.. days[0].Select(change => new ScheduledSize(DayRange.EveryDay, change.At, change.Min))]
            : [.. days.SelectMany((day, index) => day.Select(change => new ScheduledSize(Day(index), change.At, change.Min)))];
    }

    /// <summary>A day by its index from Monday.</summary>
    private static DayRange Day(int index) => new((DayOfWeek)((index + 1) % 7), (DayOfWeek)((index + 1) % 7));
}
