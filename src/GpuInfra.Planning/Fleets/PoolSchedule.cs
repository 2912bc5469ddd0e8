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

    /// <summary>The same as stretches of time in which so many machines stand at least: those of one time, length and size are told together.</summary>
    public ImmutableArray<ScheduledStretch> Stretches
    {
        get
        {
            var changes = Sizes.SelectMany(size => size.Days.Days.Select(day => (Day: day, size.At, size.Min, From: MinuteOf(day, size.At)))).OrderBy(change => change.From).ToList();
            return
            [
                .. changes.Select((change, index) => (change, Length: ((changes[(index + 1) % changes.Count].From - change.From + MinutesPerWeek - 1) % MinutesPerWeek) + 1))
                    .GroupBy(item => (item.change.At, item.change.Min, item.Length), item => item.change.Day)
                    .Select(stretch => new ScheduledStretch([.. stretch.Order()], stretch.Key.At, TimeSpan.FromMinutes(stretch.Key.Length), stretch.Key.Min))
                    .OrderBy(stretch => stretch.Days[0]).ThenBy(stretch => stretch.At),
            ];
        }
    }

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

/// <summary>A size for a time.</summary>
/// <param name="Days">The days on which it begins, from Sunday.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Length">How long, at most a week.</param>
/// <param name="Min">Machines at least.</param>
public sealed record ScheduledStretch(ImmutableArray<DayOfWeek> Days, TimeOnly At, TimeSpan Length, int Min);
