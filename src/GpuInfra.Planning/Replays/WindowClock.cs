using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Replays;

/// <summary>When run windows open and close in a replay that starts on a Monday at some time of day, in the window's own time zone.</summary>
internal static class WindowClock
{
    private const double SecondsPerDay = 86_400;
    private const int DaysPerWeek = 7;

    /// <summary>True when a window is open just before the replay starts, so that its machines are up already.</summary>
    public static bool IsOpen(RunWindow window, TimeOnly clock) => Starts(window, clock, 1).Any(start => start < 0 && start + window.Length.TotalSeconds > 0);

    /// <summary>When a window opens and closes, in seconds after the start, in order of time.</summary>
    public static IEnumerable<(double At, bool Opens)> Changes(RunWindow window, TimeOnly clock, TimeSpan length) =>
        Starts(window, clock, 1 + (int)(length.TotalDays / DaysPerWeek))
            .SelectMany(start => new[] { (At: start, Opens: true), (At: start + window.Length.TotalSeconds, Opens: false) })
            .Where(change => change.At >= 0 && change.At <= length.TotalSeconds)
            .OrderBy(change => change.At);

    /// <summary>True when a window is open at a time of the replay.</summary>
    public static bool IsOpenAt(RunWindow window, TimeOnly clock, double seconds) =>
        Starts(window, clock, 1 + (int)(seconds / SecondsPerDay / DaysPerWeek)).Any(start => start <= seconds && seconds < start + window.Length.TotalSeconds);

    private static IEnumerable<double> Starts(RunWindow window, TimeOnly clock, int weeks) =>
        from week in Enumerable.Range(-1, weeks + 2)
        from day in window.Days.Days
        select (((((int)day + DaysPerWeek - (int)DayOfWeek.Monday) % DaysPerWeek) + (week * DaysPerWeek)) * SecondsPerDay)
            + (window.From.ToTimeSpan() - clock.ToTimeSpan()).TotalSeconds;
}
