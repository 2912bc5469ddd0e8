using System.Collections.Immutable;
using System.Globalization;

namespace GpuInfra.Offline.Costs;

/// <summary>How long things run in a week, from the cron expressions that start and stop them.</summary>
internal static class WeeklyHours
{
    private const int MinutesPerDay = 24 * 60;
    private const int MinutesPerWeek = 7 * MinutesPerDay;

    /// <summary>
    /// The minutes of a week, from Sunday midnight, at which a cron expression of the form <c>minute hour * * days</c> fires (days
    /// 0 to 6, in a list, or *); empty when it has another form.
    /// </summary>
    public static ImmutableArray<int> Firings(string? cron)
    {
        if (cron?.Split(' ') is not [var minute, var hour, "*", "*", var days]
            || Number(minute, 59) is not { } atMinute
            || Number(hour, 23) is not { } atHour)
        {
            return [];
        }

        var onDays = days == "*" ? [.. Enumerable.Range(0, 7)] : days.Split(',').Select(day => Number(day, 6)).ToList();
        return onDays.Contains(null)
            ? []
            : [.. onDays.Select(day => day!.Value * MinutesPerDay + atHour * 60 + atMinute).Order()];
    }

    /// <summary>
    /// Capacity-hours of a week in which capacities are set at given minutes and stay until the next one: the sum of capacity × time,
    /// the last of the week lasting into the next.
    /// </summary>
    public static decimal CapacityHours(IEnumerable<(int Minute, decimal Capacity)> settings)
    {
        var ordered = settings.OrderBy(setting => setting.Minute).ToList();
        return ordered.Select((setting, i) =>
        {
            var next = i + 1 < ordered.Count ? ordered[i + 1].Minute : ordered[0].Minute + MinutesPerWeek;
            return setting.Capacity * (next - setting.Minute) / 60m;
        }).Sum();
    }

    private static int? Number(string text, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value <= most ? value : null;
}
