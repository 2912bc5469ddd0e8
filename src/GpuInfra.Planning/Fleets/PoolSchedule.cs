using System.Collections.Immutable;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>How many machines of a pool demand needs through the week, each change ahead of it by the time that machines take to start. UTC.</summary>
/// <param name="Pool">The pool's id.</param>
/// <param name="Lead">How long before its hour a size must be asked for.</param>
/// <param name="Sizes">Sizes from a time on, in order of the week from Monday; a size holds until the next.</param>
/// <param name="InstanceHours">Machine hours that they come to in an average month.</param>
/// <param name="Monthly">What these hours cost.</param>
/// <param name="Saving">What is saved against the pool as it runs now.</param>
public sealed record PoolSchedule(
    string Pool, TimeSpan Lead, ImmutableArray<ScheduledSize> Sizes, decimal InstanceHours, Usd Monthly, Usd Saving)
{
    /// <summary>The size that stands at a time of the week.</summary>
    public int At(DayOfWeek day, TimeOnly time) => Sizes
        .SelectMany(size => size.Days.Days.Select(from => (Since: Since(from, size.At, day, time), size.Min)))
        .MinBy(size => size.Since).Min;

    /// <summary>Minutes since a time of the week came last; now is none.</summary>
    private static int Since(DayOfWeek from, TimeOnly at, DayOfWeek day, TimeOnly time)
    {
        var (begun, now) = (MinuteOf(from, at), MinuteOf(day, time));
        return (now - begun + MinutesPerWeek) % MinutesPerWeek;
    }

    private static int MinuteOf(DayOfWeek day, TimeOnly time) => ((int)day * 24 * 60) + (time.Hour * 60) + time.Minute;

    private const int MinutesPerWeek = 7 * 24 * 60;
}

/// <summary>A size from a time on.</summary>
/// <param name="Days">The days on which it begins.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Min">Machines at least.</param>
public sealed record ScheduledSize(DayRange Days, TimeOnly At, int Min);
