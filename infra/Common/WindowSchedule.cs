using GpuInfra.Planning.Plans;

namespace GpuInfra.Infra.Common;

/// <summary>A run window as cron expressions in its own time zone, which both clouds accept.</summary>
internal static class WindowSchedule
{
    public static string Start(RunWindow window) => Cron(window.From, window.Days.Days);

    /// <summary>A window that runs over midnight ends on the day after each of its days.</summary>
    public static string Stop(RunWindow window) => Cron(
        window.To,
        window.To > window.From ? window.Days.Days : window.Days.Days.Select(day => (DayOfWeek)(((int)day + 1) % 7)));

    /// <summary>A time on some days.</summary>
    public static string Cron(TimeOnly time, IEnumerable<DayOfWeek> days) =>
        FormattableString.Invariant($"{time.Minute} {time.Hour} * * {string.Join(',', days.Select(day => (int)day).Order())}");
}
