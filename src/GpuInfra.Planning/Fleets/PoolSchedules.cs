using System.Collections.Immutable;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// Schedules a serving's on-demand pools by the hourly shape of its load. With the share s(h) of the planned peak in hour h, the machines of h
/// keep s(h) times what the whole fleet must keep: the peak with headroom, each cloud's share of it, and what is promised of the P95 demand
/// after every loss. Reserved machines are paid anyway and stay. No size is below the smallest that the plan lets the pool have. A size is asked for
/// one start before its hour.
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
        var scaled = FewestMachines.Scalable(pools);
        if (scaled.IsEmpty || HourlyLoad.Of(fleet.Plan, serving.Serving, fleet.Plan.AsOf) is not { } shares)
        {
            yield break;
        }

        var known = new Dictionary<double, ImmutableArray<Pool>>();
        var hours = shares.Select(share => known.TryGetValue(share, out var sized) ? sized : known[share] = FewestMachines.Of(pools, scaled, few => Keeps(fleet.Plan, serving, few, share))).ToList();
        foreach (var pool in scaled.OrderBy(pool => pool.Id, StringComparer.Ordinal))
        {
            var lead = coldStart.Sites.First(site => site.PoolIds.Contains(pool.Id)).Deployed.Start.Total;
            var sizes = InPlace([.. hours.Select(sized => Math.Max(SmallestOf(fleet, pool), sized.First(other => other.Id == pool.Id).Instances.Desired))], lead);
            if (sizes.Distinct().Count() > 1)
            {
                yield return Schedule(pool, lead, sizes);
            }
        }
    }

    /// <summary>The smallest size that is deployed; of a pool that nothing scales, what its hours need.</summary>
    private static int SmallestOf(FleetPlan fleet, Pool pool) => fleet.ScalingOf(pool) is null ? 0 : pool.Instances.Min;

    /// <summary>Whether pools keep a share of all that the whole fleet must keep.</summary>
    internal static bool Keeps(CapacityPlan plan, ServingFleet serving, ImmutableArray<Pool> pools, double share)
    {
        var need = serving.Demand.PeakRequestsPerSecond * (1 + plan.HeadroomOf(serving.Serving).Fraction) * share;
        return FewestMachines.Carry(plan, serving.Serving, pools, need, serving.Demand.RequestsPerSecondAt(95) * share);
    }

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
